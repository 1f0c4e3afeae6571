"""Pages of REST lists: by cursor, in a stable order, without counting."""

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from helpdesk.paging import InvalidCursor, page_of
from helpdesk.whole_numbers import whole_number

PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
CURSOR, SIZE = "cursor", "page_size"


class ByCursor(BasePagination):
    """Pages in the order of the view's ``sort_keys()``."""

    def paginate_queryset(self, queryset, request, view=None):
        self._url = request.build_absolute_uri()
        self._page = _read_page(queryset, request, view.sort_keys())
        return self._page.rows

    def get_paginated_response(self, data):
        page = self._page
        return Response(
            {
                "next": self._link(page.next_cursor),
                "previous": self._link(page.previous_cursor),
                "results": data,
            }
        )

    def get_paginated_response_schema(self, schema):
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view):
        return [
            _parameter(CURSOR, "From `next` or `previous` of another page.", {"type": "string"}),
            _parameter(
                SIZE,
                "How many rows a page has.",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MAX_PAGE_SIZE,
                    "default": PAGE_SIZE,
                },
            ),
        ]

    def _link(self, cursor: str) -> str | None:
        if not cursor:
            return None
        return replace_query_param(remove_query_param(self._url, CURSOR), CURSOR, cursor)


def _read_page(queryset, request, keys):
    cursor = request.query_params.get(CURSOR, "")
    try:
        return page_of(queryset, keys=keys, size=_size(request), cursor=cursor)
    except InvalidCursor as error:
        raise ValidationError({CURSOR: [str(error)]}, code="invalid_cursor") from error


def _size(request) -> int:
    asked = request.query_params.get(SIZE) or str(PAGE_SIZE)
    size = whole_number(asked, digits=3) or 0
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise ValidationError({SIZE: [f"A page has 1 to {MAX_PAGE_SIZE} rows."]})
    return size


def _parameter(name: str, description: str, schema: dict) -> dict:
    return {"name": name, "in": "query", "description": description, "schema": schema}
