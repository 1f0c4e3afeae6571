"""Linking an identity to a customer, and taking a link back, from the customer's page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import RuleViolation
from helpdesk.customer_record import history_of
from helpdesk.identity_forms import LinkIdentityForm, UnlinkIdentityForm
from helpdesk.services.identities import link_identity, unlink_identity
from helpdesk.views.customers import load_customer, show_customer


@login_required
@require_POST
def link(request, pk):
    customer = load_customer(request, pk)
    form = LinkIdentityForm(request.POST)
    if not form.is_valid():
        return show_customer(request, customer, link_form=form, status=422)
    facts = form.cleaned_data
    try:
        link_identity(
            facts["identity"].pk,
            to=customer.pk,
            evidence=facts["evidence"],
            confidence=facts["confidence"],
            by=request.user,
            at=timezone.now(),
        )
    except RuleViolation as error:
        form.add_error("value" if error.field == "identity" else error.field, str(error))
        return show_customer(request, customer, link_form=form, status=422)
    messages.success(request, _("Linked, with its tickets and orders."))
    return redirect("helpdesk:customer", customer.pk)


@login_required
@require_POST
def unlink(request, pk):
    customer = load_customer(request, pk)
    form = UnlinkIdentityForm(request.POST, entries=history_of(customer))
    try:
        if form.is_valid():
            entry = form.cleaned_data["entry"]
            unlink_identity(entry.pk, by=request.user, at=timezone.now())
            messages.success(request, _("Taken back. Both customers are as they were before."))
        else:
            messages.error(request, _("This link does not concern this customer."))
    except RuleViolation as error:
        messages.error(request, str(error))
    return redirect("helpdesk:customer", customer.pk)
