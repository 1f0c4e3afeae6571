"""Where one is once a reply is sent, and the seconds in which it can be taken back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import RuleViolation
from helpdesk.htmx import is_htmx
from helpdesk.models import AfterSending, Message, OutgoingState
from helpdesk.paging import InvalidCursor
from helpdesk.services.retraction import take_reply_back
from helpdesk.services.workspace import after_sending_of, set_after_sending
from helpdesk.views.listing import ListState, back_to, neighbour
from helpdesk.whole_numbers import whole_number


@login_required
@require_POST
def take_back(request, pk):
    """Stop one's own reply before it leaves; its text is in the composer again."""
    message = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    try:
        take_reply_back(message.pk, by=request.user, at=timezone.now())
    except RuleViolation as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('helpdesk:ticket', args=[message.ticket_id])}#composer")


@login_required
@require_POST
def after_sending(request, number):
    """Keep where the person wants to be once a reply is sent."""
    wish = request.POST.get("after_sending", "")
    if wish not in AfterSending.values:
        return HttpResponseBadRequest(
            f"after_sending: possible are {', '.join(AfterSending.values)}."
        )
    set_after_sending(request.user, after_sending=wish)
    if is_htmx(request):
        return HttpResponse(status=204)
    return redirect(f"{back_to(request, number)}#composer")


def undo_context(request) -> dict:
    """The reply that the address says was just sent, while it can be taken back."""
    number = whole_number(request.GET.get("undo", ""))
    if number is None:
        return {}
    now = timezone.now()
    waiting = Message.objects.filter(
        pk=int(number),
        author=request.user,
        outgoing__state=OutgoingState.QUEUED,
        outgoing__attempts=0,
        outgoing__next_attempt_at__gt=now,
    )
    sent = waiting.select_related("outgoing", "ticket__requester").first()
    return {"sent": sent, "now": now} if sent else {}


def leave_for(request, number: int, sent: Message | None) -> HttpResponse | None:
    """Go where the author wants to be after sending; None to stay on the ticket."""
    address = _destination(request, number)
    if not address and is_htmx(request):
        return None
    address = address or back_to(request, number)
    if sent is not None and hasattr(sent, "outgoing"):
        address += f"{'&' if '?' in address else '?'}undo={sent.pk}"
    if is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(f"{address}#composer")


def _destination(request, number: int) -> str:
    wish = after_sending_of(request.user)
    if wish == AfterSending.STAY:
        return ""
    state = ListState.of(request)
    list_address = f"{reverse('helpdesk:queue')}{state.query}"
    if wish == AfterSending.LIST:
        return list_address
    try:
        following = neighbour(request, state, number)
    except InvalidCursor:
        following = None
    if following is None:
        messages.info(request, _("That was the last one of this list."))
        return list_address
    return f"{reverse('helpdesk:ticket', args=[following])}{state.query}"
