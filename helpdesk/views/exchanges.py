"""What was said between a store and its marketplace, masked."""

import json

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts.permissions import require
from accounts.rules import Act
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.store_forms import ExchangeFilterForm
from marketplaces.models import Exchange, Store
from marketplaces.selectors import filter_exchanges, gateway_of

PAGE_SIZE = 50
NEWEST = (Key("pk", is_descending=True),)
BODIES = ("request_body", "response_body", "headers")


@login_required
@require_safe
def exchanges(request, pk):
    """The log of a store, by outcome, operation and time."""
    require(request.user, Act.SEE_STORES)
    store = get_object_or_404(Store, pk=pk)
    form = ExchangeFilterForm(_operations(store), request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    rows = filter_exchanges(store.exchanges.defer(*BODIES), **wanted)
    try:
        page = page_of(rows, keys=NEWEST, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except InvalidCursor:
        return redirect(request.path)
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {"store": store, "form": form, "page": page, "query": query.urlencode()}
    return render(request, "helpdesk/exchanges.html", context)


@login_required
@require_safe
def exchange(request, pk):
    require(request.user, Act.SEE_STORES)
    row = get_object_or_404(Exchange.objects.select_related("store"), pk=pk)
    together = Exchange.objects.filter(correlation=row.correlation).exclude(pk=pk)
    context = {
        "row": row,
        "asked": _readable(row.request_body),
        "answered": _readable(row.response_body),
        "together": together.defer(*BODIES).order_by("pk")[:20],
    }
    return render(request, "helpdesk/exchange.html", context)


def _operations(store: Store) -> list[str]:
    if not hasattr(store, "connection"):
        return []
    return sorted(gateway_of(store).rates)


def _readable(body: str) -> str:
    """Set JSON that was kept whole over several lines."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
