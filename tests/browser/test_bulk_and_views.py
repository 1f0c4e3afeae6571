"""Several tickets at once, and the filter builder, as somebody with a mouse and keys meets them."""

import pytest
from playwright.sync_api import expect

from accounts.models import Role
from helpdesk.models import BulkJob, SavedView, Status, Ticket
from helpdesk.services.bulk import AT_ONCE
from helpdesk.services.lifecycle import solve_ticket
from tests.browser.conftest import with_password
from tests.factories import MONDAY, make_identity, make_ticket, make_user
from tests.workers import running_worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def tickets(team):
    identity = make_identity()
    return [make_ticket(f"Kettle {n}", team=team, identity=identity).pk for n in range(6)]


def tick(page, position: int, **options):
    page.locator('#list [name="tickets"]').nth(position).click(force=True, **options)


def test_a_range_of_tickets_is_solved_and_refusals_are_told(visit, mara, tickets):
    window = visit(viewport=DESK)
    window.sign_in(mara)
    page = window.open("helpdesk:queue", query="?view=open&sort=oldest")
    bar = page.locator("#bulk")
    expect(bar).to_be_hidden()

    tick(page, 1)
    tick(page, 3, modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")
    solve_ticket(tickets[2], by=mara, at=MONDAY)
    bar.get_by_role("button", name="Do it").click()

    expect(bar.locator("[data-report]")).to_contain_text("2 done, 1 refused")
    expect(bar.get_by_role("link", name=str(tickets[2]))).to_be_visible()
    expect(page.locator("#list .row")).to_have_count(3)
    solved = Ticket.objects.filter(status=Status.SOLVED).values_list("pk", flat=True)
    assert set(solved) == set(tickets[1:4])


def test_x_selects_the_ticket_in_focus(visit, mara, tickets):
    window = visit(viewport=DESK)
    window.sign_in(mara)
    page = window.open("helpdesk:queue", query="?view=open&sort=oldest")

    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("2 selected")
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_contain_text("1 selected")


def test_the_whole_list_is_asked_about_with_its_number_and_done_by_a_worker(visit, mara, team):
    identity = make_identity()
    for _ in range(AT_ONCE + 5):
        make_ticket(team=team, identity=identity)
    window = visit(viewport=DESK)
    window.sign_in(mara)
    page = window.open("helpdesk:queue", query="?view=open")
    bar, dialog = page.locator("#bulk"), page.locator("#bulk-confirm")

    tick(page, 0)
    bar.get_by_role("button", name="Take the whole list").click()
    bar.get_by_role("button", name="Do it").click()
    expect(dialog).to_contain_text(f"{AT_ONCE + 5} tickets")
    dialog.get_by_role("button", name="Cancel").click()
    assert not BulkJob.objects.exists()
    with running_worker():
        bar.get_by_role("button", name="Do it").click()
        dialog.get_by_role("button", name="Do it").click()
        expect(bar.locator("progress")).to_be_visible()
        report = bar.locator("[data-report]")
        expect(report).to_contain_text(f"{AT_ONCE + 5} done", timeout=60_000)
    assert Ticket.objects.filter(status=Status.SOLVED).count() == AT_ONCE + 5


def test_without_script_ticked_tickets_are_acted_on(visit, mara, tickets):
    window = visit(viewport=DESK, java_script_enabled=False)
    window.sign_in(mara)
    page = window.open("helpdesk:queue", query="?view=open")

    tick(page, 0)
    page.get_by_label("What to do").select_option("change-status:pending")
    page.get_by_role("button", name="Do it").click()

    expect(page.get_by_text("1 done, 0 refused")).to_be_visible()
    assert Ticket.objects.filter(status=Status.PENDING).count() == 1


def test_a_view_with_a_group_is_built_counted_and_kept(visit, team, tickets):
    lead = with_password(make_user(Role.TEAM_LEAD, team=team))
    window = visit(viewport=DESK)
    window.sign_in(lead)
    page = window.open("helpdesk:queue", query="?view=open&priority=normal")
    page.get_by_role("link", name="Save as view").click()

    page.get_by_role("button", name="Add a group").first.click()
    group = page.locator(".builder-group .builder-group")
    group.get_by_label("Field").select_option("subject")
    page.get_by_role("button", name="Keep the view").click()
    page.get_by_label("Name").fill("Third kettle")
    page.get_by_role("button", name="Keep the view").click()
    expect(group).to_contain_text("Give a text of 1 to 200 characters.")
    group.get_by_label("Value").fill("kettle 3")
    expect(page.locator("[data-preview]")).to_have_text("1 matching now")
    page.get_by_role("button", name="Keep the view").click()

    page.wait_for_url("**/tickets/?saved=*")
    expect(page.locator("#list .row")).to_have_count(1)
    view = SavedView.objects.get()
    assert view.conditions["all"][-1] == {
        "any": [{"field": "subject", "operator": "contains", "value": "kettle 3"}]
    }
    rail = page.locator(f'#views a[href="/tickets/?saved={view.pk}"]')
    expect(rail).to_contain_text("1")
