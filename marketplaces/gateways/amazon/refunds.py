"""Refunds by feed: sent now, worked through minutes later, seen in the finances within 48 hours.

Nothing at Amazon guards against a repeat, and a feed does not tell what was in it. So before a feed
is made, and after a lost answer, the list of feeds is looked at: one that nobody knows of, made
since the refund was first tried, may be ours, and then nothing is sent: not before the finances
would have shown its money.
"""

import json
from collections.abc import Sequence
from datetime import timedelta

from marketplaces.gateways.amazon.adjustments import (
    CONTENT_TYPE,
    FEED_TYPE,
    document_of,
    problems_of,
)
from marketplaces.gateways.amazon.client import Client, Feeds, Finances
from marketplaces.gateways.amazon.mapping import money
from marketplaces.gateways.answers import moment, needed, read
from marketplaces.gateways.base import OutcomeUnknown
from marketplaces.gateways.refunding import RefundAnswer, RefundRequest
from marketplaces.gateways.shapes import (
    RefundState,
)

#: Our clock and Amazon's may differ by so much.
TOLERANCE = timedelta(minutes=10)
#: https://developer-docs.amazon.com/sp-api: finances may leave out the last 48 hours.
SHOWN_WITHIN = timedelta(hours=48)
#: Feeds are listed for 90 days; their reports are kept for 28. A report never changes.
DAY = 86_400.0

GONE = {"CANCELLED", "FATAL"}


def issue(client: Client, refund: RefundRequest) -> RefundAnswer:
    """Send one refund, in a feed of its own whose number is the reference.

    :raises OutcomeUnknown: also before anything is sent, if a feed may be an earlier try.
    """
    if not refund.is_first and (made := look_up(client, refund, "")):
        return made
    return RefundAnswer(RefundState.SUBMITTED, _send(client, document_of(client.seller, [refund])))


def issue_together(client: Client, refunds: Sequence[RefundRequest]) -> tuple[RefundAnswer, ...]:
    """Send refunds that were never tried in one feed: one may be made every two minutes.

    :raises ValueError: if one of them was tried before.
    """
    if not all(refund.is_first for refund in refunds):
        raise ValueError("Only refunds that were never tried go together.")
    feed = _send(client, document_of(client.seller, refunds))
    return tuple(RefundAnswer(RefundState.SUBMITTED, feed) for _ in refunds)


def look_up(client: Client, refund: RefundRequest, reference: str) -> RefundAnswer | None:
    if _is_settled(client, refund):
        return RefundAnswer(RefundState.SETTLED, reference)
    if reference:
        return _of_feed(client, refund, reference)
    if strange := _strange_feeds(client, refund):
        words = f"{len(strange)} feeds may hold it; the finances tell within 48 hours"
        raise OutcomeUnknown("look_up_refund", words)
    return None


def _send(client: Client, document: bytes) -> str:
    described = client.ask(
        "createFeedDocument", Feeds, lambda api: api.create_feed_document(None, CONTENT_TYPE)
    )
    number, url = read(
        "createFeedDocument", lambda found: (found["feedDocumentId"], found["url"]), described
    )
    client.upload(url, document, CONTENT_TYPE)
    made = client.ask(
        "createFeed",
        Feeds,
        lambda api: api.create_feed(FEED_TYPE, number, marketplaceIds=[client.marketplace]),
        changes_something=True,
    )
    return read("createFeed", lambda found: str(found["feedId"]), made, changed_something=True)


def _of_feed(client: Client, refund: RefundRequest, reference: str) -> RefundAnswer:
    feed = client.ask("getFeed", Feeds, lambda api: api.get_feed(reference))
    status = read("getFeed", lambda found: found["processingStatus"], feed)
    if status == "IN_QUEUE":
        return RefundAnswer(RefundState.SUBMITTED, reference)
    if status in GONE:
        return RefundAnswer(RefundState.FAILED, reference, f"Amazon's feed is {status}")
    if status != "DONE":
        return RefundAnswer(RefundState.PROCESSING, reference)
    for order, words in _problems(client, feed, reference):
        if order in ("", refund.order_reference):
            return RefundAnswer(RefundState.FAILED, reference, words)
    return RefundAnswer(RefundState.PROCESSING, reference)


def _problems(client: Client, feed: dict, reference: str) -> list[list[str]]:
    """What the report refuses. It is fetched once a day at most: 45 seconds lie between calls."""

    def fetch() -> tuple[str, float]:
        number = read("getFeed", lambda found: found["resultFeedDocumentId"], feed)
        place = client.ask("getFeedDocument", Feeds, lambda api: api.describe_document(number))
        problems = read("getFeedDocument", problems_of, client.download(place))
        return json.dumps(problems), DAY

    return json.loads(client.wire.remember(f"feed-{reference}", fetch))


def _is_settled(client: Client, refund: RefundRequest) -> bool:
    """Test whether the finances show a refund of this amount that may be this one."""
    answer = client.ask(
        "listTransactions",
        Finances,
        lambda api: api.list_transactions(
            relatedIdentifierName="ORDER_ID",
            relatedIdentifierValue=refund.order_reference,
            marketplaceId=client.marketplace,
        ),
    )
    return read("listTransactions", lambda found: _shows(found["payload"], refund), answer)


def _shows(payload, refund: RefundRequest) -> bool:
    return any(
        one["transactionType"] == "Refund"
        and -_amount(one["totalAmount"]) == refund.total
        and (refund.tried_at is None or needed(one["postedDate"]) >= refund.tried_at - TOLERANCE)
        for one in payload.get("transactions") or ()
    )


def _amount(found):
    return money({"amount": found["currencyAmount"], "currencyCode": found["currencyCode"]})


def _strange_feeds(client: Client, refund: RefundRequest) -> list[str]:
    """Return feeds that nobody knows of and that might hold the refund."""
    asked = {"feedTypes": FEED_TYPE, "marketplaceIds": client.marketplace, "pageSize": 100}
    if refund.tried_at:
        since = refund.tried_at - TOLERANCE
        asked["createdSince"] = since.strftime("%Y-%m-%dT%H:%M:%SZ")
    answer = client.ask("getFeeds", Feeds, lambda api: api.get_feeds(**asked))
    return read("getFeeds", lambda found: _unknown(found["feeds"], refund), answer)


def _unknown(feeds, refund: RefundRequest) -> list[str]:
    return [str(feed["feedId"]) for feed in feeds if _may_hold(feed, refund)]


def _may_hold(feed, refund: RefundRequest) -> bool:
    if str(feed["feedId"]) in refund.known or feed["processingStatus"] in GONE:
        return False
    if refund.tried_at and needed(feed["createdTime"]) < refund.tried_at - TOLERANCE:
        return False
    ended = moment(feed.get("processingEndTime"))
    would_show = ended and refund.at and ended < refund.at - SHOWN_WITHIN - TOLERANCE
    return not would_show
