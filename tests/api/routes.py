"""Every operation of the REST door, as its own document lists them."""

import re
from dataclasses import dataclass
from functools import cache

from drf_spectacular.generators import SchemaGenerator


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    fields: tuple[str, ...]
    parameters: tuple[str, ...]

    def __str__(self):
        return f"{self.method.upper()} {self.path}"

    @property
    def is_list(self) -> bool:
        return "cursor" in self.parameters

    def at(self, key: object) -> str:
        """Return the address for one object."""
        return re.sub(r"\{(id|ticket|customer)\}", str(key), self.path)

    def about(self, ticket) -> str:
        """Return the address for what belongs to a ticket: itself, or its customer."""
        return self.at(ticket.requester_id if "{customer}" in self.path else ticket.pk)


@cache
def operations() -> tuple[Operation, ...]:
    document = SchemaGenerator().get_schema(request=None, public=True)
    components = document["components"]["schemas"]
    return tuple(
        Operation(method, path, _fields(operation, components), _parameters(operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    )


def _fields(operation: dict, components: dict) -> tuple[str, ...]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return tuple(components.get(name, {}).get("properties", {}))


def _parameters(operation: dict) -> tuple[str, ...]:
    parameters = operation.get("parameters", [])
    return tuple(p["name"] for p in parameters if p["in"] == "query")
