"""Names, roles, who may sign in; and the record of it."""

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test import Client

from accounts.models import ApiToken, PeopleEntry, PeopleKind, Role, User
from accounts.services.people import (
    LastAdministrator,
    NotYourself,
    change_role,
    deactivate_person,
    reactivate_person,
    rename_person,
)
from accounts.services.tokens import create_token
from accounts.services.values import NameNotPossible, NothingChanged, ValueNotPossible
from tests.concurrency import while_uncommitted
from tests.factories import MONDAY, make_team, make_user

pytestmark = pytest.mark.django_db

ACTS = {
    "rename": lambda user, by: rename_person(user.pk, full_name="Mara Lind", by=by, at=MONDAY),
    "role": lambda user, by: change_role(user.pk, role=Role.MANAGER, by=by, at=MONDAY),
    "deactivate": lambda user, by: deactivate_person(user.pk, by=by, at=MONDAY),
    "reactivate": lambda user, by: reactivate_person(user.pk, by=by, at=MONDAY),
}


@pytest.fixture
def admin():
    return make_user(Role.ADMIN)


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", [r for r in Role.values if r != Role.ADMIN])
def test_only_administrators_administer(mara, act, role):
    with pytest.raises(PermissionDenied, match="manage people"):
        ACTS[act](mara, make_user(role))

    assert not PeopleEntry.objects.exists()


@pytest.mark.parametrize("act", ACTS)
def test_somebody_who_is_not_there_is_not_found(admin, act):
    with pytest.raises(User.DoesNotExist):
        ACTS[act](User(pk=admin.pk + 1), admin)


def test_a_name_is_changed_and_written_down(admin, mara):
    rename_person(mara.pk, full_name=" Mara   Lind ", by=admin, at=MONDAY)

    mara.refresh_from_db()
    assert mara.full_name == "Mara Lind"
    entry = PeopleEntry.objects.get()
    assert (entry.kind, entry.user, entry.actor, entry.at) == (
        PeopleKind.RENAMED,
        mara,
        admin,
        MONDAY,
    )
    assert (entry.before, entry.after) == ("Mara Lindqvist", "Mara Lind")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_name_that_is_none_is_refused(admin, mara, name):
    with pytest.raises(NameNotPossible, match="1 to 120 characters") as refused:
        rename_person(mara.pk, full_name=name, by=admin, at=MONDAY)

    assert refused.value.field == "full_name"


def test_a_role_is_changed_and_written_down_in_words(admin, mara):
    change_role(mara.pk, role=Role.TEAM_LEAD, by=admin, at=MONDAY)

    mara.refresh_from_db()
    assert mara.role == Role.TEAM_LEAD
    entry = PeopleEntry.objects.get()
    assert (entry.before, entry.after) == ("Frontline agent", "Team lead")


def test_an_unknown_role_is_refused_with_those_there_are(admin, mara):
    with pytest.raises(ValueNotPossible, match="agent, specialist, team_lead") as refused:
        change_role(mara.pk, role="boss", by=admin, at=MONDAY)

    assert refused.value.field == "role"


def test_what_is_so_already_is_refused(admin, mara):
    with pytest.raises(NothingChanged):
        rename_person(mara.pk, full_name=mara.full_name, by=admin, at=MONDAY)
    with pytest.raises(NothingChanged):
        change_role(mara.pk, role=mara.role, by=admin, at=MONDAY)
    with pytest.raises(NothingChanged):
        reactivate_person(mara.pk, by=admin, at=MONDAY)
    deactivate_person(mara.pk, by=admin, at=MONDAY)
    with pytest.raises(NothingChanged):
        deactivate_person(mara.pk, by=admin, at=MONDAY)


def test_nobody_changes_their_own_role_or_deactivates_themselves(admin):
    make_user(Role.ADMIN)

    with pytest.raises(NotYourself, match="another administrator") as refused:
        change_role(admin.pk, role=Role.AGENT, by=admin, at=MONDAY)
    assert refused.value.field == "role"
    with pytest.raises(NotYourself, match="another administrator"):
        deactivate_person(admin.pk, by=admin, at=MONDAY)


def test_the_last_administrator_stays_one(admin):
    make_user(Role.ADMIN, is_active=False)

    with pytest.raises(LastAdministrator, match="Make somebody an administrator first"):
        change_role(admin.pk, role=Role.AGENT, by=None, at=MONDAY)
    with pytest.raises(LastAdministrator, match="Make somebody an administrator first"):
        deactivate_person(admin.pk, by=None, at=MONDAY)


TAKING_AWAY = {
    "deactivate": lambda user, by: deactivate_person(user.pk, by=by, at=MONDAY),
    "demote": lambda user, by: change_role(user.pk, role=Role.AGENT, by=by, at=MONDAY),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", TAKING_AWAY)
@pytest.mark.parametrize("second", TAKING_AWAY)
def test_two_administrators_who_remove_each_other_leave_one(first, second):
    one, other = make_user(Role.ADMIN), make_user(Role.ADMIN)

    outcome = while_uncommitted(
        lambda: TAKING_AWAY[first](other, one), lambda: TAKING_AWAY[second](one, other)
    )

    assert isinstance(outcome, LastAdministrator)
    assert list(User.objects.active().filter(role=Role.ADMIN)) == [one]


def test_deactivation_ends_sessions_and_tokens_at_once_and_only_theirs(admin, mara):
    theirs, others = signed_in(mara), signed_in(admin)
    signed_in(mara)
    create_token(mara, name="x", scopes=["read"], at=MONDAY)
    create_token(admin, name="x", scopes=["read"], at=MONDAY)

    deactivate_person(mara.pk, by=admin, at=MONDAY)

    assert theirs.get("/tickets/").status_code == 302
    assert others.get("/tickets/").status_code == 200
    assert Session.objects.count() == 1
    assert [token.user for token in ApiToken.objects.all()] == [admin]
    assert PeopleEntry.objects.get().after == "ended sessions: 2, revoked tokens: 1"


def test_reactivation_revives_no_session_and_no_token(admin, mara):
    deactivate_person(mara.pk, by=admin, at=MONDAY)
    slipped_in = signed_in(mara)
    create_token(mara, name="x", scopes=["read"], at=MONDAY)

    reactivate_person(mara.pk, by=admin, at=MONDAY)

    mara.refresh_from_db()
    assert mara.is_active
    assert slipped_in.get("/tickets/").status_code == 302
    assert signed_in(mara).get("/tickets/").status_code == 200
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("wish", [{"after": "Nothing"}, None], ids=["update", "delete"])
def test_the_record_is_append_only(admin, mara, wish):
    rename_person(mara.pk, full_name="Mara Lind", by=admin, at=MONDAY)
    entries = PeopleEntry.objects.all()

    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        entries.update(**wish) if wish else entries.delete()


@pytest.mark.django_db(transaction=True)
def test_the_record_cannot_be_truncated_where_the_guard_is_on():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_peopleentry ENABLE TRIGGER ALL")
        with pytest.raises(InternalError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE accounts_peopleentry CASCADE")
        transaction.set_rollback(True)


@pytest.mark.parametrize("about", [(), ("user", "team")], ids=["nothing", "two things"])
def test_an_entry_is_about_one_thing(mara, about):
    things = {"user": mara, "team": make_team()}

    with pytest.raises(IntegrityError, match="about_one"), transaction.atomic():
        PeopleEntry.objects.create(
            kind=PeopleKind.RENAMED, at=MONDAY, **{name: things[name] for name in about}
        )
