"""One request and its answer, as values."""

import json
from dataclasses import dataclass, field
from urllib.parse import parse_qs


class Unreadable(ValueError):
    """The body is not what the operation reads."""


@dataclass(frozen=True)
class Request:
    """Header names are in small letters; the path has no query."""

    method: str
    path: str
    query: dict[str, list[str]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def many(self, name: str) -> list[str]:
        """Return a list however it was written: repeated or with commas."""
        return [part for value in self.query.get(name, []) for part in value.split(",") if part]

    def json(self) -> dict:
        """:raises Unreadable: if the body is no JSON object."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError as error:
            raise Unreadable(f"The body is not JSON: {error}") from None
        if not isinstance(value, dict):
            raise Unreadable("The body is not a JSON object.")
        return value

    def form(self) -> dict[str, str]:
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[0] for name, values in fields.items()}


@dataclass
class Answer:
    """``delay`` in seconds before it is sent; ``is_cut`` ends the connection without it."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    is_cut: bool = False


def told(value: object, status: int = 200, **headers: str) -> Answer:
    """Return an answer in JSON; header names are written with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": "application/json", **named})


def nothing(status: int = 204) -> Answer:
    return Answer(status)
