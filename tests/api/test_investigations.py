"""Investigations, evidence, causes and actions over REST."""

import hashlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from escalations.models import Evidence
from tests.api.world import make_order
from tests.escalations.investigating import (
    CONCLUSION,
    QUESTION,
    complete,
    investigate,
    make_action,
    make_cause,
    make_problem,
)
from tests.factories import customer_writes, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db
INVESTIGATIONS = "/api/v1/investigations/"


@pytest.fixture
def specialist():
    return make_user(Role.SPECIALIST, full_name="Amara Obi")


@pytest.fixture
def client(caller, specialist):
    return caller(specialist)


def test_an_investigation_from_the_question_to_the_locked_book(client, specialist):
    cause = make_cause(by=make_user(Role.MANAGER))
    ticket = make_ticket(order=make_order())
    message = customer_writes(ticket, "The camera shows nobody.")

    opened = client.post(f"/api/v1/tickets/{ticket.pk}/open-investigation/", {"question": QUESTION})
    assert opened.status_code == 201, opened.content
    address = f"{INVESTIGATIONS}{opened.json()['id']}/"
    quoted = client.post(f"{address}quote-message/", {"message": message.pk}).json()
    client.post(f"{address}snapshot-order/")
    client.post(
        f"{address}add-link/", {"url": "https://ups.example/90312", "title": "Scan of the parcel"}
    )
    found = client.post(
        f"{address}add-finding/", {"text": "Nobody came.", "evidence": [quoted["id"]]}
    )
    assert (found.status_code, found.json()["evidence"]) == (201, [quoted["id"]])
    client.post(f"{address}choose-causes/", {"root_cause": cause.pk})
    done = client.post(f"{address}complete/", {"conclusion": CONCLUSION})

    assert done.status_code == 200, done.content
    shown = client.get(address).json()
    assert shown == done.json()
    assert [piece["kind"] for piece in shown["evidence"]] == ["message", "order", "link"]
    assert shown["evidence"][1]["snapshot"]["order"] == "112-5550001-1"
    assert (shown["root_cause"]["name"], shown["completed_by"]["full_name"]) == (
        "Address confused",
        "Amara Obi",
    )
    later = client.post(f"{address}add-finding/", {"text": "The driver was told."})
    assert later.json()["is_addendum"]
    locked = client.post(f"{address}choose-causes/", {"root_cause": cause.pk})
    assert (locked.status_code, locked.json()["code"]) == (409, "investigation_is_locked")
    listed = client.get(f"/api/v1/tickets/{ticket.pk}/investigations/").json()["results"]
    assert [row["id"] for row in listed] == [shown["id"]]


def test_a_file_is_added_downloaded_and_checked(client, specialist):
    investigation = investigate(make_ticket(), by=specialist)

    added = client.post(
        f"{INVESTIGATIONS}{investigation.pk}/add-file/",
        {"file": SimpleUploadedFile("photo.jpg", b"a door", "image/jpeg"), "source": "UPS"},
        format="multipart",
    )

    assert added.status_code == 201, added.content
    shown = added.json()
    assert shown["sha256"] == hashlib.sha256(b"a door").hexdigest()
    address = f"/api/v1/evidence/{shown['id']}/"
    assert client.get(f"{address}verification/").json()["verdict"] == "unchanged"
    content = client.get(f"{address}content/")
    assert b"".join(content.streaming_content) == b"a door"
    assert content["Content-Disposition"] == 'attachment; filename="photo.jpg"'
    with default_storage.open(Evidence.objects.get().file.name, "wb") as file:
        file.write(b"another")
    assert client.get(f"{address}verification/").json()["verdict"] == "changed"


