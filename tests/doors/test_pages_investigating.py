"""Pages of investigations, problems and tailored solutions: plain forms, refusals in place."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from escalations.models import (
    CorrectiveAction,
    Evidence,
    Investigation,
    Problem,
    RootCause,
    SolutionPlan,
)
from escalations.services.actions import add_action
from escalations.services.evidence import add_link
from escalations.services.investigations import add_finding
from escalations.services.problems import link_tickets
from helpdesk.models import BulkJob, Draft, Restriction, TimelineKind
from helpdesk.services.timeline import record
from tests.api.world import make_order
from tests.escalations.investigating import (
    CONCLUSION,
    QUESTION,
    investigate,
    make_cause,
    make_problem,
)
from tests.escalations.test_problems import make_sold
from tests.factories import MONDAY, customer_writes, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    """Signed in: somebody who may everything that is managed here."""
    user = make_user(Role.MANAGER)
    client.force_login(user)
    return user


def address(name, *args):
    return reverse(f"escalations:{name}", args=args)


def act(client, investigation, verb, **data):
    return client.post(address("investigation_act", investigation.pk, verb), data)


def test_an_investigation_is_worked_through_without_a_script(client, boss):
    ticket = make_ticket(order=make_order())
    message = customer_writes(ticket, "The camera shows nobody.")
    cause = make_cause(by=boss)
    asked = client.post(address("new_investigation", ticket.pk), {"question": QUESTION})
    found = Investigation.objects.get()
    assert asked.url == address("investigation", found.pk)

    photo = SimpleUploadedFile("photo.jpg", b"a door", "image/jpeg")
    steps = [
        ("file", {"file": photo, "source": "UPS"}),
        ("link", {"url": "https://ups.example/1", "title": "Scan"}),
        ("quote", {"message": message.pk}),
        ("order", {}),
        ("finding", {"text": "GPS says Alder Street."}),
        ("causes", {"root_cause": cause.pk}),
        (
            "action",
            {"kind": "corrective", "text": "Claim it", "owner": boss.pk, "due_on": "2027-03-01"},
        ),
    ]
    for verb, data in steps:
        answer = act(client, found, verb, **data)
        assert answer.status_code == 302, (verb, answer.content.decode())
    assert act(client, found, "complete", conclusion=CONCLUSION).status_code == 302

    page = client.get(address("investigation", found.pk)).content.decode()
    assert QUESTION.replace("'", "&#x27;") in page
    assert "Carrier: Address confused" in page
    assert "Choose the causes" not in page
    assert "Add an addendum" in page
    late = act(client, found, "causes", root_cause=cause.pk)
    assert late.status_code == 422
    piece = Evidence.objects.filter(kind="file").get()
    assert (
        "unchanged since it was added" in client.get(address("evidence", piece.pk)).content.decode()
    )
    assert b"".join(client.get(address("evidence_file", piece.pk)).streaming_content) == b"a door"
    action = CorrectiveAction.objects.get()
    assert client.post(address("finish_action", action.pk), {"note": "Sent"}).status_code == 302
    assert client.post(address("finish_action", action.pk)).status_code == 422


def test_a_refusal_stands_at_its_field_and_keeps_what_was_typed(client, boss):
    found = investigate(make_ticket(), by=boss)

    refused = act(client, found, "link", url="javascript:alert(1)", title="Scan")

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "begins with https:// or http://" in page
    assert 'value="javascript:alert(1)"' in page
    assert "<details open><summary>Add a link" in page
    incomplete = act(client, found, "complete", conclusion=CONCLUSION)
    assert incomplete.status_code == 422
    assert "Choose the root cause first." in incomplete.content.decode()
    assert (
        client.post(address("new_investigation", found.ticket_id), {"question": "Why?"}).status_code
        == 422
    )
    assert act(client, found, "burn").status_code == 404


def test_the_report_has_everything_but_what_is_restricted(client, boss):
    ticket = make_ticket(order=make_order())
    found = investigate(ticket, by=boss)
    act(client, found, "finding", text="GPS says Alder Street.")
    act(client, found, "order")
    record(
        ticket, TimelineKind.INQUIRY_ASKED, by=boss, at=MONDAY,
        after="canary-4711", restriction=Restriction.LEGAL, asked_by=boss.pk,
    )  # fmt: skip

    page = client.get(address("investigation_report", found.pk)).content.decode()

    for words in ("GPS says Alder Street.", "112-5550001-1", Evidence.objects.get().sha256):
        assert words in page
    assert "opened an investigation" in page
    assert "unchanged since it was added" in page
    assert "canary-4711" not in page


def test_what_is_out_of_sight_is_not_there_and_who_may_not_is_refused(client, boss):
    ticket = make_ticket(team=make_team())
    found = investigate(ticket, by=boss)
    act(client, found, "link", url="https://ups.example/1", title="Scan")
    piece = Evidence.objects.get()
    stranger = make_user(Role.SPECIALIST, team=make_team())
    client.force_login(stranger)
    for name, key in (
        ("investigation", found.pk),
        ("investigation_report", found.pk),
        ("investigation_pdf", found.pk),
        ("evidence", piece.pk),
        ("evidence_file", piece.pk),
        ("solution", ticket.pk),
        ("new_investigation", ticket.pk),
    ):
        assert client.get(address(name, key)).status_code == 404, name
    assert act(client, found, "finding", text="Let me in.").status_code == 404
    client.force_login(make_user(Role.AGENT, team=ticket.team))
    assert client.get(address("investigation", found.pk)).status_code == 200
    assert act(client, found, "finding", text="Let me write.").status_code == 403
    for name in ("root_causes", "new_problem"):
        assert client.get(address(name)).status_code == 403


def test_causes_are_managed_on_their_page(client, boss):
    client.post(address("add_root_cause"), {"name": "Carrier"})
    group = RootCause.objects.get()
    client.post(address("add_root_cause"), {"name": "Lost", "parent": group.pk})
    cause = RootCause.objects.get(parent=group)
    again = client.post(address("add_root_cause"), {"name": "Lost", "parent": group.pk})
    assert again.status_code == 422
    client.post(address("root_cause_act", cause.pk, "rename"), {"name": "Lost on the way"})
    client.post(address("root_cause_act", cause.pk, "retire"))
    cause.refresh_from_db()
    assert (cause.name, cause.is_active) == ("Lost on the way", False)
    assert client.post(address("root_cause_act", cause.pk, "retire")).status_code == 422
    client.force_login(make_user(Role.SPECIALIST))
    assert client.get(address("root_causes")).status_code == 200
    assert client.post(address("root_cause_act", cause.pk, "restore")).status_code == 403


def test_a_problem_is_opened_moved_and_its_customers_written_to(client, boss):
    sold = [make_sold(number, at=timezone.now() - timedelta(days=20)) for number in range(3)]
    facts = {"title": "Tanks crack", "skus": "CM-9, B0C7", "owner": boss.pk}
    opened = client.post(f"{address('new_problem')}?ticket={sold[0].pk}", facts)
    problem = Problem.objects.get()
    assert opened.url == address("problem", problem.pk)
    page = client.get(opened.url).content.decode()
    assert page.count('name="tickets" value=') == 2

    client.post(address("problem_tickets", problem.pk), {"tickets": [sold[1].pk, sold[2].pk]})
    client.post(address("problem_tickets", problem.pk), {"unlink": sold[2].pk})
    assert problem.links.count() == 2
    assert client.post(address("problem_tickets", problem.pk), {"unlink": 1}).status_code == 422

    def move(verb, **data):
        return client.post(address("problem_act", problem.pk, verb), data).status_code

    assert move("fix", fixed_on="2026-01-01") == 422
    assert move("confirm") == 302
    assert move("fix", fixed_on=(timezone.now() - timedelta(days=2)).date()) == 302
    assert move("verify", days=28) == 422
    assert move("change", **facts | {"carrier": "UPS"}) == 302
    assert move("link", tickets="x") == 422

    text = "Hello {name}, we exchange the tank."
    shown = client.post(address("problem_letter", problem.pk), {"text": text})
    assert "Hello Karen Whitfield, we exchange" in shown.content.decode()
    previewed = shown.context["shown"]
    sent = client.post(
        address("problem_letter", problem.pk),
        {
            "text": text,
            "send": "1",
            "tickets": [ticket.pk for ticket in previewed.tickets],
            "seen": previewed.seen,
            "looked_at": previewed.looked_at.isoformat(),
        },
    )
    job = BulkJob.objects.get()
    assert sent.url == reverse("helpdesk:bulk_job", args=[job.pk])
    assert "Write to the customers of a problem" in client.get(sent.url).content.decode()
    wrong = client.post(address("problem_letter", problem.pk), {"text": "Hello {who}, all well."})
    assert wrong.status_code == 422
    assert "Tanks crack" in client.get(address("problems")).content.decode()


def test_a_solution_is_planned_said_and_put_into_the_reply(client, boss):
    ticket = make_ticket()
    verb = lambda name, **data: client.post(address("solution_act", ticket.pk, name), data)  # noqa: E731

    assert verb("plan", kind="refund", amount="x", currency="EUR").status_code == 422
    assert verb("plan", kind="refund").status_code == 422
    assert verb("plan", kind="shipping", amount="14.99", currency="usd").status_code == 302
    assert verb("plan", kind="apology").status_code == 302
    money, apology = SolutionPlan.objects.get().components.order_by("pk")
    refused = client.post(address("solution_part_act", ticket.pk, money.pk, "finish"))
    assert refused.status_code == 422
    assert "Money moves through refunds" in refused.content.decode()
    for part, name in ((apology, "finish"), (money, "drop")):
        done = client.post(address("solution_part_act", ticket.pk, part.pk, name))
        assert done.status_code == 302
    assert verb("draft").status_code == 302
    assert verb("write", text="All will be well.").status_code == 302
    assert verb("reply").url == reverse("helpdesk:ticket", args=[ticket.pk])
    assert Draft.objects.get().text == "All will be well."


def test_pages_cost_the_same_with_one_row_and_with_thirty(client, boss):
    found, problem = investigate(make_ticket(), by=boss), make_problem(by=boss, skus=["CM-9"])
    pages = [
        address("investigation", found.pk),
        address("investigation_report", found.pk),
        address("problem", problem.pk),
        address("problems"),
        address("root_causes"),
    ]

    def grow(n):
        link = add_link(found.pk, url="https://ups.example/", title="Scan", by=boss, at=MONDAY)
        add_finding(found.pk, text="Once more", evidence=[link.pk], by=boss, at=MONDAY)
        for of in ({"investigation": found}, {"problem": problem}):
            day = MONDAY.date()
            said = {"kind": "corrective", "text": "Claim", "owner": make_user(), "due_on": day}
            add_action(**of, **said, by=boss, at=MONDAY)
        make_cause(f"Cause {n}", group=f"Group {n}", by=boss)
        link_tickets(problem.pk, tickets=[make_ticket().pk], by=boss, at=MONDAY)
        make_sold(n, at=timezone.now())
        make_problem(by=boss)

    def costs():
        counted = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(page).status_code == 200
            counted.append(len(queries))
        return counted

    grow(0)
    costs()
    at_one = costs()
    for n in range(1, 30):
        grow(n)
    assert costs() == at_one
    assert max(at_one) <= 26
