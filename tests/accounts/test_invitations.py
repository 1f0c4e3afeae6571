"""From an invitation to a first sign-in; and what becomes of letters that got lost."""

import re
from datetime import timedelta

import pytest
import redis
from django.conf import settings
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import PeopleEntry, PeopleKind, Role, User
from accounts.services.invitation_letters import invitations_owed, send_invitation_letter
from accounts.services.invitation_links import InvitationTokens
from accounts.services.invitations import (
    AddressIsTaken,
    AddressNotPossible,
    InvitationIsOver,
    accept_invitation,
    invite_again,
    invite_person,
)
from accounts.services.memberships import Seat
from accounts.services.passwords import send_reset_letter
from accounts.services.people import deactivate_person
from accounts.services.values import NameNotPossible, ValueNotPossible
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db

NEW = {"new_password1": "a longer pass phrase", "new_password2": "a longer pass phrase"}


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def invited(admin):
    return invite(by=admin)


def invite(*, by, **facts) -> User:
    facts = {"email": "ines@northvane.example", "full_name": "Ines Costa"} | facts
    return invite_person(**facts, by=by, at=MONDAY)


def link_in(letter) -> str:
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def letter_to(user) -> str:
    send_invitation_letter(user.pk, at=timezone.now())
    return link_in(mail.outbox[-1])


def test_who_is_invited_has_everything_but_a_password(admin):
    team = make_team("Billing")

    user = invite(
        by=admin,
        email=" Ines@Northvane.Example ",
        full_name="Ines  Costa",
        role=Role.SPECIALIST,
        seats=[Seat(team, is_lead=True)],
        language="it",
        time_zone="Europe/Lisbon",
    )

    user.refresh_from_db()
    assert (user.email, user.full_name) == ("ines@northvane.example", "Ines Costa")
    assert (user.role, user.language, user.time_zone) == ("specialist", "it", "Europe/Lisbon")
    assert user.memberships.get().is_lead
    assert not user.has_usable_password()
    entry = PeopleEntry.objects.get()
    assert (entry.kind, entry.actor, entry.user) == (PeopleKind.INVITED, admin, user)
    assert entry.after == "Resolution specialist; Billing (lead)"


