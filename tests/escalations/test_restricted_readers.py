"""Who may read what is restricted does so everywhere; others are neither told nor mailed of it."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import Role
from escalations.models import Inquiry, InquiryFile, SLAClock
from escalations.services.promising import NothingMayBePromised
from helpdesk.live.changes import Since, changes_for
from helpdesk.models import Notification, TimelineEntry
from helpdesk.services.notification_mail import mail_notifications
from tests.api.conftest import caller  # noqa: F401
from tests.escalations.secrets_of_a_case import (
    CONTENT,
    READERS,
    STRANGERS,
    TELLTALE,
    WORDS,
    World,
    body_of,
)
from tests.factories import make_reply

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["legal", "privacy"])
def world(request):
    return World(request.param)


@pytest.mark.parametrize("kind", STRANGERS)
def test_who_may_reads_it_everywhere(kind, client, caller):  # noqa: F811
    world = World(kind)
    for role in READERS[kind]:
        reader = world.people[role]
        client.force_login(reader)
        page = client.get(reverse("escalations:inquiry", args=[world.answered.pk]))
        shown = page.content.decode()
        for word in WORDS.values():
            assert word in shown
        file = InquiryFile.objects.get()
        sent = client.get(reverse("escalations:inquiry_file", args=[file.pk]))
        assert body_of(sent) == CONTENT.decode()
        rest = caller(reader)
        told = rest.get(f"/api/v1/tickets/{world.ticket.pk}/inquiries/").json()
        assert "quokkaanswer" in json.dumps(told)
        assert rest.get(f"/api/v1/inquiry-files/{file.pk}/content/").status_code == 200
        timeline = rest.get(f"/api/v1/tickets/{world.ticket.pk}/timeline/").json()
        assert "inquiry.answered" in json.dumps(timeline)


@pytest.mark.parametrize("person", ["asker", "member"])
def test_who_asked_and_who_is_asked_read_it_whatever_their_role(world, person, client):
    client.force_login(getattr(world, person))

    page = client.get(reverse("escalations:inquiry", args=[world.answered.pk])).content.decode()

    assert "quokkaanswer" in page


def test_who_is_asked_does_not_see_the_case_itself(world, client):
    client.force_login(world.member)

    assert client.get(reverse("helpdesk:ticket", args=[world.ticket.pk])).status_code == 404
    page = client.get(reverse("escalations:inquiry", args=[world.open.pk])).content.decode()
    assert world.ticket.subject not in page
    assert str(world.ticket.requester) not in page


def test_nobody_is_told_of_what_they_may_not_read(world):
    restricted = Notification.objects.exclude(entry__restriction="")

    allowed = {world.asker.pk} | {world.people[role].pk for role in READERS[world.kind]}
    assert set(restricted.values_list("user_id", flat=True)) <= allowed
    assert restricted.filter(user=world.asker).exists()


def test_a_line_of_somebody_who_may_read_no_more_is_neither_shown_nor_mailed(world, client):
    reader = world.people[Role.COMPLIANCE]
    entry = TimelineEntry.objects.filter(kind="inquiry.answered").get()
    line = Notification.objects.create(
        user=reader, kind="inquiry", ticket=world.ticket, entry=entry,
        created_at=world.now, mail_due_at=world.now,
    )  # fmt: skip
    reader.role = Role.AGENT
    reader.save(update_fields=["role"])
    mail.outbox.clear()

    client.force_login(reader)
    shown = client.get(reverse("helpdesk:notifications")).content.decode()
    mail_notifications(reader.pk, at=world.now + timedelta(minutes=1))

    assert "Hidden desk" not in shown
    assert "answered an inquiry" not in shown
    line.refresh_from_db()
    assert line.mail_due_at is None
    assert not [one for one in mail.outbox if reader.email in one.to and "inquiry" in one.body]


def test_no_letter_carries_what_was_asked_or_answered(world):
    for person in world.people.values():
        mail_notifications(person.pk, at=world.now + timedelta(days=1))

    letters = [str(one.message()) for one in mail.outbox]
    assert len(letters) >= 4
    assert not [one for one in letters if TELLTALE in one.lower()]


def test_polling_tells_of_it_only_who_may_read(world):
    first = TimelineEntry.objects.filter(restriction=world.kind).order_by("pk").first()
    since = Since(first.pk - 1, first.pk - 1, int(world.began.timestamp()))

    def hears(role):
        hints = changes_for(world.people[role], since, at=world.now).hints
        return any(hint.topic == "ticket" for hint in hints)

    assert hears(Role.COMPLIANCE)
    assert not TimelineEntry.objects.filter(pk__gt=first.pk, restriction="").exists()
    assert not hears(STRANGERS[world.kind][0])


def test_a_clock_is_hidden_with_what_it_is_about(world):
    inquiry_clocks = SLAClock.objects.filter(metric="inquiry")
    assert inquiry_clocks.count() == 2

    for role in STRANGERS[world.kind]:
        assert not inquiry_clocks.visible_to(world.people[role]).exists()
    for role in READERS[world.kind]:
        assert inquiry_clocks.visible_to(world.people[role]).count() == 2
    world.ticket.refresh_from_db()
    assert world.ticket.due_at is None


def test_a_refused_reply_names_the_restriction_and_nothing_else(world):
    with pytest.raises(NothingMayBePromised) as refused:
        make_reply(world.ticket, by=world.people[Role.AGENT])

    assert "Hidden desk" not in str(refused.value)
    assert TELLTALE not in str(refused.value)


def test_search_has_never_heard_of_it(world):
    world.ticket.refresh_from_db()

    assert TELLTALE not in json.dumps(
        {name: str(value) for name, value in vars(world.ticket).items()}
    )


def test_the_link_shows_the_open_question_and_nothing_of_the_other(world, client):
    page = client.get(reverse("escalations:inquiry_link", args=[world.token])).content.decode()

    assert WORDS["question"] in page
    assert "quokkaanswer" not in page
    assert Inquiry.objects.get(pk=world.open.pk).links.filter(opened_at__isnull=False).exists()
