"""Webhooks for administrators: endpoints, what they are told, and how that went."""

import inspect
from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act
from escalations.forms.webhook import WebhookForm
from escalations.models import DeliveryState, WebhookDelivery, WebhookEndpoint, WebhookEvent
from escalations.services import webhooks as services
from escalations.services.webhook_log import REPLAYABLE, ping, replay
from escalations.webhook_verifying import is_genuine
from helpdesk.paging import InvalidCursor, Key, page_of

PAGE_SIZE = 50
NEWEST = (Key("pk", is_descending=True),)
SNIPPET = f"import hashlib\nimport hmac\n\n{inspect.getsource(is_genuine)}"
#: What can be done to an endpoint, and what is said afterwards.
ACTS: dict[str, tuple[Callable, object]] = {
    "activate": (services.activate_endpoint, gettext_lazy("It is told again, from now on.")),
    "deactivate": (services.deactivate_endpoint, gettext_lazy("It is told nothing any more.")),
    "resume": (services.resume_endpoint, gettext_lazy("It goes on. What waited is being sent.")),
    "ping": (ping, gettext_lazy("The test is on its way.")),
}


@login_required
@require_safe
def webhooks(request):
    require(request.user, Act.MANAGE_WEBHOOKS)
    rows = WebhookEndpoint.objects.order_by("name", "pk")
    shown = [(row, [WebhookEvent(event).label for event in row.events]) for row in rows]
    return render(request, "escalations/webhooks.html", {"rows": shown})


@login_required
@never_cache
def new_webhook(request):
    require(request.user, Act.MANAGE_WEBHOOKS)
    form = WebhookForm(request.POST or None)
    if form.is_valid():
        said = {"by": request.user, "at": timezone.now()}
        try:
            endpoint, secret = services.create_endpoint(**form.cleaned_data, **said)
        except RuleViolation as error:
            _show(error, form)
        else:
            # Not redirected to: the secret is nowhere kept, so this answer is all there is of it.
            return _page(request, endpoint, secret=secret)
    status = 422 if form.is_bound else 200
    return render(request, "escalations/webhook_new.html", {"form": form}, status=status)


@login_required
def webhook(request, pk):
    """Show an endpoint with its log; a POST changes it."""
    require(request.user, Act.MANAGE_WEBHOOKS)
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    if request.method != "POST":
        return _page(request, endpoint)
    form = WebhookForm(request.POST)
    if form.is_valid():
        said = {"by": request.user, "at": timezone.now()}
        try:
            services.change_endpoint(pk, **form.cleaned_data, **said)
        except RuleViolation as error:
            _show(error, form)
        else:
            messages.success(request, _("The endpoint is saved."))
            return redirect("escalations:webhook", pk)
    return _page(request, endpoint, form=form, status=422)


@login_required
@require_POST
@never_cache
def act(request, pk, verb):
    """Do something to an endpoint, or show its next secret."""
    require(request.user, Act.MANAGE_WEBHOOKS)
    endpoint = get_object_or_404(WebhookEndpoint, pk=pk)
    said = {"by": request.user, "at": timezone.now()}
    if verb == "rotate-secret":
        secret = services.rotate_secret(pk, **said)
        endpoint.refresh_from_db()
        return _page(request, endpoint, secret=secret)
    if verb not in ACTS:
        return redirect("escalations:webhook", pk)
    service, words = ACTS[verb]
    return _done(request, endpoint, lambda: service(pk, **said), words)


@login_required
@require_POST
def replay_delivery(request, pk, delivery):
    """Send a delivery once more."""
    require(request.user, Act.MANAGE_WEBHOOKS)
    old = get_object_or_404(
        WebhookDelivery.objects.select_related("endpoint"), pk=delivery, endpoint=pk
    )
    said = {"by": request.user, "at": timezone.now()}
    words = _("It is being sent once more, under a new id.")
    return _done(request, old.endpoint, lambda: replay(old.pk, **said), words)


def _done(request, endpoint: WebhookEndpoint, perform: Callable, words):
    try:
        perform()
    except RuleViolation as error:
        endpoint.refresh_from_db()
        return _page(request, endpoint, refusal=str(error), status=422)
    messages.success(request, words)
    return redirect("escalations:webhook", endpoint.pk)


def _page(request, endpoint: WebhookEndpoint, *, form=None, status: int = 200, **shown):
    state = request.GET.get("state", "")
    deliveries = endpoint.deliveries.all()
    if state in DeliveryState.values:
        deliveries = deliveries.filter(state=state)
    cursor = request.GET.get("cursor", "")
    try:
        page = page_of(deliveries, keys=NEWEST, size=PAGE_SIZE, cursor=cursor)
    except InvalidCursor:
        return redirect("escalations:webhook", endpoint.pk)
    context = {
        "endpoint": endpoint,
        "form": form or WebhookForm.about(endpoint),
        "page": page,
        "state": state,
        "states": DeliveryState.choices,
        "replayable": REPLAYABLE if endpoint.is_active else (),
        "snippet": SNIPPET,
        **shown,
    }
    return render(request, "escalations/webhook.html", context, status=status)


def _show(error: RuleViolation, form: WebhookForm) -> None:
    form.add_error(error.field if error.field in form.fields else None, str(error))