@pytest.mark.parametrize(
    ("facts", "violation", "field", "sentence"),
    [
        ({"email": "MARA@northvane.example"}, AddressIsTaken, "email", "already"),
        ({"email": "ines"}, AddressNotPossible, "email", "name@company"),
        ({"email": f"i@{'İ.' * 120}pt"}, AddressNotPossible, "email", "address"),
        ({"full_name": " "}, NameNotPossible, "full_name", "1 to 120"),
        ({"role": "boss"}, ValueNotPossible, "role", "agent, specialist"),
        ({"language": "xx"}, ValueNotPossible, "language", "en, de, it"),
        ({"time_zone": "Mars/Base"}, ValueNotPossible, "time_zone", "Europe/Berlin"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_impossible_invitation_is_refused_with_its_field(
    admin, facts, violation, field, sentence
):
    make_user(email="mara@northvane.example")
    before = User.objects.count()

    with pytest.raises(violation, match=sentence) as refused:
        invite(by=admin, **facts)

    assert refused.value.field == field
    assert User.objects.count() == before
    assert not PeopleEntry.objects.exists()


@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMIN])
def test_only_administrators_invite(role):
    with pytest.raises(PermissionDenied):
        invite(by=make_user(role))


@pytest.mark.django_db(transaction=True)
def test_an_address_is_invited_once_however_fast():
    admin = make_user(Role.ADMIN)

    outcome = while_uncommitted(lambda: invite(by=admin), lambda: invite(by=admin))

    assert isinstance(outcome, AddressIsTaken)


def test_the_letter_is_a_workers_to_send(admin, django_capture_on_commit_callbacks):
    queue = redis.Redis.from_url(settings.REDIS_URL)
    queue.flushdb()

    with django_capture_on_commit_callbacks(execute=True):
        invite(by=admin)

    assert queue.llen("default") == 1
    assert mail.outbox == []


def test_the_link_sets_the_first_password_once(client, invited):
    link = letter_to(invited)
    letter = mail.outbox[0]
    assert letter.to == ["ines@northvane.example"]
    assert f"{settings.SITE_URL}/accounts/invitation/" in letter.body
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"

    form_page = client.get(link, follow=True)
    assert "Welcome, Ines" in form_page.content.decode()
    done = client.post(form_page.request["PATH_INFO"], NEW)

    assert (done.status_code, done.url) == (302, reverse("accounts:login"))
    invited.refresh_from_db()
    assert invited.check_password("a longer pass phrase")
    entry = PeopleEntry.objects.newest_first()[0]
    assert (entry.kind, entry.actor) == (PeopleKind.JOINED, invited)
    assert "This link is used up" in client.get(link, follow=True).content.decode()


def test_a_weak_first_password_is_refused_in_place(client, invited):
    form_page = client.get(letter_to(invited), follow=True)

    refused = client.post(
        form_page.request["PATH_INFO"], {"new_password1": "short", "new_password2": "short"}
    )

    assert refused.status_code == 422
    assert "at least 10 characters" in refused.content.decode()


def test_a_second_set_of_the_first_password_is_refused(invited):
    accept_invitation(invited.pk, password="a longer pass phrase", at=MONDAY)

    with pytest.raises(InvitationIsOver):
        accept_invitation(invited.pk, password="another pass phrase", at=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_of_two_first_passwords_at_once_the_first_holds():
    user = invite(by=make_user(Role.ADMIN))

    outcome = while_uncommitted(
        lambda: accept_invitation(user.pk, password="the first pass phrase", at=MONDAY),
        lambda: accept_invitation(user.pk, password="the second pass phrase", at=MONDAY),
    )

    assert isinstance(outcome, InvitationIsOver)
    user.refresh_from_db()
    assert user.check_password("the first pass phrase")


def test_a_new_invitation_ends_the_link_before(client, admin, invited):
    old = letter_to(invited)
    invite_again(invited.pk, by=admin, at=MONDAY)
    new = letter_to(invited)

    assert "This link is used up" in client.get(old, follow=True).content.decode()
    assert "Welcome, Ines" in client.get(new, follow=True).content.decode()


@pytest.mark.parametrize(
    ("age", "is_valid"), [(timedelta(days=7), True), (timedelta(days=7, seconds=2), False)]
)
def test_a_link_works_for_a_week(monkeypatch, invited, age, is_valid):
    tokens = InvitationTokens()
    with monkeypatch.context() as clock:
        clock.setattr("django.core.signing.time.time", MONDAY.timestamp)
        token = tokens.make_token(invited)
        clock.setattr("django.core.signing.time.time", (MONDAY + age).timestamp)

        assert tokens.check_token(invited, token) is is_valid


def test_a_link_is_of_one_person_and_not_to_be_changed(invited):
    tokens = InvitationTokens()
    token = tokens.make_token(invited)

    assert not tokens.check_token(invited, token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert not tokens.check_token(make_user(), token)
    assert not tokens.check_token(None, token)


@pytest.mark.parametrize("token", ["x", "a-b", "%00", "\x00", "x" * 5000, "a:b:c"])
def test_an_invented_link_is_said_to_be_used_up(client, invited, token):
    address = reverse("accounts:invitation", args=["MQ", token])

    page = client.get(address, follow=True)

    assert page.status_code == 200
    assert "This link is used up" in page.content.decode()


def test_who_has_joined_or_was_shut_out_is_not_invited_again(admin, invited):
    shut_out = invite(by=admin, email="luis@northvane.example")
    deactivate_person(shut_out.pk, by=admin, at=MONDAY)
    accept_invitation(invited.pk, password="a longer pass phrase", at=MONDAY)

    for user in (invited, shut_out):
        with pytest.raises(InvitationIsOver):
            invite_again(user.pk, by=admin, at=MONDAY)
        send_invitation_letter(user.pk, at=MONDAY)
    assert mail.outbox == []


def test_the_link_of_who_was_shut_out_ends(client, admin, invited):
    link = letter_to(invited)
    deactivate_person(invited.pk, by=admin, at=MONDAY)

    assert "This link is used up" in client.get(link, follow=True).content.decode()


def test_an_invitation_is_no_way_to_reset_a_password(invited):
    send_reset_letter(invited.pk)

    assert mail.outbox == []


def test_a_letter_whose_nudge_was_lost_is_found_until_it_left(admin, invited):
    soon, later = MONDAY + timedelta(minutes=1), MONDAY + timedelta(minutes=5)

    assert invitations_owed(at=soon) == []
    assert invitations_owed(at=later) == [invited.pk]
    send_invitation_letter(invited.pk, at=later)
    assert invitations_owed(at=later) == []
    invite_again(invited.pk, by=admin, at=later)
    assert invitations_owed(at=later + timedelta(minutes=5)) == [invited.pk]
    assert invitations_owed(at=later + timedelta(days=8)) == []
