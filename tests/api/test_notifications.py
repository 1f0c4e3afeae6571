"""The bell over REST, and whom a note may name."""

import pytest

from accounts.models import Role
from helpdesk.models import Notification, NotificationChoice
from helpdesk.services.assignment import assign_ticket
from tests.factories import MONDAY, make_note, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
BELL = "/api/v1/notifications/"


@pytest.fixture
def mara():
    return make_user(full_name="Mara Lindqvist")


@pytest.fixture
def sam():
    return make_user(full_name="Sam Okafor")


@pytest.fixture
def client(caller, sam):
    return caller(sam)


@pytest.fixture
def lines(mara, sam):
    for _ in range(3):
        assign_ticket(make_ticket().pk, assignee=sam, by=mara, at=MONDAY)
    return list(Notification.objects.order_by("pk"))


def test_lines_are_ones_own_newest_first_and_say_it_in_words(client, lines, mara, caller):
    shown = client.get(BELL).json()["results"]

    assert [line["id"] for line in shown] == [line.pk for line in reversed(lines)]
    assert shown[0]["words"] == "Mara Lindqvist assigned the ticket to you"
    assert shown[0]["ticket"]["number"] == lines[-1].ticket_id
    assert caller(mara).get(BELL).json()["results"] == []


def test_the_unread_ones_can_be_asked_for(client, lines):
    client.post(f"{BELL}read/", {"ids": [lines[0].pk]})

    unread = client.get(BELL, {"unread": "true"}).json()["results"]
    read = client.get(BELL, {"unread": "false"}).json()["results"]

    assert [line["id"] for line in unread] == [lines[2].pk, lines[1].pk]
    assert [line["id"] for line in read] == [lines[0].pk]


def test_reading_up_to_a_line_reads_it_and_the_older_ones(client, lines):
    answer = client.post(f"{BELL}read/", {"up_to": lines[1].pk})

    assert answer.json() == {"unread": 1, "newest": lines[2].pk}


@pytest.mark.parametrize("body", [{}, {"ids": [1], "up_to": 1}, {"ids": []}, {"up_to": "all"}])
def test_reading_needs_one_way_to_say_which(client, lines, body):
    assert client.post(f"{BELL}read/", body).status_code == 400
    assert Notification.objects.unread().count() == 3


def test_nobody_reads_anothers_lines(caller, mara, lines):
    caller(mara).post(f"{BELL}read/", {"ids": [line.pk for line in lines]})

    assert Notification.objects.unread().count() == 3


def test_the_count_is_not_sent_again_to_who_knows_it(
    client, lines, mara, sam, django_assert_max_num_queries
):
    first = client.get(f"{BELL}count/")
    with django_assert_max_num_queries(3):
        same = client.get(f"{BELL}count/", headers={"If-None-Match": first["ETag"]})
    assign_ticket(make_ticket().pk, assignee=sam, by=mara, at=MONDAY)
    other = client.get(f"{BELL}count/", headers={"If-None-Match": first["ETag"]})

    assert first.json() == {"unread": 3, "newest": lines[2].pk}
    assert (same.status_code, same.content) == (304, b"")
    assert other.json()["unread"] == 4


def test_how_to_hear_of_a_kind_can_be_chosen(client, sam):
    usual = client.get(f"{BELL}preferences/").json()["choices"]
    body = {"kind": "followed", "by_bell": False, "by_mail": "digest"}
    chosen = client.post(f"{BELL}preferences/", body)

    assert {c["kind"]: c["by_mail"] for c in usual} == {
        "assigned": "at_once",
        "mentioned": "at_once",
        "customer_wrote": "digest",
        "followed": "never",
        "deadline_near": "at_once",
        "deadline_missed": "at_once",
        "escalated": "at_once",
        "escalation_moved": "at_once",
        "inquiry": "at_once",
        "action_due": "digest",
        "mail_trouble": "digest",
    }
    assert body in chosen.json()["choices"]
    assert NotificationChoice.objects.get().user == sam


@pytest.mark.parametrize(
    "change", [{"kind": "rain"}, {"by_mail": "pigeon"}, {"by_bell": None}, {"user": 1}], ids=str
)
def test_what_cannot_be_chosen_is_refused(client, change):
    body = {"kind": "followed", "by_bell": True, "by_mail": "never"} | change

    assert client.post(f"{BELL}preferences/", body).status_code == 400
    assert not NotificationChoice.objects.exists()


def test_whom_a_note_may_name_and_who_may_not_see_the_ticket(caller):
    team = make_team()
    ana = make_user(team=team, full_name="Ana Silva")
    zoe = make_user(team=team, full_name="Zoe Anders")
    make_user(team=make_team(), full_name="Anatol Far")
    make_user(full_name="Ann Gone", is_active=False)
    ticket = make_ticket(team=team)

    shown = caller(ana).get(f"/api/v1/tickets/{ticket.pk}/mentionable/", {"q": "an"}).json()

    assert [(one["full_name"], one["may_see"]) for one in shown["results"]] == [
        ("Ana Silva", True),
        (zoe.full_name, True),
        ("Anatol Far", False),
    ]


def test_of_a_hidden_ticket_nobody_learns_whom_to_name(caller):
    hidden, stranger = make_ticket(team=make_team()), make_user(team=make_team())

    assert caller(stranger).get(f"/api/v1/tickets/{hidden.pk}/mentionable/").status_code == 404


def test_a_mention_over_rest_tells_as_over_the_page(caller, mara, sam):
    ticket = make_ticket()

    caller(mara).post(f"/api/v1/tickets/{ticket.pk}/note/", {"text": "@Sam Okafor?"})

    assert Notification.objects.get().user == sam


@pytest.mark.parametrize("line_count", [1, 50])
def test_the_bell_costs_the_same_however_much_it_says(
    caller, line_count, django_assert_num_queries
):
    reader, author = make_user(Role.ADMIN, full_name="Ada"), make_user()
    for _ in range(line_count):
        make_note(make_ticket(), "@Ada", by=author)
    client = caller(reader)
    client.get(BELL)

    with django_assert_num_queries(2):
        shown = client.get(BELL).json()["results"]

    assert len(shown) == line_count
