"""People in a real browser: changed in place with script and without, and for everybody to use."""

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.services.hours import blocks_of, set_working_hours
from accounts.services.skills import set_skills
from accounts.week import Block
from tests.browser.conftest import with_password
from tests.factories import MONDAY, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(team):
    return with_password(make_user(Role.ADMIN, team=team, full_name="Noor Haddad"))


@pytest.fixture
def priya(team, admin):
    user = make_user(Role.TEAM_LEAD, team=team, full_name="Priya Raman")
    set_working_hours(user.pk, blocks=[Block(0, 480, 720)], by=admin, at=MONDAY)
    set_skills(user.pk, skills=[("Refunds", 4)], by=admin, at=MONDAY)
    return user


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "plain"])
def test_a_week_is_corrected_after_a_refusal(visit, admin, priya, has_script):
    window = visit(java_script_enabled=has_script)
    page = window.sign_in(admin)
    window.open("people:person", priya.pk)
    hours = page.locator("#person-hours")
    hours.get_by_role("link", name="Change").click()

    hours.get_by_label("Monday").fill("08:00-12:00, 11:00-13:00")
    hours.get_by_role("button", name="Save").click()
    assert "overlap" in hours.locator(".field-error").inner_text()
    assert hours.get_by_label("Monday").input_value() == "08:00-12:00, 11:00-13:00"
    hours.get_by_label("Monday").fill("08:00-12:00, 13:00-17:00")
    hours.get_by_role("button", name="Save").click()

    hours.locator(".week").wait_for()
    assert "08:00–12:00, 13:00–17:00" in hours.inner_text()
    assert "13:00–17:00" in page.locator("#person-record").inner_text()
    assert "The hours are saved." in page.locator("#toasts").inner_text()
    assert blocks_of(priya) == [Block(0, 480, 720), Block(0, 780, 1020)]


def test_a_section_that_opens_takes_the_keyboard(visit, admin, priya):
    page = visit().sign_in(admin)
    page.goto(reverse("people:person", args=[priya.pk]))

    page.locator("#person-leave").get_by_role("link").press("Enter")
    page.get_by_label("First day").wait_for()

    assert page.evaluate("document.activeElement.name") == "starts_on"


def test_typing_narrows_the_list_in_place(visit, admin, priya):
    page = visit().sign_in(admin)
    page.goto(reverse("people:people"))

    page.get_by_label("Name or address").fill("priya")
    page.locator("#people").get_by_role("link", name="Noor Haddad").wait_for(state="hidden")

    assert page.locator("#people tbody tr").count() == 1
    assert page.url.endswith("?q=priya&role=&team=&state=")
