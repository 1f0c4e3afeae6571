"""Mails for tests: short to write, exact to read."""

from pathlib import Path

from hypothesis import settings

CORPUS = Path(__file__).parents[4] / "shared" / "data" / "mail"
WITHOUT_CORPUS = f"no real mail beside the checkout ({CORPUS.name} is absent)"

bounded = settings(deadline=None, max_examples=100)


def letter(body: str | bytes = "Hello", /, **fields: str | bytes) -> bytes:
    """A message from Ada unless the fields say otherwise; ``in_reply_to=`` is In-Reply-To."""
    fields = {"from": "Ada <ada@example.com>", "to": "support@shop.example"} | fields
    lines = [name.replace("_", "-").encode() + b": " + _bytes(v) for name, v in fields.items()]
    return b"\n".join([*lines, b"", _bytes(body)])


def parts(*contents: str | bytes, kind: str = "mixed", **fields: str) -> bytes:
    """A multipart message; every content is a part's own header, blank line and body."""
    body = b"".join(b"--edge\n" + _bytes(content) + b"\n" for content in contents) + b"--edge--\n"
    return letter(body, content_type=f'multipart/{kind}; boundary="edge"', **fields)


def part(
    body: str | bytes, content_type: str = "text/plain; charset=utf-8", **fields: str
) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}".encode() for name, value in fields.items()]
    return b"\n".join([b"Content-Type: " + content_type.encode(), *lines, b"", _bytes(body)])


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