def test_what_is_of_a_hidden_ticket_is_not_there(caller):
    boss = make_user(Role.MANAGER)
    ticket = make_ticket(team=make_team(), order=make_order())
    investigation = investigate(ticket, by=boss)
    action = make_action(investigation=investigation, by=boss)
    owner = caller(boss)
    piece = owner.post(f"{INVESTIGATIONS}{investigation.pk}/snapshot-order/").json()["id"]
    stranger = caller(make_user(Role.SPECIALIST, team=make_team()))

    gets = [
        f"{INVESTIGATIONS}{investigation.pk}/", f"/api/v1/evidence/{piece}/",
        f"/api/v1/evidence/{piece}/verification/", f"/api/v1/evidence/{piece}/content/",
        f"/api/v1/actions/{action.pk}/",
    ]  # fmt: skip
    for address in gets:
        assert stranger.get(address).status_code == 404, address
    acts = [
        "add-finding", "choose-causes", "hand-over", "complete", "add-file", "add-link",
        "quote-message", "snapshot-order", "add-action",
    ]  # fmt: skip
    for name in acts:
        assert stranger.post(f"{INVESTIGATIONS}{investigation.pk}/{name}/").status_code == 404
    for name in ("change", "finish"):
        assert stranger.post(f"/api/v1/actions/{action.pk}/{name}/").status_code == 404
    for address in (INVESTIGATIONS, "/api/v1/actions/"):
        assert stranger.get(address).json()["results"] == []


def test_an_agent_reads_and_does_not_investigate(caller, specialist):
    investigation = investigate(make_ticket(), by=specialist)
    agent = caller(make_user(Role.AGENT))

    assert agent.get(f"{INVESTIGATIONS}{investigation.pk}/").status_code == 200
    refused = agent.post(f"{INVESTIGATIONS}{investigation.pk}/add-finding/", {"text": "I think so"})
    assert refused.status_code == 403


def test_the_catalogue_is_managed_by_managers(caller, client):
    boss = caller(make_user(Role.MANAGER))
    group = boss.post("/api/v1/root-causes/", {"name": "Carrier"}).json()
    cause = boss.post("/api/v1/root-causes/", {"name": "Lost", "parent": group["id"]}).json()

    again = boss.post("/api/v1/root-causes/", {"name": "Lost", "parent": group["id"]})
    assert (again.status_code, again.json()["code"]) == (409, "name_is_taken")
    deeper = boss.post("/api/v1/root-causes/", {"name": "Deep", "parent": cause["id"]})
    assert deeper.status_code == 400
    address = f"/api/v1/root-causes/{cause['id']}/"
    assert boss.post(f"{address}rename/", {"name": "Lost on the way"}).status_code == 200
    assert boss.post(f"{address}retire/").json()["is_active"] is False
    assert boss.post(f"{address}retire/").json()["code"] == "nothing_changed"
    assert client.post(f"{address}restore/").status_code == 403
    names = [row["name"] for row in client.get("/api/v1/root-causes/").json()["results"]]
    assert names == ["Carrier", "Lost on the way"]


def test_actions_are_listed_changed_and_finished(caller, client, specialist):
    mine = make_action(problem=make_problem(by=specialist), by=specialist)
    owner = make_user()
    other = make_action(problem=make_problem(by=specialist), owner=owner, by=specialist)

    listed = client.get(f"/api/v1/actions/?owner={specialist.pk}&is_done=false").json()["results"]
    assert [row["id"] for row in listed] == [mine.pk]
    assert caller(owner).post(f"/api/v1/actions/{mine.pk}/finish/").status_code == 403
    done = caller(owner).post(f"/api/v1/actions/{other.pk}/finish/", {"note": "Claimed"})
    assert done.json()["done_note"] == "Claimed"
    again = client.post(f"/api/v1/actions/{other.pk}/change/", {"owner": owner.pk})
    assert again.json()["code"] == "action_is_done"


def test_one_investigation_costs_the_same_with_one_finding_and_with_fifty(client, specialist):
    cause = make_cause(by=make_user(Role.MANAGER))
    investigation = investigate(make_ticket(), by=specialist)
    complete(investigation, cause=cause, by=specialist)
    address = f"{INVESTIGATIONS}{investigation.pk}/"

    client.get(address)

    assert _queries(client, address) == _after_growing(client, address)


def _after_growing(client, address: str) -> int:
    for n in range(30):
        client.post(f"{address}add-finding/", {"text": f"Finding {n}"})
        client.post(f"{address}add-link/", {"url": "https://ups.example/", "title": f"Scan {n}"})
    return _queries(client, address)


def _queries(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
