"""Reports 2021-06-30, for the seller performance report alone."""

import json
from datetime import datetime, timedelta

from sandbox.amazon.feeds import url_of
from sandbox.amazon.pieces import MARKETPLACE, moment, refuse
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene
from sandbox.values import Shop
from sandbox.world import World

PERFORMANCE = "GET_V2_SELLER_PERFORMANCE_REPORT"
PERIOD = timedelta(days=60)
TARGET = 0.01
_KINDS = {"a_to_z": "claims", "chargeback": "chargebacks", "negative_feedback": "negativeFeedback"}
_HARMLESS = ("won", "withdrawn")


def create_report(scene: Scene, request: Request) -> Answer:
    asked = request.json()
    if asked.get("reportType") != PERFORMANCE or not asked.get("marketplaceIds"):
        raise Unreadable(f"Only {PERFORMANCE} of a marketplace is made here.")
    number = str(scene.world.number())
    scene.shop.paper("reports")[number] = {
        "reportType": PERFORMANCE,
        "createdTime": scene.world.now.isoformat(),
        "processingStatus": "IN_QUEUE",
    }
    seconds = scene.world.settles_after.get("amazon.report", 60.0)
    scene.world.later(seconds, "report", scene.shop, number)
    return told({"reportId": number}, 202)


def make(world: World, shop: Shop, number: str) -> None:
    """The report is ready."""
    report = shop.paper("reports")[number]
    document = f"amzn1.spdoc.1.4.na.{world.number()}"
    content = json.dumps(performance(shop, world.now)).encode()
    shop.paper("documents")[document] = {
        "content": content.hex(),
        "contentType": "application/json",
    }
    report |= {
        "processingStatus": "DONE",
        "processingStartTime": world.now.isoformat(),
        "processingEndTime": world.now.isoformat(),
        "reportDocumentId": document,
    }


def get_report(scene: Scene, request: Request, reportId: str) -> Answer:  # noqa: N803
    report = scene.shop.paper("reports").get(reportId)
    return told(_report(scene, reportId, report)) if report else refuse("not_found", reportId)


def get_reports(scene: Scene, request: Request) -> Answer:
    """The newest first."""
    types, states = request.many("reportTypes"), request.many("processingStatuses")
    found = [
        _report(scene, number, report)
        for number, report in reversed(scene.shop.paper("reports").items())
        if (not types or report["reportType"] in types)
        and (not states or report["processingStatus"] in states)
    ]
    return told({"reports": scene.handed_over(found[: int(request.one("pageSize", "10"))])})


def get_document(scene: Scene, request: Request, documentId: str) -> Answer:  # noqa: N803
    if documentId not in scene.shop.paper("documents"):
        return refuse("not_found", documentId)
    return told({"reportDocumentId": documentId, "url": url_of(scene, documentId)})


def performance(shop: Shop, now: datetime) -> dict:
    """The order defect rate of orders of the last 60 days; an order is defective once."""
    rates = {
        name: _defect_rate(shop, now, name, fulfilment)
        for name, fulfilment in (("mfn", "merchant"), ("afn", "marketplace"))
    }
    is_bad = any(rate["status"] == "BAD" for rate in rates.values())
    where = MARKETPLACE["marketplaceId"]
    return {
        "accountStatuses": [{"marketplaceId": where, "status": "AT_RISK" if is_bad else "NORMAL"}],
        "performanceMetrics": [{"marketplaceId": where, "orderDefectRate": rates}],
    }


def _defect_rate(shop: Shop, now: datetime, name: str, fulfilment: str) -> dict:
    orders = {
        one.reference
        for one in shop.orders.values()
        if now - PERIOD <= one.placed_at <= now and one.fulfilment == fulfilment
    }
    hit = {kind: _orders_with(shop, kind) & orders for kind in _KINDS}
    defective = set.union(*hit.values())
    rate = len(defective) / len(orders) if orders else 0.0
    status = "GOOD" if rate < TARGET else "BAD"
    return {
        "reportingDateRange": {
            "reportingDateFrom": (now - PERIOD).strftime("%Y-%m-%dT%H:%MZ"),
            "reportingDateTo": now.strftime("%Y-%m-%dT%H:%MZ"),
        },
        "orderCount": len(orders),
        "orderWithDefects": {"count": len(defective), "status": status},
        **{_KINDS[kind]: {"count": len(found), "status": "NONE"} for kind, found in hit.items()},
        "fulfillmentType": name,
        "status": status,
        "rate": round(rate, 5),
        "targetValue": TARGET,
        "targetCondition": "LESS_THAN",
    }


def _orders_with(shop: Shop, kind: str) -> set[str]:
    claims = shop.claims.values()
    return {c.order for c in claims if c.kind == kind and c.state not in _HARMLESS}


def _report(scene: Scene, number: str, report: dict) -> dict:
    times = ("createdTime", "processingStartTime", "processingEndTime")
    found = {
        "reportId": number,
        "marketplaceIds": [MARKETPLACE["marketplaceId"]],
        **{name: value for name, value in report.items() if name not in times},
    }
    stamps = {name: datetime.fromisoformat(report[name]) for name in times if name in report}
    return found | {name: moment(scene, at) for name, at in stamps.items()}
