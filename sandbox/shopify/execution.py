"""Checks a document against the schema, reckons its cost, and picks what was asked for."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import log

from sandbox.shopify.graphql_text import Document, Field, Operation, Variable
from sandbox.shopify.schema import TYPES

_CONNECTION = {"nodes", "edges", "pageInfo"}
LARGEST_PAGE = 250


class Invalid(ValueError):
    """A query Shopify would not run; ``code`` and ``path`` as in its errors."""

    def __init__(self, message: str, code: str, path: list[str] | None = None):
        super().__init__(message)
        self.code, self.path = code, path or []


@dataclass
class Listed:
    """Items of a connection; ``is_paged`` where the resolver has already cut the page."""

    items: list
    has_next: bool = False
    is_paged: bool = False


@dataclass
class Query:
    """One operation with its variables filled in."""

    operation: Operation
    document: Document
    variables: dict
    path: list[str] = field(default_factory=list)

    def fields(self, selections: tuple) -> Iterator[Field]:
        """Go through the fields, those in fragments too."""
        for one in selections:
            if isinstance(one, Field):
                yield one
            else:
                yield from self.fields(one.selections or self.document.fragments.get(one.name, ()))

    def value(self, written: object) -> object:
        if isinstance(written, Variable):
            default = self.operation.variables.get(written.name)
            return self.variables.get(written.name, self.value(default))
        if isinstance(written, dict):
            return {name: self.value(one) for name, one in written.items()}
        return [self.value(one) for one in written] if isinstance(written, list) else written

    def arguments(self, one: Field) -> dict:
        return {name: self.value(written) for name, written in one.arguments.items()}

    def cost(self, selections: tuple, type_name: str) -> int:
        """Check the selections against the schema, and return their points.

        :raises Invalid: for a field that does not exist, or that lacks selections.
        """
        return sum(self._cost_of(one, type_name) for one in self.fields(selections))

    def _cost_of(self, one: Field, type_name: str) -> int:
        if one.name == "__typename":
            return 0
        if one.name not in TYPES[type_name]:
            raise Invalid(
                f"Field '{one.name}' doesn't exist on type '{type_name}'", "undefinedField",
                [*self.path, one.alias],
            )  # fmt: skip
        kind = TYPES[type_name][one.name]
        if bool(kind) != bool(one.selections):
            raise Invalid(
                f"Field must have selections (field '{one.name}' on type '{type_name}')"
                if kind
                else f"Selections can't be made on scalars (field '{one.name}')",
                "selectionMismatch", [one.alias],
            )  # fmt: skip
        if kind.endswith("@"):
            return self._cost_of_connection(one, kind[:-1])
        own = 10 if type_name == "Mutation" else 1
        return own + self.cost(one.selections, kind.rstrip("*")) if kind else 0

    def _cost_of_connection(self, one: Field, type_name: str) -> int:
        first = self.arguments(one).get("first") or self.arguments(one).get("last")
        if not isinstance(first, int):
            raise Invalid(
                f"you must provide one of first or last (field '{one.name}')", "missingArgument"
            )
        if first > LARGEST_PAGE:
            raise Invalid(f"first cannot exceed {LARGEST_PAGE}", "argumentLiteralsIncompatible")
        per_node = 0
        for part in self.fields(one.selections):
            if part.name not in _CONNECTION:
                raise Invalid(
                    f"Field '{part.name}' doesn't exist on type '{type_name}Connection'",
                    "undefinedField",
                )
            if part.name == "nodes":
                per_node += 1 + self.cost(part.selections, type_name)
            elif part.name == "edges":
                per_node += 1 + sum(
                    self.cost(edge.selections, type_name)
                    for edge in self.fields(part.selections)
                    if edge.name == "node"
                )
        return 2 + round(per_node * max(1.0, 2 * log(first + 1)))

    def pick(self, value: object, selections: tuple, type_name: str) -> object:
        """Return what the selections ask of a value made of dictionaries."""
        if value is None:
            return None
        if isinstance(value, list):
            return [self.pick(item, selections, type_name) for item in value]
        return {
            one.alias: self._pick_field(value, one, type_name) for one in self.fields(selections)
        }

    def _pick_field(self, value: dict, one: Field, type_name: str) -> object:
        if one.name == "__typename":
            return type_name
        found = value.get(one.name)
        found = found(self.arguments(one)) if callable(found) else found
        kind = TYPES[type_name][one.name]
        if not kind or found is None:
            return found
        if kind.endswith("@"):
            return self._pick_page(found, one, kind[:-1])
        if isinstance(found, list) and isinstance(first := self.arguments(one).get("first"), int):
            found = found[:first]
        return self.pick(found, one.selections, kind.rstrip("*"))

    def _pick_page(self, found: Listed | list, one: Field, type_name: str) -> dict:
        page = found if isinstance(found, Listed) else Listed(found)
        items, has_next = page.items, page.has_next
        if not page.is_paged:
            arguments = self.arguments(one)
            start = int(read_cursor(arguments.get("after")) or 0)
            first = arguments.get("first") or len(items)
            items, has_next = items[start : start + first], start + first < len(items)
            cursors = [cursor(str(start + n)) for n in range(1, len(items) + 1)]
        else:
            cursors = [item["__cursor"] for item in items]
        info = {
            "hasNextPage": has_next,
            "hasPreviousPage": bool(self.arguments(one).get("after")),
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        }
        return {
            part.alias: self._pick_part(part, items, cursors, info, type_name)
            for part in self.fields(one.selections)
        }

    def _pick_part(
        self, part: Field, items: list, cursors: list, info: dict, type_name: str
    ) -> object:
        if part.name == "pageInfo":
            return {one.alias: info.get(one.name) for one in self.fields(part.selections)}
        if part.name == "nodes":
            return self.pick(items, part.selections, type_name)
        return [
            {
                edge.alias: place
                if edge.name == "cursor"
                else self.pick(item, edge.selections, type_name)
                for edge in self.fields(part.selections)
            }
            for item, place in zip(items, cursors, strict=True)
        ]


def cursor(place: str) -> str:
    return b64encode(place.encode()).decode()


def read_cursor(written: object) -> str:
    """:raises Invalid: if it is none of ours."""
    try:
        return b64decode(str(written), validate=True).decode() if written else ""
    except ValueError:
        raise Invalid("Invalid cursor for current pagination sort.", "BAD_REQUEST") from None
