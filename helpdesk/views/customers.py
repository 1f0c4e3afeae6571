"""Customers: finding one, and everything about one."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.rules import Act, may
from helpdesk.forms import CustomerForm
from helpdesk.htmx import page_or_panel
from helpdesk.models import Customer, IdentityKind
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.selectors import orders_of, other_tickets_of
from helpdesk.services.customers import change_customer

BY_NAME = (Key("name"), Key("pk"))
PAGE_SIZE = 50
TICKETS_SHOWN = 50


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
    found = _load(request, pk)
    return render(request, "helpdesk/customer.html", _context(request, found))


@login_required
@require_POST
def rename(request, pk):
    found = _load(request, pk)
    form = CustomerForm(request.POST)
    try:
        if not form.is_valid():
            return _not_renamed(request, found, form)
        change_customer(
            found.pk, name=form.cleaned_data["name"], language=found.language, by=request.user
        )
    except RuleViolation as error:
        form.add_error(error.field, str(error))
        return _not_renamed(request, found, form)
    return redirect("helpdesk:customer", found.pk)


def _not_renamed(request, found: Customer, form):
    context = _context(request, found, form=form)
    return render(request, "helpdesk/customer.html", context, status=422)


def _load(request, pk: int) -> Customer:
    customers = Customer.objects.visible_to(request.user).prefetch_related("identities")
    return get_object_or_404(customers, pk=pk)


def _context(request, found: Customer, *, form=None) -> dict:
    identities = found.identities.all()
    addresses = (one.value for one in identities if one.kind == IdentityKind.EMAIL)
    return {
        "customer": found,
        "identities": identities,
        "email": next(addresses, ""),
        "tickets": other_tickets_of(found, user=request.user, limit=TICKETS_SHOWN),
        "orders": orders_of(found),
        "form": form or CustomerForm(initial={"name": found.name}),
        "can_edit": may(request.user, Act.EDIT_CUSTOMER),
        "words": "",
        "can_open": may(request.user, Act.OPEN_TICKET),
    }
