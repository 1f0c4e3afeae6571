import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.addresses import client_address
from accounts.models import Role, Skill, SkillLevel, User, WorkingHours
from accounts.models.user import validate_time_zone
from accounts.permissions import require
from accounts.rules import ROLES_THAT_MAY, Act, may
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_people_sign_in_with_their_address_whatever_its_case():
    user = User.objects.create_user(" Mara@Northvane.Example", "correct horse", full_name="Mara")

    assert User.objects.get_by_natural_key("MARA@northvane.example") == user


@pytest.mark.parametrize("fields", [{"email": "UPPER@X.EXAMPLE"}, {"role": "boss"}], ids=str)
def test_the_database_refuses_an_upper_case_address_and_an_unknown_role(fields):
    user = make_user()

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(**fields)


def test_working_hours_of_one_person_do_not_overlap():
    one, two = make_user(), make_user()
    WorkingHours.objects.create(user=one, weekday=0, starts_minute=540, ends_minute=720)

    WorkingHours.objects.create(user=one, weekday=0, starts_minute=720, ends_minute=1440)
    WorkingHours.objects.create(user=one, weekday=1, starts_minute=540, ends_minute=720)
    WorkingHours.objects.create(user=two, weekday=0, starts_minute=540, ends_minute=720)
    with pytest.raises(IntegrityError, match="do_not_overlap"), transaction.atomic():
        WorkingHours.objects.create(user=one, weekday=0, starts_minute=600, ends_minute=630)


@pytest.mark.parametrize(("starts", "ends"), [(600, 600), (700, 600), (0, 1441)])
def test_working_hours_end_after_they_start_and_within_the_day(starts, ends):
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingHours.objects.create(
            user=make_user(), weekday=0, starts_minute=starts, ends_minute=ends
        )


@pytest.mark.parametrize("level", [0, 6])
def test_a_skill_has_a_level_from_1_to_5(level):
    with pytest.raises(IntegrityError), transaction.atomic():
        SkillLevel.objects.create(
            user=make_user(), skill=Skill.objects.create(name="Billing"), level=level
        )


def test_a_time_zone_is_one_of_the_iana_names():
    validate_time_zone("Europe/Rome")
    with pytest.raises(ValidationError, match=r"e\.g\. Europe/Berlin"):
        validate_time_zone("Mars/Olympus")


def test_every_act_is_in_the_table_of_roles():
    assert set(ROLES_THAT_MAY) == set(Act)
    assert all(roles <= set(Role.values) for roles in ROLES_THAT_MAY.values())


@pytest.mark.parametrize("act", Act)
def test_whoever_may_not_sign_in_may_do_nothing(act):
    for role in Role.values:
        assert not may(User(role=role, is_active=False), act)


def test_the_system_itself_is_not_asked_for_its_role():
    require(None, Act.HANDLE_MAIL)
    with pytest.raises(PermissionDenied, match="handle mail"):
        require(User(role=Role.AGENT, is_active=True), Act.HANDLE_MAIL)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "10.0.0.1"),
        (1, "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        (2, "6.6.6.6, 9.9.9.9", "6.6.6.6"),
        (2, "9.9.9.9", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_only_what_trusted_proxies_say_is_believed(rf, settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)

    assert client_address(request) == address
