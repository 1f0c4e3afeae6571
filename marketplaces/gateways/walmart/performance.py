"""What Walmart measures a seller by. Figures are refreshed there once a day.

https://developer.walmart.com/us-marketplace/docs/seller-performance-apis. Rates are per cent, and
the number of orders they are taken of is not told.
"""

from datetime import datetime, timedelta
from decimal import Decimal

from marketplaces.gateways.answers import moment, moment_of_ms, read
from marketplaces.gateways.shapes import Performance
from marketplaces.gateways.walmart.client import Client

DAYS = 30
METRICS = {"srr": "seller_response_rate", "negativeFeedback": "negative_feedback_rate"}


def ask(client: Client) -> tuple[Performance, ...]:
    operation = "performance"
    found = []
    for metric, name in METRICS.items():
        path, params = f"/v3/insights/performance/{metric}/summary", {"reportDuration": str(DAYS)}
        answer = client.get(operation, path, params)
        found.append(read(operation, lambda a, name=name: figure_of(a, name), answer))
    return tuple(found)


def figure_of(answer, name: str) -> Performance:
    figures = answer.get("payload") or answer
    ends = _time(figures["updatedTimestamp"])
    rate = figures.get("cumulativeRate", figures.get("overallRate"))
    affected = figures.get("impactedCustomerCount", figures.get("ordersImpacted"))
    return Performance(
        name=name,
        fulfilment=None,
        begins=ends - timedelta(days=int(figures.get("reportDuration", DAYS))),
        ends=ends,
        rate=None if rate is None else Decimal(rate) / 100,
        affected=None if affected is None else int(affected),
        target=figures.get("standard") or "",
        standing=figures.get("riskLevel") or figures.get("performanceRiskLevel") or "",
    )


def _time(found: str | int) -> datetime:
    at = moment(found) if isinstance(found, str) else moment_of_ms(found)
    if at is None:
        raise ValueError("no time")
    return at
