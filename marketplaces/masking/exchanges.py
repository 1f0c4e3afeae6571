"""What is kept of a request and its answer: address, a few headers, bodies. Pure."""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from marketplaces.masking.tables import mask_table, mask_xml
from marketplaces.masking.trees import mask_form, mask_graphql, mask_json
from marketplaces.masking.words import mark, without_numbers, words_of

#: Characters of a body that are kept, and bytes of one that are looked at.
KEPT, READ = 8_000, 400_000
#: Headers that tell of limits and find a call again at the marketplace.
HEADERS = words_of(
    """
    retry-after x-amzn-ratelimit-limit x-amzn-requestid x-request-id x-current-token-count
    x-next-replenishment-time wm_qos.correlation_id x-ebay-c-request-id rlogid
    x-shopify-api-version content-type date
    """
)
_TABLES = {"text/csv": ",", "text/tab-separated-values": "\t", "text/plain": "\t"}


def mask_address(url: str, *, secrets: frozenset[str] = frozenset()) -> str:
    """Keep host and path, and of the query what is harmless: a signature is not."""
    parts = urlsplit(url)
    host = f"{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}"
    path = "/".join(_step(step) for step in parts.path.split("/"))
    query = f"?{mask_form(parts.query)}" if parts.query else ""
    return scrub_secrets(f"{parts.scheme}://{host}{path}{query}", secrets)[:500]


def _step(step: str) -> str:
    plain = unquote(step)
    return step if without_numbers(plain) == plain and " " not in plain else mark(plain)


def mask_headers(headers: Iterable[tuple[str, str]], *, secrets: frozenset[str]) -> dict[str, str]:
    kept = ((name.lower(), value) for name, value in headers)
    return {name: scrub_secrets(value, secrets)[:200] for name, value in kept if name in HEADERS}


def mask_body(content: bytes, content_type: str, *, secrets: frozenset[str] = frozenset()) -> str:
    """Return what may be kept of a body: its shape and what is harmless, or its length alone."""
    if not content:
        return ""
    kind = content_type.partition(";")[0].strip().lower()
    if len(content) > READ:
        return f"[{len(content)} bytes of {kind or 'unknown kind'}]"
    try:
        masked = _masked(content.decode("utf-8-sig"), kind)
    except (ValueError, RecursionError):
        return f"[{len(content)} bytes of {kind or 'unknown kind'} that cannot be masked]"
    masked = scrub_secrets(masked, secrets)
    return masked if len(masked) <= KEPT else f"{masked[:KEPT]} …[{len(masked) - KEPT} more]"


def _masked(text: str, kind: str) -> str:
    """:raises ValueError: if it is not what it says it is."""
    if kind == "application/graphql":
        return mask_graphql(text)
    if kind == "application/x-www-form-urlencoded":
        return mask_form(text)
    if kind.endswith("json") or text.lstrip()[:1] in ("{", "["):
        return mask_json(text)
    if kind.endswith("xml") or text.lstrip()[:1] == "<":
        return mask_xml(text)
    if kind in _TABLES:
        return mask_table(text, delimiter=_TABLES[kind])
    raise ValueError(kind)


def scrub_secrets(text: str, secrets: frozenset[str]) -> str:
    """Replace whatever is known to be secret, wherever it turned up, longest first."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, mark(secret))
    return text
