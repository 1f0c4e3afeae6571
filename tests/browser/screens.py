"""Every screen of Recourse with something on it, for tests that go through them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.contrib.auth.tokens import default_token_generator
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.models import Role
from accounts.services.invitation_links import InvitationTokens
from accounts.services.invitations import invite_person
from escalations.models import SLAEvent
from helpdesk.models import OutgoingMail, OutgoingState
from helpdesk.services.bulk import start_bulk_job
from helpdesk.services.identities import link_identity
from helpdesk.services.intake import receive_mail
from helpdesk.services.linking import follow_ticket, link_ticket
from helpdesk.services.saved_views import save_view
from helpdesk.services.triage import add_tag
from marketplaces.models import Order
from marketplaces.services.recording import record_orders
from tests.escalations.making import make_clock
from tests.factories import (
    MONDAY,
    customer_writes,
    make_identity,
    make_note,
    make_reply,
    make_ticket,
    make_user,
)
from tests.marketplaces.telling import make_store, refund, told
from tests.policies.making import make_macro

#: Addresses that are no screen of their own: what a POST does, what a script swaps in, downloads.
NOT_SCREENS = {
    "helpdesk:use_macro",
    "escalations:investigation_pdf",
    "escalations:attainment_csv",
    "accounts:logout",
    "escalations:activate_policy",
    "escalations:activate_route",
    "escalations:act_on_webhook",
    "escalations:deactivate_policy",
    "escalations:deactivate_route",
    "escalations:dismiss_suggestion",
    "escalations:replay_webhook",
    "escalations:try_step_again",
    "escalations:move_policy",
    "escalations:move_route",
    "escalations:inquiry_file",
    "escalations:inquiry_make_link",
    "escalations:inquiry_remind",
    "escalations:inquiry_revoke_links",
    "escalations:inquiry_withdraw",
    "escalations:add_root_cause",
    "escalations:evidence_file",
    "escalations:finish_action",
    "escalations:investigation_act",
    "escalations:problem_act",
    "escalations:problem_letter",
    "escalations:problem_tickets",
    "escalations:root_cause_act",
    "escalations:solution_act",
    "escalations:solution_part_act",
    "escalations:take_next",
    "helpdesk:act",
    "helpdesk:after_sending",
    "helpdesk:attachment",
    "helpdesk:bulk",
    "helpdesk:cancel_bulk_job",
    "helpdesk:delete_saved_view",
    "helpdesk:dismiss_mail",
    "helpdesk:inbound_raw",
    "helpdesk:link_identity",
    "helpdesk:make_ticket",
    "helpdesk:message",
    "helpdesk:news",
    "helpdesk:note",
    "helpdesk:pause_store",
    "helpdesk:resume_store",
    "helpdesk:test_store",
    "helpdesk:original",
    "helpdesk:read_notifications",
    "helpdesk:rename_customer",
    "helpdesk:reply",
    "helpdesk:resend",
    "helpdesk:retry_delivery",
    "helpdesk:retry_inbound",
    "helpdesk:start",
    "helpdesk:tag_customer",
    "helpdesk:take_back",
    "helpdesk:unlink_identity",
    "helpdesk:views",
    "people:act",
    "people:change_tier",
    "people:new_team",
    "people:new_tier",
    "people:rename_team",
    "people:rename_tier",
}
FORMATTED = (
    b"From: Rosa <rosa@mail.example>\r\nSubject: Invoice\r\nMessage-ID: <a@mail.example>\r\n"
    b"Content-Type: text/html\r\n\r\n<p>The <b>address</b> is wrong.</p>"
    b'<img src="https://tracker.example/p.gif">\r\n'
)


@dataclass(frozen=True)
class Screen:
    name: str
    args: tuple = ()
    query: str = ""

    def __str__(self) -> str:
        return f"{self.name}{self.query}"


def names_of_pages() -> set[str]:
    """Return the names of all addresses outside the REST door."""
    return {name for name in _names(get_resolver()) if not name.startswith("api:")}


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name
        elif isinstance(pattern, URLResolver):
            name = pattern.namespace
            yield from _names(pattern, f"{space}{name}:" if name else space)


def screens_without_a_session(*, admin, lead) -> list[Screen]:
    invited = invite_person(
        email="invited@northvane.example", full_name="Ines Carvalho", by=admin, at=MONDAY
    )
    return [
        Screen("accounts:login"),
        Screen("accounts:reset"),
        Screen("accounts:reset_sent"),
        Screen("accounts:invitation", (_part_of(invited), InvitationTokens().make_token(invited))),
        Screen("accounts:invitation", (_part_of(invited), "over")),
        Screen(
            "accounts:reset_confirm", (_part_of(lead), default_token_generator.make_token(lead))
        ),
        Screen("accounts:reset_confirm", (_part_of(lead), "over")),
    ]


def _part_of(user) -> str:
    return urlsafe_base64_encode(force_bytes(user.pk))


def screens_of_the_workspace(*, lead, team) -> list[Screen]:
    ticket = make_busy_ticket(team=team, lead=lead)
    number = (ticket.pk,)
    other = receive_mail(FORMATTED, source="pipe", at=timezone.now()).ticket_id
    tree = {"any": [{"field": "status", "operator": "in", "value": ["new", "open"]}]}
    view = save_view(name="Open", conditions=tree, by=lead, at=MONDAY)
    job = start_bulk_job(
        act="untag", arguments={"tag": "x"}, tickets=[ticket.pk], by=lead, at=MONDAY
    )
    return [
        Screen("helpdesk:queue", query="?view=open"),
        Screen("helpdesk:queue"),
        Screen("helpdesk:queue", query="?view=open&show=filters&q=nothing-like-it"),
        Screen("helpdesk:queue", query=f"?saved={view.pk}"),
        Screen("helpdesk:ticket", number),
        *(Screen("helpdesk:ticket", number, f"?tab={tab}") for tab in ("history", "timeline")),
        Screen("helpdesk:ticket", (other,)),
        Screen("helpdesk:ticket", (999_999,)),
        Screen("helpdesk:details", number),
        Screen("helpdesk:merge", number, f"?into={other}"),
        Screen("helpdesk:split", number),
        Screen("helpdesk:new_ticket"),
        Screen("helpdesk:new_saved_view", query="?view=mine&priority=urgent"),
        Screen("helpdesk:saved_view", (view.pk,)),
        Screen("helpdesk:bulk_job", (job.pk,)),
        Screen("helpdesk:customers"),
        Screen("helpdesk:customer", (ticket.requester_id,)),
        Screen("helpdesk:order", (make_told_order().pk,)),
        Screen("helpdesk:macros"),
        Screen("helpdesk:new_macro"),
        Screen("helpdesk:macro", (make_macro(by=lead).pk,)),
        Screen("helpdesk:notifications"),
        Screen("helpdesk:notification_preferences"),
        *screens_of_mail(),
        Screen("accounts:profile"),
        Screen("accounts:password"),
    ]


def make_told_order() -> Order:
    """An order with all that a marketplace tells: parcels, payments, refunds."""
    record_orders([told(refunds=(refund(),))], store=make_store(), at=timezone.now())
    return Order.objects.latest("pk")


def screens_of_mail() -> list[Screen]:
    held = receive_mail(b"Subject: Who am I\r\n\r\nGuess", source="pipe", at=timezone.now())
    return [
        Screen("helpdesk:mail_log"),
        Screen("helpdesk:quarantine"),
        Screen("helpdesk:inbound", (held.pk,)),
        Screen("helpdesk:outbox"),
        Screen("helpdesk:outgoing", (OutgoingMail.objects.first().pk,)),
    ]


def make_busy_ticket(*, team, lead):
    """A ticket with every kind of message, every state of delivery and every panel."""
    ticket = make_ticket(team=team)
    for state in OutgoingState.values:
        message = make_reply(ticket, f"Reply that is {state}.", by=lead)
        OutgoingMail.objects.filter(message=message).update(
            state=state, sent_at=MONDAY, claimed_at=MONDAY, error="550 no such mailbox"
        )
    make_note(ticket, "Lot 2611 again.", by=lead)
    make_note(ticket, "Is this known, @Priya Raman?", by=make_user(Role.AGENT))
    link_identity(
        make_identity("pw@mail.example").pk,
        to=ticket.requester_id,
        evidence="same telephone",
        confidence=Decimal("0.30"),
        by=lead,
        at=MONDAY,
    )
    customer_writes(ticket, "Please forget the tank.")
    add_tag(ticket.pk, name="lot 2611", by=lead, at=MONDAY)
    follow_ticket(ticket.pk, by=lead, at=MONDAY)
    link_ticket(ticket.pk, to=make_ticket(team=team).pk, by=lead, at=MONDAY)
    return ticket


def screens_of_clocks(*, team) -> list[Screen]:
    """Clocks near, late and over a day away, by a marketplace and by ourselves."""
    now = timezone.now()
    tickets = [make_ticket(team=team) for _ in range(3)]
    clocks = [
        make_clock(ticket, due_at=now + timedelta(hours=hours), metric=metric)
        for ticket in tickets
        for hours, metric in ((-1, "approval"), (0.5, "tier_acceptance"), (30, "channel_reply"))
    ]
    number = tickets[0].pk
    SLAEvent.objects.create(
        clock=clocks[0], kind="level", step="level:1:0", at=now, recorded_at=now,
        attempts=3, next_attempt_at=now, error="ValueError: no such level",
    )  # fmt: skip
    return [
        Screen("escalations:board", query="?teams=all"),
        Screen("escalations:failing_steps"),
        Screen("escalations:attainment"),
        Screen("escalations:attainment", query="?since=yesterday"),
        Screen("escalations:attainment_behind", query="?outcome=missed"),
        *(Screen("escalations:clock", (number, clock.pk)) for clock in clocks[:3]),
        Screen("escalations:no_response_needed", (number,)),
        Screen("helpdesk:ticket", (number,)),
        Screen("helpdesk:queue", query="?view=open"),
    ]
