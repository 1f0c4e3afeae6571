"""What the palette offers on a ticket of escalations, departments, causes and problems."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.rules import Act, may
from escalations.contract import ContractAct
from escalations.models import Escalation
from escalations.services.contract import acts_possible
from helpdesk.models import Status, Ticket
from helpdesk.palette import Item

#: The acts on a case that are pages, in the order of the case's head.
_ACTS = {
    ContractAct.ACCEPT: ("accept", gettext_lazy("Accept the case"), "check"),
    ContractAct.RESUBMIT: ("resubmit", gettext_lazy("Escalate it again"), "queue"),
    ContractAct.SEND_BACK: ("send-back", gettext_lazy("Send it back"), "undo"),
    ContractAct.HAND_OVER: ("hand-over", gettext_lazy("Hand it over"), "person"),
    ContractAct.COMPLETE: ("complete", gettext_lazy("Complete the case"), "check"),
    ContractAct.WITHDRAW: ("withdraw", gettext_lazy("Withdraw the escalation"), "undo"),
}


def offered(ticket: Ticket, user: User) -> list[Item]:
    """Return what is possible now: of the running case if there is one, else escalating."""
    cases = Escalation.objects.running().visible_to(user).filter(ticket=ticket)
    running = cases.select_related("team", "specialist").first()
    return [
        *(_of_case(running, ticket, user) if running else _handing_up(ticket, user)),
        *_asking(ticket, user),
    ]


def _handing_up(ticket: Ticket, user: User) -> list[Item]:
    if not may(user, Act.ESCALATE) or not ticket.is_unsolved or ticket.merged_into_id:
        return []
    return [Item(_("Escalate"), "queue", "E", url=_page("escalate", ticket.pk))]


def _of_case(case: Escalation, ticket: Ticket, user: User) -> list[Item]:
    hint = case.get_state_display()
    possible = acts_possible(case, user)
    items = [Item(_("Open the case"), "queue", "E", url=_page("case", case.pk))]
    items += [
        Item(words, icon, hint, url=_page("case_act", case.pk, verb))
        for act, (verb, words, icon) in _ACTS.items()
        if act in possible
    ]
    if may(user, Act.ESCALATE):
        join = _("Join the escalation")
        items.append(Item(join, "queue", hint, url=_page("escalate", ticket.pk)))
    return items


def _asking(ticket: Ticket, user: User) -> list[Item]:
    pages = [
        (Act.ASK_DEPARTMENT, _("Ask a department"), "inquiry", "ask", ""),
        (Act.INVESTIGATE, _("New investigation"), "search", "new_investigation", ""),
        (Act.PLAN_SOLUTION, _("Plan a tailored solution"), "check", "solution", ""),
        (Act.HANDLE_PROBLEMS, _("Link to a problem"), "link", "problems", f"?link={ticket.pk}"),
    ]
    if ticket.status == Status.CLOSED:
        return []
    return [
        Item(words, icon, url=_page(name, *([] if query else [ticket.pk])) + query)
        for act, words, icon, name, query in pages
        if may(user, act)
    ]


def _page(name: str, *of) -> str:
    return reverse(f"escalations:{name}", args=of)
