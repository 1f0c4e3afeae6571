"""One answer for both kinds of request: a whole page, or the piece that changed."""

from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_htmx(request) -> bool:
    """Asked for a piece; a history restore wants the whole page again."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def vary(response):
    """Say that the same address answers htmx differently."""
    patch_vary_headers(response, ["HX-Request"])
    return response


def page_or_panel(request, page: str, panel: str, context: dict, *, status: int = 200):
    """Render ``page``, or for htmx only ``panel``."""
    template = panel if is_htmx(request) else page
    return vary(render(request, template, context, status=status))
