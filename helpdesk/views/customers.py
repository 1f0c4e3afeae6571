"""Customers: finding one, and everything about one."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.rules import Act, may
from helpdesk.axis import STRIP_LEFT, STRIP_WIDTH, by_month, marks_of
from helpdesk.customer_record import (
    axis_of,
    can_be_undone,
    corrections_of,
    history_of,
    likely_same,
    moved_to,
)
from helpdesk.forms import CustomerForm, CustomerTagsForm
from helpdesk.htmx import page_or_panel
from helpdesk.identity_forms import LinkIdentityForm
from helpdesk.models import Customer, IdentityKind
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.selectors import orders_of
from helpdesk.services.customers import change_customer, set_tags

BY_NAME = (Key("name"), Key("pk"))
PAGE_SIZE = 50
HISTORY_SHOWN = 50


@login_required
@require_safe
def customers(request):
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = Customer.objects.visible_to(request.user).prefetch_related("identities")
    if text:
        found = found.matching(text)
    try:
        page = page_of(found, keys=BY_NAME, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except InvalidCursor:
        return redirect(request.path)
    context = {"page": page, "words": text}
    return page_or_panel(
        request, "helpdesk/customers.html", "helpdesk/_customer_list.html", context
    )


@login_required
@require_safe
def customer(request, pk):
    return show_customer(request, load_customer(request, pk))


@login_required
@require_POST
def rename(request, pk):
    found = load_customer(request, pk)
    form = CustomerForm(request.POST)
    try:
        if not form.is_valid():
            return _not_renamed(request, found, form)
        change_customer(
            found.pk, name=form.cleaned_data["name"], by=request.user, at=timezone.now()
        )
    except RuleViolation as error:
        form.add_error(error.field, str(error))
        return _not_renamed(request, found, form)
    return redirect("helpdesk:customer", found.pk)


@login_required
@require_POST
def tag(request, pk):
    """Say what kind of customer this is."""
    found = load_customer(request, pk)
    form = CustomerTagsForm(request.POST)
    if form.is_valid():
        try:
            set_tags(found.pk, tags=form.cleaned_data["tags"], by=request.user, at=timezone.now())
        except RuleViolation as error:
            form.add_error(error.field, str(error))
        else:
            return redirect("helpdesk:customer", found.pk)
    return show_customer(request, found, tags_form=form, status=422)


def _not_renamed(request, found: Customer, form):
    return show_customer(request, found, form=form, status=422)


def show_customer(request, found: Customer, *, status: int = 200, **forms):
    """Render the customer's page, with a refused form if there is one."""
    context = _context(request, found, **forms)
    return render(request, "helpdesk/customer.html", context, status=status)


def load_customer(request, pk: int) -> Customer:
    customers = Customer.objects.visible_to(request.user).prefetch_related("identities")
    return get_object_or_404(customers, pk=pk)


def _context(request, found: Customer, *, form=None, link_form=None, tags_form=None) -> dict:
    identities = found.identities.all()
    addresses = (one.value for one in identities if one.kind == IdentityKind.EMAIL)
    history = list(history_of(found)[:HISTORY_SHOWN])
    can_edit = may(request.user, Act.EDIT_CUSTOMER)
    return {
        "customer": found,
        "identities": identities,
        "email": next(addresses, ""),
        "orders": orders_of(found),
        "history": history,
        "corrections": corrections_of(found)[:HISTORY_SHOWN],
        "undoable": can_be_undone(history) if can_edit else set(),
        "moved_to": moved_to(found),
        "likely": likely_same(found) if can_edit else [],
        "link_form": link_form or LinkIdentityForm(),
        **_axis_context(request, found),
        "form": form or CustomerForm(initial={"name": found.name}),
        "tags_form": tags_form or CustomerTagsForm(initial={"tags": ", ".join(found.tags)}),
        "can_edit": can_edit,
        "words": "",
        "can_open": may(request.user, Act.OPEN_TICKET),
    }


def _axis_context(request, found: Customer) -> dict:
    """Tickets, orders and refunds on one axis, of all channels or of the one asked for."""
    channel = request.GET.get("channel", "")[:12]
    axis = axis_of(found, user=request.user, channel=channel)
    return {
        "axis": axis,
        "months": by_month(axis.events, zone=timezone.get_current_timezone()),
        "marks": marks_of(axis.events),
        "strip": {"left": STRIP_LEFT, "right": STRIP_LEFT + STRIP_WIDTH},
        "channel": channel,
    }
