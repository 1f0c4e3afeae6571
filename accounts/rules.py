"""Which role may do what. Pure: no queries, no clock, no settings.

One table for both doors: services refuse by it, templates hide buttons by it.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from accounts.models import Role

FRONTLINE_AND_UP = frozenset(
    {Role.AGENT, Role.SPECIALIST, Role.TEAM_LEAD, Role.MANAGER, Role.ADMIN}
)
EVERYBODY = frozenset(Role.values)
LEADS_AND_UP = frozenset({Role.TEAM_LEAD, Role.MANAGER, Role.ADMIN})
SPECIALISTS_AND_UP = LEADS_AND_UP | {Role.SPECIALIST}


class Act(StrEnum):
    OPEN_TICKET = "open_ticket"
    REPLY = "reply"
    NOTE = "note"
    CLAIM = "claim"
    ASSIGN = "assign"
    CHANGE_STATUS = "change_status"
    TRIAGE = "triage"
    TAG = "tag"
    MERGE = "merge"
    LINK = "link"
    FOLLOW = "follow"
    EDIT_CUSTOMER = "edit_customer"
    SEE_ALL_TICKETS = "see_all_tickets"
    SEE_MAIL = "see_mail"
    HANDLE_MAIL = "handle_mail"
    SEE_PEOPLE = "see_people"
    MANAGE_PEOPLE = "manage_people"
    SEE_SLA = "see_sla"
    MANAGE_SLA = "manage_sla"
    EXEMPT_CLOCK = "exempt_clock"
    ESCALATE = "escalate"
    ACCEPT_ESCALATION = "accept_escalation"
    DECIDE_ESCALATION = "decide_escalation"
    MANAGE_ROUTES = "manage_routes"
    INVESTIGATE = "investigate"
    ASK_DEPARTMENT = "ask_department"
    MANAGE_DEPARTMENTS = "manage_departments"
    HANDLE_PROBLEMS = "handle_problems"
    PLAN_SOLUTION = "plan_solution"
    MANAGE_WEBHOOKS = "manage_webhooks"
    MANAGE_MACROS = "manage_macros"
    SEE_STORES = "see_stores"
    MANAGE_STORES = "manage_stores"
    SEE_LEGAL = "see_legal"
    SEE_PRIVACY = "see_privacy"


ROLES_THAT_MAY: dict[Act, frozenset[str]] = {
    Act.OPEN_TICKET: FRONTLINE_AND_UP,
    Act.REPLY: FRONTLINE_AND_UP,
    Act.NOTE: EVERYBODY,
    Act.CLAIM: FRONTLINE_AND_UP,
    Act.ASSIGN: FRONTLINE_AND_UP,
    Act.CHANGE_STATUS: FRONTLINE_AND_UP,
    Act.TRIAGE: FRONTLINE_AND_UP,
    Act.TAG: EVERYBODY,
    Act.MERGE: FRONTLINE_AND_UP,
    Act.LINK: EVERYBODY,
    Act.FOLLOW: EVERYBODY,
    Act.EDIT_CUSTOMER: FRONTLINE_AND_UP,
    Act.SEE_ALL_TICKETS: frozenset({Role.MANAGER, Role.COMPLIANCE, Role.ADMIN}),
    Act.SEE_MAIL: LEADS_AND_UP | {Role.COMPLIANCE},
    Act.HANDLE_MAIL: LEADS_AND_UP,
    Act.SEE_PEOPLE: LEADS_AND_UP,
    Act.MANAGE_PEOPLE: frozenset({Role.ADMIN}),
    Act.SEE_SLA: LEADS_AND_UP | {Role.COMPLIANCE},
    Act.MANAGE_SLA: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.EXEMPT_CLOCK: FRONTLINE_AND_UP,
    Act.ESCALATE: EVERYBODY,
    Act.ACCEPT_ESCALATION: SPECIALISTS_AND_UP,
    Act.DECIDE_ESCALATION: LEADS_AND_UP,
    Act.MANAGE_ROUTES: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.INVESTIGATE: SPECIALISTS_AND_UP | {Role.COMPLIANCE},
    Act.ASK_DEPARTMENT: SPECIALISTS_AND_UP | {Role.COMPLIANCE},
    Act.MANAGE_DEPARTMENTS: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.HANDLE_PROBLEMS: SPECIALISTS_AND_UP | {Role.COMPLIANCE},
    Act.PLAN_SOLUTION: FRONTLINE_AND_UP,
    Act.MANAGE_WEBHOOKS: frozenset({Role.ADMIN}),
    Act.MANAGE_MACROS: LEADS_AND_UP | {Role.COMPLIANCE},
    Act.SEE_STORES: frozenset({Role.MANAGER, Role.ADMIN}),
    Act.MANAGE_STORES: frozenset({Role.ADMIN}),
    Act.SEE_LEGAL: frozenset({Role.COMPLIANCE, Role.MANAGER}),
    Act.SEE_PRIVACY: frozenset({Role.COMPLIANCE}),
}

#: The acts as they stand after "Your role does not allow you to".
WORDS = {
    Act.OPEN_TICKET: _("open ticket"),
    Act.REPLY: _("reply"),
    Act.NOTE: _("note"),
    Act.CLAIM: _("claim"),
    Act.ASSIGN: _("assign"),
    Act.CHANGE_STATUS: _("change status"),
    Act.TRIAGE: _("triage"),
    Act.TAG: _("tag"),
    Act.MERGE: _("merge"),
    Act.LINK: _("link"),
    Act.FOLLOW: _("follow"),
    Act.EDIT_CUSTOMER: _("edit customer"),
    Act.SEE_ALL_TICKETS: _("see all tickets"),
    Act.SEE_MAIL: _("see mail"),
    Act.HANDLE_MAIL: _("handle mail"),
    Act.SEE_PEOPLE: _("see people"),
    Act.MANAGE_PEOPLE: _("manage people"),
    Act.SEE_SLA: _("see SLA policies"),
    Act.MANAGE_SLA: _("manage SLA policies"),
    Act.EXEMPT_CLOCK: _("say that no response is needed"),
    Act.ESCALATE: _("escalate"),
    Act.ACCEPT_ESCALATION: _("accept escalations"),
    Act.DECIDE_ESCALATION: _("decide on escalations"),
    Act.MANAGE_ROUTES: _("manage escalation routes"),
    Act.INVESTIGATE: _("investigate"),
    Act.ASK_DEPARTMENT: _("ask departments"),
    Act.MANAGE_DEPARTMENTS: _("manage departments"),
    Act.HANDLE_PROBLEMS: _("handle problems"),
    Act.PLAN_SOLUTION: _("plan solutions"),
    Act.MANAGE_WEBHOOKS: _("manage webhooks"),
    Act.MANAGE_MACROS: _("keep macros"),
    Act.SEE_STORES: _("see how stores are connected"),
    Act.MANAGE_STORES: _("connect stores"),
    Act.SEE_LEGAL: _("read what is restricted to legal"),
    Act.SEE_PRIVACY: _("read what is restricted to privacy"),
}


def may(user, act: Act) -> bool:
    """Test whether the person's role allows the act at all."""
    return user.is_active and user.role in ROLES_THAT_MAY[act]
