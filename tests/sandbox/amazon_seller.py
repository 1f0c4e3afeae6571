"""A seller at the sandbox's Amazon: signs in, sends feeds, waits."""

import httpx

MARKET = "ATVPDKIKX0DER"
FEEDS = "/feeds/2021-06-30"


class Seller:
    def __init__(self, sandbox, orders=1):
        self.sandbox, self.told = sandbox, sandbox.open_shop("amazon", orders)
        self.http = httpx.Client(base_url=self.told["addresses"]["api"])
        self.fetch_token()

    def token(self, **more):
        known = self.told["credentials"]
        asked = {"grant_type": "refresh_token", **known}
        return self.http.post("/auth/o2/token", data=asked | more)

    def fetch_token(self):
        self.http.headers["x-amz-access-token"] = self.token().json()["access_token"]

    def wait(self, seconds):
        """Let the world's time pass; the token is renewed as a client would."""
        self.sandbox.tell("time", advance=seconds)
        self.fetch_token()

    def order(self, number, *included):
        asked = {"includedData": ",".join(included)}
        return self.http.get(f"/orders/2026-01-01/orders/{number}", params=asked).json()["order"]

    def upload(self, content, content_type="text/xml"):
        document = self.http.post(f"{FEEDS}/documents", json={"contentType": content_type}).json()
        put = httpx.put(document["url"], content=content, headers={"Content-Type": content_type})
        assert put.status_code == 200
        return document["feedDocumentId"]

    def create_feed(self, document, feed_type="POST_PAYMENT_ADJUSTMENT_DATA"):
        asked = {
            "feedType": feed_type,
            "marketplaceIds": [MARKET],
            "inputFeedDocumentId": document,
        }
        return self.http.post(f"{FEEDS}/feeds", json=asked)

    def feed(self, number):
        return self.http.get(f"{FEEDS}/feeds/{number}").json()

    def result_of(self, number):
        document = self.feed(number)["resultFeedDocumentId"]
        url = self.http.get(f"{FEEDS}/documents/{document}").json()["url"]
        return httpx.get(url).text

    def refunds(self):
        return list(self.sandbox.state_of(self.told)["refunds"].values())


def adjustment(order, line, amount, *, kind="Principal", reason="GeneralAdjustment", number=1):
    return f"""<Message><MessageID>{number}</MessageID><OrderAdjustment>
      <AmazonOrderID>{order}</AmazonOrderID><AdjustedItem>
        <AmazonOrderItemCode>{line}</AmazonOrderItemCode>
        <MerchantAdjustmentItemID>ours-1</MerchantAdjustmentItemID>
        <AdjustmentReason>{reason}</AdjustmentReason>
        <ItemPriceAdjustments><Component><Type>{kind}</Type>
          <Amount currency="USD">{amount}</Amount></Component></ItemPriceAdjustments>
      </AdjustedItem></OrderAdjustment></Message>"""


def envelope(*messages):
    return f"""<?xml version="1.0" encoding="UTF-8"?><AmazonEnvelope><Header>
      <DocumentVersion>1.01</DocumentVersion><MerchantIdentifier>A1</MerchantIdentifier></Header>
      <MessageType>OrderAdjustment</MessageType>{"".join(messages)}</AmazonEnvelope>"""
