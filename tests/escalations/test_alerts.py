"""Who is told of a deadline: whoever is there, and always somebody."""

from datetime import date, timedelta

import pytest

from accounts.models import Leave, Role, TeamMembership, WorkingHours
from escalations.promises import ASSIGNEE, LEAD, TEAM, USER, Recipient
from escalations.services import alerts
from helpdesk.models import Notification, NotificationKind, TimelineKind
from helpdesk.notification_words import fold, words_of
from helpdesk.services import notifications
from helpdesk.services.assignment import assign_ticket
from helpdesk.services.notification_letters import letter_to
from helpdesk.services.notification_mail import FLOOD_WINDOW, mail_notifications, readers_due
from helpdesk.services.timeline import record
from tests.factories import MONDAY, make_identity, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def team():
    return make_team()


@pytest.fixture
def lead(team):
    return a_lead(team, "Lena Vogt")


@pytest.fixture
def mara(team):
    return make_user(team=team, full_name="Mara Lindqvist")


@pytest.fixture
def ticket(team, mara):
    return assign_ticket(make_ticket(team=team).pk, assignee=mara, by=None, at=MONDAY)


def a_lead(team, name, **fields):
    lead = make_user(Role.TEAM_LEAD, full_name=name, **fields)
    TeamMembership.objects.create(team=team, user=lead, is_lead=True)
    return lead


def on_leave(*people):
    for person in people:
        Leave.objects.create(user=person, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 9))


def off_duty(*people):
    """They work on Sundays only; it is Monday."""
    for person in people:
        WorkingHours.objects.create(user=person, weekday=6, starts_minute=0, ends_minute=60)


def breached(ticket, *, at=MONDAY):
    facts = {"metric": "first_reply", "deadline": at.isoformat()}
    return record(ticket, TimelineKind.SLA_BREACHED, at=at, after="first_reply", **facts)


def told(ticket, *recipients, kind=NotificationKind.DEADLINE_MISSED) -> set[str]:
    entry = breached(ticket)
    alerts.tell(entry, recipients, kind=kind, at=MONDAY)
    lines = Notification.objects.filter(entry=entry)
    return set(lines.values_list("user__full_name", flat=True))


def test_each_recipient_is_who_they_are(ticket, lead, mara):
    other = make_team()
    theirs = make_user(Role.MANAGER, team=other, full_name="Tom Reyes")

    assert told(ticket, Recipient(ASSIGNEE)) == {"Mara Lindqvist"}
    assert told(ticket, Recipient(LEAD)) == {"Lena Vogt"}
    assert told(ticket, Recipient(TEAM)) == {"Lena Vogt", "Mara Lindqvist"}
    assert told(ticket, Recipient(USER, theirs.pk)) == {"Tom Reyes"}
    assert told(ticket, Recipient(TEAM, other.pk)) == {"Tom Reyes"}


@pytest.mark.parametrize("away", [on_leave, off_duty])
def test_instead_of_who_is_not_there_the_lead_is_asked(ticket, lead, mara, away):
    away(mara)

    assert told(ticket, Recipient(ASSIGNEE)) == {"Lena Vogt"}
    assert told(ticket, Recipient(USER, mara.pk)) == {"Lena Vogt"}
    assert told(ticket, Recipient(TEAM)) == {"Lena Vogt"}


def test_the_lead_stands_in_for_one_though_another_is_there(ticket, lead, mara):
    other = make_user(team=ticket.team, full_name="Sam Okafor")
    on_leave(mara)

    both = told(ticket, Recipient(ASSIGNEE), Recipient(USER, other.pk))

    assert both == {"Lena Vogt", "Sam Okafor"}


def test_nobody_has_the_ticket_so_the_lead_is_asked(team, lead):
    assert told(make_ticket(team=team), Recipient(ASSIGNEE)) == {"Lena Vogt"}


def test_a_lead_off_duty_is_told_before_managers_are(ticket, lead, mara):
    make_user(Role.MANAGER, full_name="Ada Brand")
    on_leave(mara)
    off_duty(lead)

    assert told(ticket, Recipient(ASSIGNEE)) == {"Lena Vogt"}


def test_without_any_lead_managers_at_work_are_told(ticket, lead, mara):
    make_user(Role.MANAGER, full_name="Ada Brand")
    off_duty(make_user(Role.MANAGER, full_name="Nils Okoye"))
    on_leave(mara, lead)

    assert told(ticket, Recipient(ASSIGNEE)) == {"Ada Brand"}


