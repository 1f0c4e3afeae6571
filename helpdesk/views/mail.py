"""What came in, what is held back and why, what went out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from accounts.permissions import require
from accounts.rules import Act, may
from helpdesk.forms import DismissForm, MailTicketForm
from helpdesk.models import InboundMail, InboundState, OutgoingMail, OutgoingState
from helpdesk.paging import InvalidCursor, Key, page_of
from helpdesk.services.letters import letter_of
from helpdesk.services.outbox import SENDABLE_AGAIN, send_again
from helpdesk.services.quarantine import (
    dismiss_mail,
    make_ticket_from_mail,
    preview,
    retry_mail,
    words_of,
)

PAGE_SIZE = 50
RECEIVED = (Key("received_at", is_descending=True), Key("pk", is_descending=True))
QUEUED = (Key("queued_at", is_descending=True), Key("pk", is_descending=True))
PLACES = (
    ("mail_log", _("Came in")),
    ("quarantine", _("Quarantine")),
    ("outbox", _("Went out")),
)


@login_required
@require_safe
def mail_log(request):
    """Everything that came in and what became of it."""
    return _inbound_page(request, "mail_log", InboundMail.objects.all())


@login_required
@require_safe
def quarantine(request):
    """What could not be filed by itself."""
    return _inbound_page(request, "quarantine", InboundMail.objects.quarantined())


def _inbound_page(request, place: str, mails):
    require(request.user, Act.SEE_MAIL)
    state = request.GET.get("state", "")
    if state in InboundState.values and place == "mail_log":
        mails = mails.filter(state=state)
    mails = mails.without_raw().select_related("ticket")
    context = {"states": InboundState.choices, "state": state}
    return _list_page(request, place, mails, RECEIVED, context)


@login_required
@require_safe
def outbox(request):
    """Every reply that owed somebody a mail, and whether it left."""
    require(request.user, Act.SEE_MAIL)
    state = request.GET.get("state", "")
    mails = OutgoingMail.objects.visible_to(request.user)
    if state in OutgoingState.values:
        mails = mails.filter(state=state)
    mails = mails.select_related("message__ticket", "message__author")
    context = {"states": OutgoingState.choices, "state": state}
    return _list_page(request, "outbox", mails, QUEUED, context)


def _list_page(request, place: str, mails, keys, context: dict):
    try:
        page = page_of(mails, keys=keys, size=PAGE_SIZE, cursor=request.GET.get("cursor", ""))
    except InvalidCursor:
        return redirect(request.path)
    context |= _frame(place) | {"page": page}
    return render(request, f"helpdesk/{place}.html", context)


def _frame(place: str) -> dict:
    waiting = InboundMail.objects.quarantined().count()
    return {
        "places": [
            {
                "label": label,
                "url": reverse(f"helpdesk:{name}"),
                "is_here": name == place,
                "count": waiting if name == "quarantine" else None,
            }
            for name, label in PLACES
        ],
        "place": place,
    }


@login_required
@require_safe
def inbound(request, pk):
    """One mail as it came: why it is where it is, its head, the beginning of its body."""
    require(request.user, Act.SEE_MAIL)
    return _inbound(request, get_object_or_404(InboundMail.objects.select_related("ticket"), pk=pk))


def _inbound(request, mail: InboundMail, *, error=None, forms=None):
    head, blank, body = preview(mail).replace("\r\n", "\n").partition("\n\n")
    head, body = (head, body) if blank else ("", head)
    place = "quarantine" if mail.state == InboundState.QUARANTINED else "mail_log"
    context = _frame(place) | {
        "mail": mail,
        "head": head,
        "body": words_of(mail) or body,
        "error": error,
        "can_handle": may(request.user, Act.HANDLE_MAIL),
        "can_dismiss": mail.state == InboundState.QUARANTINED,
        "can_make_ticket": mail.message_id is None and mail.duplicate_of_id is None,
        "ticket_form": MailTicketForm(),
        "dismiss_form": DismissForm(),
    }
    context |= forms or {}
    status = 422 if error or forms else 200
    return render(request, "helpdesk/inbound.html", context, status=status)


@login_required
@require_safe
def raw(request, pk):
    """The bytes as they came, to be saved."""
    require(request.user, Act.SEE_MAIL)
    mail = get_object_or_404(InboundMail, pk=pk)
    response = HttpResponse(bytes(mail.raw), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{mail.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@login_required
@require_POST
def retry_inbound(request, pk):
    return _handle(request, pk, retry_mail, {})


@login_required
@require_POST
def make_ticket(request, pk):
    form = MailTicketForm(request.POST)
    if not form.is_valid():
        return _refused_form(request, pk, "ticket_form", form)
    return _handle(request, pk, make_ticket_from_mail, form.cleaned_data)


@login_required
@require_POST
def dismiss(request, pk):
    form = DismissForm(request.POST)
    if not form.is_valid():
        return _refused_form(request, pk, "dismiss_form", form)
    return _handle(request, pk, dismiss_mail, form.cleaned_data)


def _handle(request, pk: int, service, arguments: dict):
    require(request.user, Act.HANDLE_MAIL)
    mail = get_object_or_404(InboundMail.objects.without_raw(), pk=pk)
    try:
        handled = service(mail.pk, **arguments, by=request.user, at=timezone.now())
    except RuleViolation as error:
        return _inbound(request, InboundMail.objects.get(pk=pk), error=error)
    words = handled.get_outcome_display() or handled.get_state_display()
    if handled.state == InboundState.QUARANTINED:
        messages.error(request, _("It is still in quarantine: %s") % handled.reason)
    else:
        messages.success(request, words)
    if handled.ticket_id and handled.state == InboundState.FILED:
        return redirect("helpdesk:ticket", handled.ticket_id)
    return redirect("helpdesk:inbound", pk)


def _refused_form(request, pk: int, name: str, form):
    require(request.user, Act.HANDLE_MAIL)
    mail = get_object_or_404(InboundMail.objects.select_related("ticket"), pk=pk)
    return _inbound(request, mail, forms={name: form})


@login_required
@require_safe
def outgoing(request, pk):
    """One reply as it leaves, with its head and its full text."""
    require(request.user, Act.SEE_MAIL)
    return _outgoing(request, _load_outgoing(request, pk))


def _outgoing(request, mail: OutgoingMail, *, error=None):
    letter = letter_of(mail)
    context = _frame("outbox") | {
        "mail": mail,
        "letter": letter,
        "head": {
            "From": letter.from_email,
            "To": ", ".join(letter.to),
            "Reply-To": ", ".join(letter.reply_to),
            "Subject": letter.subject,
            **letter.extra_headers,
        },
        "error": error,
        "can_send_again": mail.state in SENDABLE_AGAIN and may(request.user, Act.REPLY),
    }
    return render(request, "helpdesk/outgoing.html", context, status=422 if error else 200)


@login_required
@require_POST
def resend(request, pk):
    """Send again from the outbox."""
    mail = _load_outgoing(request, pk)
    try:
        send_again(mail.pk, by=request.user, at=timezone.now())
    except RuleViolation as error:
        return _outgoing(request, mail, error=error)
    return redirect("helpdesk:outgoing", pk)


def _load_outgoing(request, pk: int) -> OutgoingMail:
    mails = OutgoingMail.objects.visible_to(request.user)
    return get_object_or_404(
        mails.select_related("message__ticket__requester", "message__author"), pk=pk
    )
