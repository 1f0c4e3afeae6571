"""Feeds 2021-06-30: make a document, put its content, make a feed of it, see how far it is."""

from sandbox.amazon.pieces import MARKETPLACE, moment, refuse
from sandbox.exchange import Answer, Request, Unreadable, told
from sandbox.marketplace import Scene, shops_of
from sandbox.values import Shop
from sandbox.world import World

#: Seconds in the queue; how long it takes then is ``settles_after["amazon.feed"]``.
IN_QUEUE = 30.0


def create_document(scene: Scene, request: Request) -> Answer:
    """The content is PUT to the URL, with the same content type."""
    content_type = request.json().get("contentType")
    if not content_type:
        raise Unreadable("contentType is required.")
    number = f"amzn1.tortuga.3.na.{scene.world.number()}"
    scene.shop.paper("documents")[number] = {"content": "", "contentType": content_type}
    return told({"feedDocumentId": number, "url": url_of(scene, number)}, 201)


def url_of(scene: Scene, number: str) -> str:
    """A URL with its own permission, as of a store for files."""
    return f"{scene.address}/files/{number}?X-Amz-Signature={number[-4:]}"


def put_file(scene: Scene, request: Request, documentId: str) -> Answer:  # noqa: N803
    shop = _shop_with(scene.world, documentId)
    if shop is None:
        return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
    document = shop.paper("documents")[documentId]
    if request.headers.get("content-type", "") != document["contentType"]:
        return Answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
    document["content"] = request.body.hex()
    return Answer(200)


def get_file(scene: Scene, request: Request, documentId: str) -> Answer:  # noqa: N803
    shop = _shop_with(scene.world, documentId)
    if shop is None:
        return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
    document = shop.paper("documents")[documentId]
    headers = {"Content-Type": document["contentType"]}
    return Answer(200, bytes.fromhex(document["content"]), headers)


def create_feed(scene: Scene, request: Request) -> Answer:
    asked = request.json()
    document = scene.shop.paper("documents").get(asked.get("inputFeedDocumentId"))
    if document is None or not asked.get("feedType") or not asked.get("marketplaceIds"):
        raise Unreadable("feedType, marketplaceIds and inputFeedDocumentId are required.")
    if not document["content"]:
        raise Unreadable("Nothing was uploaded to the document.")
    number = str(scene.world.number())
    scene.shop.paper("feeds")[number] = {
        "feedType": asked["feedType"],
        "document": asked["inputFeedDocumentId"],
        "createdTime": scene.world.now.isoformat(),
        "processingStatus": "IN_QUEUE",
    }
    scene.world.later(IN_QUEUE, "feed begins", scene.shop, number)
    return told({"feedId": number}, 202)


def get_feed(scene: Scene, request: Request, feedId: str) -> Answer:  # noqa: N803
    feed = scene.shop.paper("feeds").get(feedId)
    return told(_feed(scene, feedId, feed)) if feed else refuse("not_found", feedId)


def get_feeds(scene: Scene, request: Request) -> Answer:
    """The newest first; ``feedTypes`` is required as no token is given out here."""
    types = request.many("feedTypes")
    if not types:
        raise Unreadable("Either feedTypes or nextToken is required.")
    states = request.many("processingStatuses")
    feeds = [
        _feed(scene, number, feed)
        for number, feed in reversed(scene.shop.paper("feeds").items())
        if feed["feedType"] in types and (not states or feed["processingStatus"] in states)
    ]
    return told({"feeds": scene.handed_over(feeds[: int(request.one("pageSize", "10"))])})


def cancel_feed(scene: Scene, request: Request, feedId: str) -> Answer:  # noqa: N803
    feed = scene.shop.paper("feeds").get(feedId)
    if feed is None:
        return refuse("not_found", feedId)
    if feed["processingStatus"] != "IN_QUEUE":
        raise Unreadable("Only a feed that is IN_QUEUE can be cancelled.")
    feed["processingStatus"] = "CANCELLED"
    return told({})


def get_document(scene: Scene, request: Request, documentId: str) -> Answer:  # noqa: N803
    if documentId not in scene.shop.paper("documents"):
        return refuse("not_found", documentId)
    return told({"feedDocumentId": documentId, "url": url_of(scene, documentId)})


def _feed(scene: Scene, number: str, feed: dict) -> dict:
    times = ("createdTime", "processingStartTime", "processingEndTime")
    found = {
        "feedId": number,
        "feedType": feed["feedType"],
        "marketplaceIds": [MARKETPLACE["marketplaceId"]],
        "processingStatus": feed["processingStatus"],
    }
    found |= {name: _time(scene, feed[name]) for name in times if name in feed}
    return found | ({"resultFeedDocumentId": feed["result"]} if "result" in feed else {})


def _time(scene: Scene, text: str) -> str:
    return moment(scene, type(scene.now).fromisoformat(text))


def _shop_with(world: World, document: str) -> Shop | None:
    shops = shops_of(world, "amazon")
    return next((shop for shop in shops if document in shop.paper("documents")), None)