def test_managers_off_duty_are_better_than_nobody(ticket, mara):
    off_duty(make_user(Role.MANAGER, full_name="Nils Okoye"))
    on_leave(mara)

    assert told(ticket, Recipient(ASSIGNEE)) == {"Nils Okoye"}


def test_when_everybody_is_on_leave_leads_and_managers_find_it_on_return(ticket, lead, mara):
    manager = make_user(Role.MANAGER, full_name="Ada Brand")
    on_leave(mara, lead, manager)

    assert told(ticket, Recipient(ASSIGNEE)) == {"Lena Vogt", "Ada Brand"}


def test_who_may_not_see_the_ticket_hears_nothing_and_the_lead_is_asked(ticket, lead):
    stranger = make_user(team=make_team(), full_name="Sam Okafor")

    assert told(ticket, Recipient(USER, stranger.pk)) == {"Lena Vogt"}


def test_who_is_meant_twice_is_told_once(ticket, lead):
    entry = breached(ticket)
    twice = (Recipient(LEAD), Recipient(TEAM), Recipient(USER, lead.pk))

    alerts.tell(entry, twice, kind=NotificationKind.DEADLINE_MISSED, at=MONDAY)
    alerts.tell(entry, twice, kind=NotificationKind.DEADLINE_MISSED, at=MONDAY)

    assert Notification.objects.filter(user=lead).count() == 1


def test_the_outcome_says_who_was_told_and_who_was_not_there(ticket, lead, mara):
    on_leave(mara)

    said = alerts.tell(
        breached(ticket), [Recipient(ASSIGNEE)], kind=NotificationKind.DEADLINE_MISSED, at=MONDAY
    )

    assert said == {"told": [lead.pk], "not_there": [mara.pk]}


def test_a_line_says_what_was_promised_and_when_it_was_due(ticket, lead):
    told(ticket, Recipient(LEAD))
    told(ticket, Recipient(LEAD), kind=NotificationKind.DEADLINE_NEAR)

    words = [words_of(line) for line in notifications.lines_for(lead).order_by("pk")]
    assert words == ["First reply was due Mon 2 Mar, 09:00", "First reply is due Mon 2 Mar, 09:00"]


@pytest.fixture
def two_hundred(team, lead):
    identity = make_identity()
    for _ in range(200):
        told(make_ticket(team=team, identity=identity), Recipient(LEAD))
    return list(notifications.lines_for(lead).newest_first())


def test_two_hundred_deadlines_are_one_letter(two_hundred, lead, mailoutbox):
    due = max(line.mail_due_at for line in two_hundred)
    for minutes in range(0, 60, 5):
        at = due + timedelta(minutes=minutes)
        for user_id in readers_due(at=at):
            mail_notifications(user_id, at=at)

    (letter,) = mailoutbox
    assert letter.subject == "200 deadlines were missed"
    assert letter.to == [lead.email]
    for body in (letter.body, letter.alternatives[0].content):
        assert "and 190 more" in body
        assert body.count("/tickets/") <= 12
    assert not notifications.lines_for(lead).waiting_for_mail().exists()
    assert timedelta(minutes=5) <= FLOOD_WINDOW


def test_two_hundred_deadlines_are_one_line_behind_the_bell(two_hundred, lead, team, client):
    told(make_ticket(team=team), Recipient(LEAD), kind=NotificationKind.DEADLINE_NEAR)
    client.force_login(lead)

    page = client.get("/notifications/").content.decode()

    assert page.count("<li data-unread") == 2
    assert "200 deadlines were missed" in page
    assert "First reply is due Mon 2 Mar, 09:00" in page


def test_few_deadlines_stay_lines_of_their_tickets(team, lead):
    for _ in range(3):
        told(make_ticket(team=team), Recipient(LEAD))

    lines = notifications.lines_for(lead)
    assert notifications.crowds_in(lines) == {}
    assert [one.crowd for one in fold(lines)] == [0, 0, 0]


def test_a_letter_about_one_deadline_names_it(ticket, lead):
    told(ticket, Recipient(LEAD))

    letter = letter_to(lead, list(notifications.lines_for(lead)))

    assert letter.subject == f"{ticket.pk}: First reply was due Mon 2 Mar, 09:00"
