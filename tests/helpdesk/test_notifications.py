"""Who is told of what, and of what never."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role, Team, TeamMembership
from helpdesk.models import (
    MailMode,
    Mention,
    Notification,
    NotificationKind,
    OutgoingState,
    Ticket,
    TicketFollower,
)
from helpdesk.models.mail import OutgoingMail
from helpdesk.services import notifications
from helpdesk.services.assignment import assign_ticket, claim_ticket, move_to_team
from helpdesk.services.audience import who_may_see
from helpdesk.services.lifecycle import reopen_ticket, solve_ticket
from helpdesk.services.linking import follow_ticket
from helpdesk.services.looks import note_look
from helpdesk.services.merging import merge_ticket
from helpdesk.services.outbox import _finish
from tests.factories import (
    MONDAY,
    customer_writes,
    make_note,
    make_reply,
    make_team,
    make_ticket,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def mara(team):
    return make_user(team=team, full_name="Mara Lindqvist")


@pytest.fixture
def sam(team):
    return make_user(team=team, full_name="Sam Okafor")


@pytest.fixture
def ticket(team):
    return make_ticket(team=team)


def told(user) -> list[str]:
    return [line.kind for line in notifications.lines_for(user).order_by("pk")]


def follow(ticket, user):
    follow_ticket(ticket.pk, by=user, at=MONDAY)


def test_who_gets_a_ticket_from_somebody_else_is_told(ticket, mara, sam):
    assign_ticket(ticket.pk, assignee=sam, by=mara, at=MONDAY)

    assert (told(sam), told(mara)) == ([NotificationKind.ASSIGNED], [])


def test_nobody_is_told_of_their_own_acts(ticket, mara):
    follow(ticket, mara)
    claim_ticket(ticket.pk, by=mara, at=MONDAY)
    make_reply(ticket, by=mara)
    make_note(ticket, "@Mara Lindqvist, remember", by=mara)
    solve_ticket(ticket.pk, by=mara, at=MONDAY)

    assert told(mara) == []


def test_a_change_of_team_alone_tells_nobody(ticket, mara, sam):
    assign_ticket(ticket.pk, assignee=sam, by=sam, at=MONDAY)
    other = make_team()
    TeamMembership.objects.create(team=other, user=sam)

    move_to_team(ticket.pk, team=other, by=mara, at=MONDAY)

    assert told(sam) == []


def test_the_assignee_is_told_that_the_customer_wrote_and_a_follower_that_something_did(
    ticket, mara, sam
):
    claim_ticket(ticket.pk, by=mara, at=MONDAY)
    follow(ticket, mara)
    follow(ticket, sam)

    customer_writes(ticket)

    assert told(mara) == [NotificationKind.CUSTOMER_WROTE]
    assert told(sam) == [NotificationKind.FOLLOWED]


@pytest.mark.parametrize(
    "act",
    [
        lambda ticket, by: make_reply(ticket, by=by),
        lambda ticket, by: make_note(ticket, by=by),
        lambda ticket, by: solve_ticket(ticket.pk, by=by, at=MONDAY),
        lambda ticket, by: merge_ticket(ticket.pk, into=make_ticket().pk, by=by, at=MONDAY),
        lambda ticket, by: merge_ticket(make_ticket().pk, into=ticket.pk, by=by, at=MONDAY),
    ],
    ids=["reply", "note", "solve", "merge", "merge into it"],
)
def test_a_follower_is_told_once_of_what_happened(ticket, mara, sam, act):
    follow(ticket, sam)

    act(ticket, mara)

    assert told(sam) == [NotificationKind.FOLLOWED]


def test_a_follower_is_told_that_it_is_open_again(ticket, mara, sam):
    solve_ticket(ticket.pk, by=mara, at=MONDAY)
    follow(ticket, sam)

    reopen_ticket(ticket.pk, by=mara, at=MONDAY)

    assert told(sam) == [NotificationKind.FOLLOWED]


def test_who_follows_both_ends_of_a_merge_is_told_once(ticket, mara, sam):
    other = make_ticket()
    for one in (ticket, other):
        follow(one, sam)

    merge_ticket(ticket.pk, into=other.pk, by=mara, at=MONDAY)

    assert told(sam) == [NotificationKind.FOLLOWED]


@pytest.mark.parametrize(
    "state", [OutgoingState.FAILED, OutgoingState.UNKNOWN, OutgoingState.BOUNCED]
)
def test_the_author_is_told_of_a_reply_that_did_not_arrive(ticket, mara, state):
    mail = make_reply(ticket, by=mara).outgoing

    _finish(mail, state, "no such user", at=MONDAY)

    assert told(mara) == [NotificationKind.MAIL_TROUBLE]


def test_nobody_is_told_of_a_reply_that_arrived(ticket, mara):
    _finish(make_reply(ticket, by=mara).outgoing, OutgoingState.SENT, "", at=MONDAY)

    assert OutgoingMail.objects.get().state == OutgoingState.SENT
    assert told(mara) == []


def test_who_is_named_in_a_note_follows_and_is_told_once(ticket, mara, sam):
    follow(ticket, sam)
    note = make_note(ticket, "@Sam Okafor and @sam: lot 2611", by=mara)

    assert told(sam) == [NotificationKind.MENTIONED]
    assert {mention.words for mention in note.mentions.all()} == {"@Sam Okafor", "@sam"}
    assert TicketFollower.objects.filter(ticket=ticket, user=sam).count() == 1


def test_naming_somebody_opens_no_door(ticket, mara):
    stranger = make_user(team=make_team(), full_name="Eve Stranger")

    make_note(ticket, "@Eve Stranger look", by=mara)

    assert told(stranger) == []
    assert not Mention.objects.exists()
    assert not Ticket.objects.visible_to(stranger).filter(pk=ticket.pk).exists()


def test_a_reply_names_nobody(ticket, mara, sam):
    make_reply(ticket, "Thank you @Sam Okafor", by=mara)

    assert told(sam) == []


def test_what_somebody_may_no_longer_see_is_not_shown(ticket, mara, sam):
    assign_ticket(ticket.pk, assignee=sam, by=mara, at=MONDAY)
    TeamMembership.objects.filter(user=sam).delete()
    assign_ticket(ticket.pk, assignee=mara, by=mara, at=MONDAY)

    assert told(sam) == []
    assert notifications.unread_of(sam) == (0, 0)
    assert Notification.objects.filter(user=sam).exists()


def test_the_constraint_lets_nobody_be_told_twice(ticket, mara, sam):
    assign_ticket(ticket.pk, assignee=sam, by=mara, at=MONDAY)
    line = Notification.objects.get()

    notifications.tell([sam.pk], line.kind, entry=line.entry, by=mara, at=MONDAY)
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)

    assert told(sam) == [NotificationKind.ASSIGNED]


def test_opening_a_ticket_reads_what_the_bell_says_of_it(ticket, mara, sam):
    other = make_ticket()
    for one in (ticket, other):
        assign_ticket(one.pk, assignee=sam, by=mara, at=MONDAY)

    note_look(ticket, by=sam, at=MONDAY)

    assert notifications.unread_of(sam)[0] == 1


def test_reading_touches_ones_own_lines_only(ticket, mara, sam):
    assign_ticket(ticket.pk, assignee=sam, by=mara, at=MONDAY)
    line = Notification.objects.get()

    assert notifications.mark_read(mara, ids=[line.pk], at=MONDAY) == 0
    assert notifications.mark_read(mara, up_to=line.pk, at=MONDAY) == 0
    assert notifications.mark_read(sam, up_to=line.pk - 1, at=MONDAY) == 0
    assert notifications.mark_read(sam, up_to=line.pk, at=MONDAY) == 1
    assert notifications.mark_read(sam, up_to=line.pk, at=MONDAY + timedelta(1)) == 0


def test_who_wants_nothing_of_a_kind_gets_no_line(ticket, mara, sam):
    notifications.choose(sam, kind="assigned", by_bell=False, by_mail=MailMode.NEVER)

    assign_ticket(ticket.pk, assignee=sam, by=mara, at=MONDAY)

    assert not Notification.objects.exists()


def test_who_wants_mail_only_sees_nothing_behind_the_bell(ticket, mara, sam):
    notifications.choose(sam, kind="assigned", by_bell=False, by_mail=MailMode.AT_ONCE)

    assign_ticket(ticket.pk, assignee=sam, by=mara, at=MONDAY)

    assert told(sam) == []
    assert Notification.objects.get().mail_due_at == MONDAY + timedelta(minutes=5)


def test_nobody_inactive_is_told(ticket, mara, sam):
    follow(ticket, sam)
    sam.is_active = False
    sam.save()

    make_note(ticket, "@Sam Okafor", by=mara)

    assert not Notification.objects.exists()


def test_who_may_see_is_the_same_rule_from_the_other_side():
    one, two = make_team(), make_team()
    people = [make_user(role, team=team) for role in Role.values for team in (None, one, two)]
    people[0].is_active = False
    people[0].save()
    follower, assignee = make_user(team=two), make_user(team=two)
    tickets = [make_ticket(), make_ticket(team=one), make_ticket(team=two)]
    follow(tickets[1], follower)
    Ticket.objects.filter(pk=tickets[1].pk).update(assignee=assignee)

    for ticket in Ticket.objects.select_related("team"):
        seen = set(who_may_see(ticket))
        for person in [*people, follower, assignee]:
            may = Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
            assert may == (person in seen), (ticket.team, person.role, person.teams.all())
    assert Team.objects.count() == 2


def test_compliance_may_name_and_be_named(ticket, mara):
    ruth = make_user(Role.COMPLIANCE, full_name="Ruth Adeyemi")

    make_note(ticket, "@Ruth Adeyemi", by=mara)
    with pytest.raises(PermissionDenied):
        make_reply(ticket, by=ruth)

    assert told(ruth) == [NotificationKind.MENTIONED]
