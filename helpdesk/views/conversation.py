"""What is said on a ticket: writing it, and looking at it closely."""

import base64
import re
from functools import partial
from html import unescape

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.errors import RuleViolation
from helpdesk.downloads import download
from helpdesk.forms import MessageForm, ReplyForm
from helpdesk.htmx import is_htmx
from helpdesk.models import Attachment, Message, OutgoingMail
from helpdesk.services.conversation import SomethingWasMissed, add_note
from helpdesk.services.conversation import reply as send_reply
from helpdesk.services.idempotency import Answer, only_once
from helpdesk.services.outbox import send_again
from helpdesk.views.acts import Incomplete
from helpdesk.views.listing import back_to
from helpdesk.views.sending import leave_for
from helpdesk.views.ticket import act_context, aftermath, composer_for, load_ticket, ticket_page

#: Embedded pictures are written into the page up to this size together.
EMBEDDED_UP_TO = 4 * 1024 * 1024
EMBEDDABLE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_REMOTE = re.compile(r' data-remote-src="')
_EMBEDDED = re.compile(r' data-cid="([^"]*)"')


@login_required
@require_POST
def reply(request, number):
    return _write(request, number, "reply", ReplyForm, send_reply)


@login_required
@require_POST
def note(request, number):
    return _write(request, number, "note", MessageForm, add_note)


def _write(request, number: int, mode: str, form_class, service):
    ticket = load_ticket(request, number)
    form = form_class(request.POST, request.FILES)
    try:
        if not form.is_valid():
            raise Incomplete(next(iter(form.errors.values()))[0], field=next(iter(form.errors)))
        sent = _write_once(request, ticket, service, form.cleaned_data)
    except RuleViolation as error:
        return _not_written(request, number, mode, error)
    return _written(request, number, mode, sent)


def _write_once(request, ticket, service, arguments: dict) -> Message | None:
    """Call the service; a form that is sent twice (a double click, Back) is one message."""
    key, uploads = arguments.pop("key"), arguments.pop("attachments")
    write = partial(service, ticket.pk, **arguments, uploads=uploads, by=request.user)
    now = timezone.now()
    if key is None:
        return write(at=now)
    form = f"form:{request.path}"
    with only_once(f"form-{key}", fingerprint=form, by=request.user, at=now) as use:
        if use.answer is not None:
            return None
        message = write(at=now)
        use.finish(Answer(204, b"", ""))
        return message


def _written(request, number: int, mode: str, sent: Message | None):
    elsewhere = leave_for(request, number, sent) if mode == "reply" else None
    if elsewhere is not None:
        return elsewhere
    if not is_htmx(request):
        return redirect(f"{back_to(request, number)}#composer")
    ticket = load_ticket(request, number)
    context = act_context(request, ticket) | aftermath(request, ticket)
    context |= {
        "composer": composer_for(ticket, request.user, mode=mode),
        "sent": sent if hasattr(sent, "outgoing") else None,
        "now": timezone.now(),
    }
    response = render(request, "helpdesk/_answered.html", context)
    response["HX-Trigger"] = "ticket-changed"
    return response


def _not_written(request, number: int, mode: str, error: RuleViolation):
    """Give the text back, in its place, with the reason and with what was missed."""
    ticket = load_ticket(request, number)
    missed = tuple(error.missed) if isinstance(error, SomethingWasMissed) else ()
    composer = composer_for(
        ticket,
        request.user,
        text=request.POST.get("text", ""),
        mode=mode,
        error=str(error),
        field=error.field,
        missed=missed,
    )
    if not is_htmx(request):
        unseen = frozenset(entry.message_id for entry in missed)
        return ticket_page(request, ticket, status=422, composer=composer, unseen=unseen)
    context = act_context(request, ticket) | aftermath(request, ticket) | {"composer": composer}
    return render(request, "helpdesk/_answered.html", context, status=422)


@login_required
@require_safe
def message(request, pk):
    """One message again, for its state on the way out."""
    found = _message(request, pk)
    return _message_panel(request, found)


def _message_panel(request, found: Message):
    ticket = load_ticket(request, found.ticket.merge_root_id or found.ticket_id)
    context = act_context(request, ticket) | {"message": found}
    return render(request, "helpdesk/_message.html", context)


@login_required
@require_POST
def retry_delivery(request, pk):
    """Send a reply again that did not arrive, or of which nobody knows."""
    found = _message(request, pk)
    mail = get_object_or_404(OutgoingMail, message=found)
    try:
        send_again(mail.pk, by=request.user, at=timezone.now())
    except RuleViolation as error:
        messages.error(request, str(error))
    if is_htmx(request):
        return _message_panel(request, _message(request, pk))
    return redirect(f"{back_to(request, found.ticket_id)}#message-{pk}")


def _message(request, pk: int) -> Message:
    found = Message.objects.visible_to(request.user)
    found = found.select_related("ticket", "author", "customer", "outgoing")
    return get_object_or_404(found, pk=pk)


@login_required
@require_safe
@xframe_options_sameorigin
def original(request, pk):
    """The sender's own formatting, in a frame that runs nothing and asks nobody."""
    found = _message(request, pk)
    with_remote = request.GET.get("images") == "1"
    response = render(
        request,
        "helpdesk/original.html",
        {"markup": _with_images(found, remote=with_remote)},
    )
    sources = "data: https: http:" if with_remote else "data:"
    response["Content-Security-Policy"] = (
        f"default-src 'none'; img-src {sources}; style-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox"
    )
    response["Referrer-Policy"] = "no-referrer"
    return response


def _with_images(found: Message, *, remote: bool) -> str:
    """Wake the sanitised pictures up: embedded ones always, remote ones when asked for."""
    pictures = _embedded_pictures(found)
    markup = _EMBEDDED.sub(lambda match: pictures.get(unescape(match[1]), ""), found.html)
    return _REMOTE.sub(' src="', markup) if remote else markup


def _embedded_pictures(found: Message) -> dict[str, str]:
    written, pictures = 0, {}
    for file in found.attachments.filter(content_type__in=EMBEDDABLE).exclude(content_id=""):
        written += file.size
        if written > EMBEDDED_UP_TO:
            break
        with file.open() as stored:
            octets = base64.b64encode(stored.read()).decode("ascii")
        pictures[file.content_id] = f' src="data:{file.content_type};base64,{octets}"'
    return pictures


@login_required
@require_safe
def attachment(request, pk):
    """A file, always to be saved and never to be shown by the browser."""
    file = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    return download(file)
