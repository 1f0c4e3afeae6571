"""The seller performance report: made on demand in a minute, then read once.

``GET_V2_SELLER_PERFORMANCE_REPORT``, schema accountHealthReport-2020-11-18.json.
"""

import json
from decimal import Decimal

from marketplaces.gateways.amazon.client import Client, Reports
from marketplaces.gateways.answers import needed, read
from marketplaces.gateways.base import TryLater
from marketplaces.gateways.shapes import Fulfilment, Performance

REPORT = "GET_V2_SELLER_PERFORMANCE_REPORT"
PENDING = {"IN_QUEUE", "IN_PROGRESS"}
CAUSES = ("claims", "chargebacks", "negativeFeedback")
CONDITIONS = {"LESS_THAN": "<", "GREATER_THAN": ">"}
FULFILMENTS = {"mfn": Fulfilment.MERCHANT, "afn": Fulfilment.MARKETPLACE}

#: How soon a report is ready is not documented; a minute is what it takes mostly.
SOON = 60.0
MONTH = 30 * 86_400.0


def ask(client: Client) -> tuple[Performance, ...]:
    """Return the figures of a report that was not read yet.

    :raises TryLater: while one is made; that is asked for here.
    """
    asked = {"reportTypes": REPORT, "marketplaceIds": client.marketplace, "pageSize": 10}
    answer = client.ask("getReports", Reports, lambda api: api.get_reports(**asked))
    reports = read("getReports", _newest_first, answer)
    if not any(status in PENDING for _, _, status, _ in reports):
        done = next((one for one in reports if one[2] == "DONE"), None)
        if done and client.wire.remember("last_report", lambda: ("", MONTH)) != done[1]:
            return _figures(client, *done[1::2])
        kwargs = {"reportType": REPORT, "marketplaceIds": [client.marketplace]}
        client.ask("createReport", Reports, lambda api: api.create_report(**kwargs))
    raise TryLater("getReports", "the performance report is being made", after=SOON)


def _figures(client: Client, report: str, document: str) -> tuple[Performance, ...]:
    place = client.ask("getReportDocument", Reports, lambda api: api.get_report_document(document))
    found = read("getReportDocument", figures_of, client.download(place))
    client.wire.forget("last_report")
    client.wire.remember("last_report", lambda: (report, MONTH))
    return found


def figures_of(document: bytes) -> tuple[Performance, ...]:
    report = json.loads(document, parse_float=Decimal)
    return tuple(
        _defect_rate(metric["orderDefectRate"][name], fulfilment)
        for metric in report["performanceMetrics"]
        for name, fulfilment in FULFILMENTS.items()
        if metric["orderDefectRate"].get(name)
    )


def _defect_rate(found, fulfilment: Fulfilment) -> Performance:
    period = found["reportingDateRange"]
    condition = CONDITIONS.get(found["targetCondition"], "")
    return Performance(
        name="order_defect_rate",
        fulfilment=fulfilment,
        begins=needed(period["reportingDateFrom"]),
        ends=needed(period["reportingDateTo"]),
        rate=Decimal(found["rate"]),
        orders=found["orderCount"],
        affected=found["orderWithDefects"]["count"],
        causes={cause: found[cause]["count"] for cause in CAUSES},
        target=f"{condition} {found['targetValue']}".strip(),
        standing=found["status"],
    )


def _newest_first(answer) -> list[tuple]:
    reports = [
        (
            needed(one["createdTime"]),
            one["reportId"],
            one["processingStatus"],
            one.get("reportDocumentId"),
        )
        for one in answer["reports"]
    ]
    return sorted(reports, reverse=True, key=lambda report: report[0])
