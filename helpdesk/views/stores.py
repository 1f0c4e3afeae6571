"""Stores and how they are connected: seen by managers, changed by administrators."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act, may
from helpdesk.store_forms import (
    ADDRESS_WORDS,
    ChangeForm,
    ConnectForm,
    CredentialsForm,
    PauseForm,
    kinds_to_connect,
)
from marketplaces.models import Connection, Marketplace, Store
from marketplaces.selectors import gateway_of, store_at_a_glance, stores_at_a_glance
from marketplaces.services import connections as services
from marketplaces.services.checking import check_connection
from marketplaces.services.entries import plain_fields, secret_fields
from marketplaces.wire.opening import gateway_class

HISTORY, RECENT = 30, 8
DONE = gettext_lazy("The connection is saved. The next call goes by it.")


@login_required
@require_safe
def stores(request):
    require(request.user, Act.SEE_STORES)
    context = {
        "rows": stores_at_a_glance(now=timezone.now()),
        "can_manage": may(request.user, Act.MANAGE_STORES),
    }
    return render(request, "helpdesk/stores.html", context)


@login_required
@require_safe
def choose(request):
    """Choose the marketplace of a store to connect."""
    require(request.user, Act.MANAGE_STORES)
    return render(request, "helpdesk/store_choose.html", {"kinds": kinds_to_connect()})


@login_required
@never_cache
def connect(request, kind):
    require(request.user, Act.MANAGE_STORES)
    if kind not in dict(kinds_to_connect()):
        raise Http404
    form = ConnectForm(gateway_class(kind), _sent(request))
    if form.is_valid():
        plain = {name: form.cleaned_data[name] for name in ("name", "currency")}
        groups = {"addresses": {}, "options": {}, "credentials": {}} | form.facts()
        said = {"by": request.user, "at": timezone.now()}
        try:
            connection = services.connect_store(marketplace=kind, **plain, **groups, **said)
        except RuleViolation as error:
            form.show(error)
        else:
            messages.success(request, _("The store is connected. Test the connection next."))
            return redirect("helpdesk:store", connection.store_id)
    context = {"form": form, "kind": Marketplace(kind).label}
    return render(request, "helpdesk/store_connect.html", context, status=_status(form))


@login_required
@require_safe
def store(request, pk):
    require(request.user, Act.SEE_STORES)
    people = ("connection__connected_by", "connection__paused_by")
    return _page(request, get_object_or_404(Store.objects.select_related(*people), pk=pk))


@login_required
@never_cache
def change(request, pk):
    """Change name, addresses and entries of a connection."""
    connection = _connection(request, pk)
    form = ChangeForm(gateway_of(connection.store), connection, _sent(request))
    words = _("Change the connection")
    return _saved(request, connection, form, services.change_connection, words)


@login_required
@never_cache
def credentials(request, pk):
    """Replace credentials; none is ever shown."""
    connection = _connection(request, pk)
    form = CredentialsForm(gateway_of(connection.store), _sent(request))
    words = _("Replace credentials")
    return _saved(request, connection, form, services.rotate_credentials, words)


@login_required
@require_POST
def test(request, pk):
    """Try the connection now; the answer takes as long as the marketplace takes."""
    connection = _connection(request, pk)
    try:
        check_connection(pk, by=request.user, at=timezone.now())
    except RuleViolation as error:
        return _page(request, connection.store, refusal=str(error), status=422)
    return redirect("helpdesk:store", pk)


@login_required
@require_POST
def pause(request, pk):
    connection = _connection(request, pk)
    form = PauseForm(request.POST)
    if form.is_valid():
        said = {"why": form.cleaned_data["why"], "by": request.user, "at": timezone.now()}
        try:
            services.pause_connection(pk, **said)
        except RuleViolation as error:
            form.add_error("why" if error.field == "why" else None, str(error))
        else:
            return redirect("helpdesk:store", pk)
    return _page(request, connection.store, pause_form=form, status=422)


@login_required
@require_POST
def resume(request, pk):
    connection = _connection(request, pk)
    try:
        services.resume_connection(pk, by=request.user, at=timezone.now())
    except RuleViolation as error:
        return _page(request, connection.store, refusal=str(error), status=422)
    return redirect("helpdesk:store", pk)


def _connection(request, pk: int) -> Connection:
    require(request.user, Act.MANAGE_STORES)
    return get_object_or_404(Connection.objects.select_related("store"), store=pk)


def _saved(request, connection: Connection, form, service: Callable, words: str):
    pk = connection.store_id
    if form.is_valid():
        facts = form.facts()
        if "name" in form.cleaned_data:
            facts["name"] = form.cleaned_data["name"]
        try:
            service(pk, **facts, by=request.user, at=timezone.now())
        except RuleViolation as error:
            form.show(error)
        else:
            messages.success(request, DONE)
            return redirect("helpdesk:store", pk)
    context = {"form": form, "store": connection.store, "words": words, "connection": connection}
    return render(request, "helpdesk/store_change.html", context, status=_status(form))


def _page(request, store: Store, *, status: int = 200, **shown):
    glance = store_at_a_glance(store, now=timezone.now())
    context = {
        "store": store,
        "glance": glance,
        "connection": glance.connection,
        "exchanges": store.exchanges.order_by("-pk")[:RECENT],
        "record": _record(glance.connection),
        "can_manage": may(request.user, Act.MANAGE_STORES),
        "can_connect": store.marketplace in dict(kinds_to_connect()),
        "pause_form": PauseForm(),
        **(_entries(glance.connection) if glance.connection else {}),
        **shown,
    }
    return render(request, "helpdesk/store.html", context, status=status)


def _entries(connection: Connection) -> dict[str, list]:
    """What was filled in, with the labels of the gateway; of secrets whether they are there."""
    gateway, addresses, options = (
        gateway_of(connection.store), connection.addresses, connection.options,
    )  # fmt: skip
    named = [(ADDRESS_WORDS.get(name, name), url) for name, url in addresses.items()]
    filled = [(field.label, options.get(field.name)) for field in plain_fields(gateway)]
    known = connection.secret_names
    return {
        "entries": [(label, value) for label, value in [*named, *filled] if value],
        "secrets": [(field.label, field.name in known) for field in secret_fields(gateway)],
    }


def _record(connection: Connection | None):
    if connection is None:
        return []
    return connection.record.select_related("actor").order_by("-pk")[:HISTORY]


def _status(form) -> int:
    return 422 if form.is_bound else 200


def _sent(request):
    """Return what was posted, even if that is nothing."""
    return request.POST if request.method == "POST" else None
