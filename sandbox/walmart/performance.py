"""GET /v3/insights/performance/…/summary: how Walmart sees the seller."""

from datetime import timedelta

from sandbox.exchange import Answer, Request, told
from sandbox.marketplace import Scene
from sandbox.values import Message

#: Hours a seller has to answer a buyer.
ANSWER_WITHIN = timedelta(hours=48)


def response_rate(scene: Scene, request: Request) -> Answer:
    """The part of buyers' messages of the last days that was answered within 48 hours."""
    days = int(request.one("reportDuration", "30"))
    since = scene.world.now - timedelta(days=days)
    asked = [one for one in scene.shop.messages if one.from_buyer and one.at >= since]
    late = [one for one in asked if not _is_answered(scene, one)]
    rate = 100.0 if not asked else round(100 * (1 - len(late) / len(asked)), 2)
    return _told(scene, days, rate, len({one.buyer for one in late}), "> 95%", rate > 95)


def negative_feedback(scene: Scene, request: Request) -> Answer:
    days = int(request.one("reportDuration", "30"))
    since = scene.world.now - timedelta(days=days)
    orders = [one for one in scene.shop.orders.values() if one.placed_at >= since]
    kinds = [c for c in scene.shop.claims.values() if c.kind == "negative_feedback"]
    hit = {c.order for c in kinds} & {order.reference for order in orders}
    rate = round(100 * len(hit) / len(orders), 2) if orders else 0.0
    return _told(scene, days, rate, len(hit), "< 2%", rate < 2)


def _is_answered(scene: Scene, question: Message) -> bool:
    limit = question.at + ANSWER_WITHIN
    answers = (
        one.at
        for one in scene.shop.messages
        if not one.from_buyer and one.order == question.order and one.at >= question.at
    )
    return min(answers, default=scene.world.now) <= limit


def _told(scene: Scene, days: int, rate: float, hit: int, standard: str, is_good: bool) -> Answer:
    level = "GOOD" if is_good else "URGENT REVIEW"
    figures = {
        "cumulativeRate": rate,
        "cumulativeRateTrend": "NEUTRAL",
        "impactedCustomerCount": hit,
        "riskLevel": level,
        "standard": standard,
        "reportDuration": days,
        "updatedTimestamp": scene.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    return told({"status": "OK", "payload": figures})
