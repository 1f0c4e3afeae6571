"""Masking: what is written down of a call holds no secret and nothing of anybody."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplaces.masking.exchanges import KEPT, mask_address, mask_body, mask_headers
from marketplaces.masking.words import normal, scrub

NAME, MAIL, PHONE = "Rosa Whitfield", "rosa.w@mail.example", "+39 06 1234 5678"
JSON = "application/json"


def masked(tree, **options) -> str:
    return mask_body(json.dumps(tree).encode(), JSON, **options)


def test_an_order_keeps_its_numbers_and_loses_its_people():
    shown = json.loads(
        masked(
            {
                "orderId": "112-5550001-1234567",
                "status": "SHIPPED",
                "lastUpdatedTime": "2026-03-02T09:00:00Z",
                "total": {"value": "49.00", "currencyCode": "USD"},
                "buyer": {"buyerId": "A1B2", "buyerName": NAME, "buyerEmail": MAIL},
                "shippingAddress": {"city": "Rome", "countryCode": "IT"},
                "phones": [PHONE],
                "aFieldOfTomorrow": NAME,
                "quantity": 3,
                "telefax": 390612345678,
            }
        )
    )

    assert shown == {
        "orderId": "112-5550001-1234567",
        "status": "SHIPPED",
        "lastUpdatedTime": "2026-03-02T09:00:00Z",
        "total": {"value": "49.00", "currencyCode": "USD"},
        "buyer": {"buyerId": "•4•", "buyerName": "•14•", "buyerEmail": "•19•"},
        "shippingAddress": {"city": "•4•", "countryCode": "•2•"},
        "phones": ["•16•"],
        "aFieldOfTomorrow": "•14•",
        "quantity": 3,
        "telefax": "•12•",
    }


def test_an_error_keeps_its_sentence_without_what_it_quotes():
    shown = masked({"errors": [{"code": "Bad", "message": f"{MAIL} called {PHONE} on 112-1234567-"
                                "1234567"}]})  # fmt: skip

    assert '"code": "Bad"' in shown
    assert "•19• called •16• on 112-1234567-1234567" in shown


def test_a_sentence_keeps_what_interfaces_say_and_no_name():
    said = "Order 112-1234567-1234567 of Karen O’Neill and Élodie is not SHIPPED. Invalid field."

    assert scrub(said) == (
        "Order 112-1234567-1234567 of •5• O’•5• and •6• is not SHIPPED. Invalid field."
    )


@pytest.mark.parametrize(
    ("kind", "body", "kept", "gone"),
    [
        ("application/x-www-form-urlencoded",
         b"grant_type=refresh_token&client_secret=s3cr3t&refresh_token=Atzr%7Cxyz",
         ["grant_type=refresh_token"], ["s3cr3t", "Atzr"]),
        ("text/xml", f'<?xml version="1.0"?><Env><AmazonOrderID>112-1</AmazonOrderID><Amount '
         f'currency="USD">12.00</Amount><BuyerName x="{NAME}">{NAME}</BuyerName></Env>'.encode(),
         ["112-1", "12.00", "BuyerName"], [NAME]),
        ("text/tab-separated-values", f"order-id\tbuyer-name\n112-1\t{NAME}\n".encode(),
         ["112-1", "buyer-name"], [NAME]),
        ("text/csv", f"order-id,recipient\n112-1,{NAME}\n".encode(), ["112-1"], [NAME]),
        ("application/graphql", f'mutation {{ note(id: "gid://1", text: "{NAME}") }}'.encode(),
         ["mutation { note(id:"], [NAME]),
        (JSON, json.dumps({"query": f'{{ a(b: "{NAME}") }}', "variables": {"note": NAME}}).encode(),
         ["{ a(b:"], [NAME]),
        (JSON, b'{"broken', [], ["broken"]),
        ("text/xml", f"<a><!-- {NAME} --></a>".encode(), [], [NAME]),
        ("text/html", f"<p>{NAME}<b>".encode(), [], [NAME]),
        ("image/png", b"\x89PNG", ["[4 bytes of image/png"], []),
        ("", b"Rosa", ["[4 bytes"], ["Rosa"]),
        (JSON, b"[" * 100_000, ["100000 bytes"], []),
    ],
)  # fmt: skip
def test_each_kind_of_body(kind, body, kept, gone):
    shown = mask_body(body, kind)

    assert [words for words in kept if words not in shown] == []
    assert [words for words in gone if words in shown] == []


def test_an_address_loses_user_signature_and_people():
    url = (f"https://u:p@api.shop.example:8443/orders/112-1/rosa%40mail.example?status=SHIPPED"
           f"&X-Amz-Signature={'a1' * 32}&email=rosa%40mail.example&cursor=abc")  # fmt: skip
    shown = mask_address(url)

    assert shown.startswith("https://api.shop.example:8443/orders/112-1/•17•?status=SHIPPED&")
    assert "cursor=abc" in shown
    assert not any(secret in shown for secret in ("u:p", "a1a1", "rosa"))


def test_of_headers_only_those_that_tell_of_limits_stay():
    headers = [("Retry-After", "3"), ("Set-Cookie", "s3cr3t"), ("Authorization", "Bearer x"),
               ("x-amzn-RequestId", "1-2-3")]  # fmt: skip

    kept = mask_headers(headers, secrets=frozenset())
    assert kept == {"retry-after": "3", "x-amzn-requestid": "1-2-3"}


def test_a_known_secret_is_found_wherever_it_stands():
    secret = "canary7x"
    shown = masked({"status": secret, secret: 1, "orderId": f"A-{secret}"},
                   secrets=frozenset({secret}))  # fmt: skip

    assert secret not in shown


def test_a_body_is_kept_in_part_only():
    shown = masked([{"status": "SHIPPED"}] * 5000)

    assert len(shown) < KEPT + 40
    assert shown.endswith("more]")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("BuyerEmail", "buyer_email"), ("buyer-email", "buyer_email"),
     ("ns:buyerEmail", "buyer_email"), ("AmazonOrderID", "amazon_order_id"),
     ("WM_SEC.ACCESS_TOKEN", "wm_sec_access_token")],
)  # fmt: skip
def test_names_are_read_alike_however_they_are_written(name, expected):
    assert normal(name) == expected


# A name, an address and a telephone number, as they stand in a thousand fields.
people = st.builds(
    lambda first, last: f"{first} {last}",
    st.text("abcdefghij", min_size=3, max_size=8).map(str.capitalize),
    st.text("klmnopqrst", min_size=3, max_size=8).map(str.capitalize),
)
keys = st.sampled_from(
    ["orderId", "status", "type", "reason", "value", "x", "code", "id", "items", "total", "date",
     "error", "state", "label", "option", "sku", "reference"]
)  # fmt: skip


def trees(leaf):
    return st.recursive(
        leaf, lambda below: st.lists(below, max_size=3) | st.dictionaries(keys, below, max_size=3)
    )


@given(person=people, tree=trees(st.just("PERSON")))
def test_wherever_a_full_name_stands_it_is_gone(person, tree):
    document = json.loads(json.dumps(tree).replace("PERSON", person))

    assert person not in masked(document)


@given(number=st.from_regex(r"\+[1-9][0-9]{1,2} [0-9]{3} [0-9]{4,6}", fullmatch=True),
       tree=trees(st.just("PHONE")))  # fmt: skip
def test_wherever_a_telephone_number_stands_it_is_gone(number, tree):
    document = json.loads(json.dumps(tree).replace("PHONE", number))

    assert number not in masked(document)


@given(
    secret=st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=8, max_size=60),
    tree=trees(st.just("SECRET")),
    kind=st.sampled_from([JSON, "text/plain", "application/x-www-form-urlencoded", "text/xml"]),
)
def test_wherever_a_known_secret_stands_it_is_gone(secret, tree, kind):
    body = json.dumps(tree).replace("SECRET", secret)

    assert secret not in mask_body(body.encode(), kind, secrets=frozenset({secret}))
    assert secret not in mask_address(f"https://a.example/{secret}?q={secret}",
                                      secrets=frozenset({secret}))  # fmt: skip


@given(
    name=st.sampled_from(
        ["buyerName", "email", "phoneNumber", "addressLine1", "accessToken", "client_secret",
         "note", "messageBody", "recipient", "ipAddress", "Password", "x-api-key"]
    ),
    value=st.text(min_size=1, max_size=40).filter(lambda text: text.strip(" 0123456789.")),
)  # fmt: skip
def test_what_stands_under_a_private_name_is_gone_whatever_it_looks_like(name, value):
    assert json.loads(masked({name: value})) == {name: f"•{len(value)}•"}


@given(st.text(max_size=300))
def test_scrubbing_never_fails_and_leaves_no_mail_address(text):
    assert "@" not in scrub(f"{text} a@b.example").rpartition(" ")[2]


@given(st.binary(max_size=400), st.sampled_from([JSON, "text/xml", "text/csv", "a", "text/plain"]))
def test_any_bytes_are_masked_without_failing(content, kind):
    mask_body(content, kind)
