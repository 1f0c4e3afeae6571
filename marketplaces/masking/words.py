"""Which names and values are harmless. Pure."""

import re

#: What stands for a value that is not kept.
MARK = "•"
LONGEST_SENTENCE = 2_000


def words_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
#: Names made of these words are about people, their words or secrets.
_PRIVATE = words_of(
    """
    access account address answer assertion authorization bank billing birth body business buyer
    card city comment company contact content county credential customer customization
    description district email evidence feedback fax file first full gift given iban
    instructions ip key last lat latitude letter line1 line2 lng location locality login lon
    longitude mail memo message middle mobile name nick note bill_to owner passphrase passport
    passwd password payer person phone postal postcode preferred private province recipient
    refresh region remark secret seller session ship_to shipping sign signature
    state_or_province street subject subtitle surname tax_id taxpayer telephone text title token
    user username vat verifier website zip
    """
)
#: Names made of these words hold nothing but people: not even a telling name below them counts.
_PEOPLE = words_of(
    """
    address bill_to billing buyer card contact credential customer owner payer person recipient
    ship_to user
    """
)
#: Names that hold one of the words above and are harmless all the same, as a whole.
_HARMLESS = words_of(
    """
    carrier_name currency_code fulfillment_location_id language_code marketplace_name
    operation_name token_type seller_sku shipping_amount shipping_price shipping_tax
    shipping_service_level refresh_interval file_type content_type charge_name account_type
    feed_type message_type message_key key_type subject_type expires_in region_id total_shipping
    last_updated last_updated_time last_modified last_modified_date last_update_date
    created_after last_updated_after last_updated_before file_name_extension shipping_discount
    ship_method_name customer_order_id buyer_requested_cancel is_buyer_requested shipping_cost
    shipping_fulfillment shipping_fulfillments shipping_lines shipping_step shipping_info
    """
)
#: A name that ends in one of these holds a number, a choice or a time, as far as it looks like one.
_TELLING = words_of(
    """
    id ids number reference code codes status statuses state states type types kind reason
    reasons currency amount amounts sku asin upc ean quantity count total sum price tax fee rate
    limit offset page size date time at after before from until since created updated modified
    cursor version marketplace marketplaces channel carrier class level method mode operation
    event action result outcome severity errno language locale unit scope grant error
    """
)
_ERRORS = frozenset({"error", "errors", "user_errors", "warning", "warnings"})
_SAID = frozenset({"message", "error_message", "long_message", "description", "info", "detail",
                   "details", "title", "error_description"})  # fmt: skip

_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ][0-9:.]{5,15}(?:Z|[+-]\d\d:?\d\d)?)?")
_AMOUNT = re.compile(r"-?\d{1,9}(?:\.\d{1,6})?")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|true|false|null")
_IDENTIFIER = re.compile(r"(?=[^@]{1,120}\Z)[A-Za-z0-9#][A-Za-z0-9_.:/#|=-]*")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
#: Long, with letters and figures and no rest: a token rather than a number of something.
_TOKEN_LIKE = re.compile(r"(?=[^\s]*[A-Za-z])(?=[^\s]*\d)[A-Za-z0-9+/_=.~|%-]{33,}")
_MAIL = re.compile(r"[^\s<>\"',;:()]{1,120}(?:@|%40)[^\s<>\"',;:()]{1,190}")
_CAPITALISED = re.compile(r"(?<![\w.-])[^\W\d_a-z][a-z\u00df-\u024f'’]+(?![\w])")
#: Words that begin sentences about calls, and names of things in them.
_TECHNICAL = words_of(
    """
    a access account action amount an and api application argument at authentication
    authorization bad body bucket but by call cancelled cannot client conflict content could
    currency customer date does duplicate either entity error exceeded expired failed feed field
    for forbidden found from given has have header id if in internal invalid is it item json key
    limit line lines malformed marketplace merchant message method missing must no not of on one
    only operation or order orders page parameter permission please policy property quantity
    query quota rate read refund rejected request required resource response result retry scope
    seller server service shipment sku status store string temporarily the there this throttled
    time timeout to token too try type unable unauthorized unexpected unknown unsupported use
    user validation value version was we when with xml you your
    """
)
_PHONE = re.compile(r"\+?\(?\d[\d\s().\-/]{6,20}\d")


def normal(name: str) -> str:
    """Write ``BuyerEmail``, ``buyer-email`` and ``ns:buyerEmail`` alike: ``buyer_email``."""
    local = name.rpartition(":")[2].rpartition("}")[2]
    return "_".join(word.lower() for word in _WORDS.findall(local))


def is_private(name: str) -> bool:
    """Test whether a name speaks of people, of what they wrote, or of secrets."""
    return _is_made_of(_PRIVATE, name)


def hides_all(name: str) -> bool:
    """Test whether nothing below a name is kept, whatever it is called."""
    return _is_made_of(_PEOPLE, name)


def _is_made_of(words: frozenset[str], name: str) -> bool:
    plain = normal(name)
    if plain in _HARMLESS:
        return False
    parts = {plain, *plain.split("_")}
    return not words.isdisjoint(parts | {part.removesuffix("s") for part in parts})


def is_about_errors(name: str) -> bool:
    return normal(name) in _ERRORS


def is_said_of_an_error(name: str) -> bool:
    return normal(name) in _SAID


def is_harmless(name: str, value: str) -> bool:
    """Test whether a value may stand in the log, under a name that is not private."""
    if _TIME.fullmatch(value) or _CONSTANT.fullmatch(value) or _UUID.fullmatch(value):
        return True
    if _AMOUNT.fullmatch(value):
        return "." in value or len(value) <= 6 or _tells(name)
    return _tells(name) and bool(_IDENTIFIER.fullmatch(value)) and not _TOKEN_LIKE.search(value)


def _tells(name: str) -> bool:
    plain = normal(name)
    return plain.rpartition("_")[2] in _TELLING or plain in _HARMLESS


def mark(value: object) -> str:
    """Stand for a value: how long it was, and nothing of it."""
    return f"{MARK}{len(str(value))}{MARK}"


def scrub(text: str) -> str:
    """Take people and tokens out of a sentence. Of a novel only the beginning is kept."""
    return _CAPITALISED.sub(_unless_technical, without_numbers(text[:LONGEST_SENTENCE]))


def without_numbers(text: str) -> str:
    """Take mail addresses, telephone numbers and tokens out of a text."""
    for pattern in (_MAIL, _TOKEN_LIKE):
        text = pattern.sub(lambda found: mark(found.group()), text)
    return _PHONE.sub(_unless_harmless, text)


def _unless_technical(found: re.Match) -> str:
    """A word with a capital may be somebody's name, unless interfaces speak so."""
    text = found.group()
    return text if text.lower() in _TECHNICAL else mark(text)


def _unless_harmless(found: re.Match) -> str:
    """Keep times and numbers of orders, which look like telephone numbers from afar."""
    text = found.group()
    if _TIME.fullmatch(text.strip()) or (
        re.fullmatch(r"\d{3}-\d{7}-\d{7}|\d{2}-\d{5}-\d{5}", text)
    ):
        return text
    return mark(text)
