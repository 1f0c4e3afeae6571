"""Mail by HTTP: handing it in, looking after what is held back, sending again."""

import pytest

from accounts.models import Role
from helpdesk.models import InboundMail, OutgoingMail, OutgoingState, Ticket
from helpdesk.services.intake import receive_mail
from tests.factories import MONDAY, make_reply, make_ticket, make_user
from tests.helpdesk.intake.letters import a_mail

pytestmark = pytest.mark.django_db
RFC822 = "message/rfc822"


def hand_in(client, raw, **headers):
    return client.generic("POST", "/api/v1/mail/", raw, content_type=RFC822, **headers)


@pytest.fixture
def mail_server(caller):
    return caller(make_user(Role.ADMIN), "mail")


@pytest.fixture
def lead(caller):
    return caller(make_user(Role.TEAM_LEAD))


@pytest.fixture
def unreadable():
    return receive_mail(b"Subject: no sender\r\n\r\nHelp", source="pipe", at=MONDAY)


def test_a_message_is_handed_in_byte_for_byte(mail_server):
    raw = a_mail("Grüße", subject="Kessel")

    answer = hand_in(mail_server, raw)

    assert answer.status_code == 201
    assert (answer.data["state"], answer.data["outcome"]) == ("filed", "ticket_opened")
    assert bytes(InboundMail.objects.get().raw) == raw
    assert Ticket.objects.get(pk=answer.data["ticket"]).subject == "Kessel"


def test_handing_in_twice_files_once(mail_server):
    raw = a_mail()

    answers = [hand_in(mail_server, raw), hand_in(mail_server, raw)]

    assert [a.data["outcome"] for a in answers] == ["ticket_opened", "duplicate"]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("raw", [b"\x00\xff", b"no headers at all"])
def test_what_nobody_can_read_is_kept_all_the_same(mail_server, raw):
    answer = hand_in(mail_server, raw)

    assert (answer.status_code, answer.data["state"]) == (201, "quarantined")
    assert answer.data["reason"]


def test_an_empty_body_is_a_mistake_of_the_caller(mail_server):
    assert hand_in(mail_server, b"").status_code == 400
    assert not InboundMail.objects.exists()


def test_json_is_not_a_message(mail_server):
    answer = mail_server.post("/api/v1/mail/", {"a": 1}, format="json")

    assert answer.status_code == 415


@pytest.mark.parametrize("scope", ["read", "write"])
def test_only_the_scope_of_mail_hands_mail_in(caller, scope):
    answer = hand_in(caller(make_user(Role.ADMIN), scope), a_mail())

    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert not InboundMail.objects.exists()


def test_the_scope_of_mail_reads_nothing(mail_server):
    assert mail_server.get("/api/v1/tickets/").status_code == 403
    assert mail_server.get("/api/v1/inbound-mail/").status_code == 403


def test_an_agent_without_a_token_for_it_does_not_hand_mail_in(client):
    client.force_login(make_user())

    answer = client.generic("POST", "/api/v1/mail/", a_mail(), content_type=RFC822)

    assert answer.status_code == 403


def test_the_log_of_mail_is_for_those_who_look_after_it(caller, unreadable):
    seen = caller(make_user(Role.COMPLIANCE)).get("/api/v1/inbound-mail/").data["results"]

    assert [(m["id"], m["state"]) for m in seen] == [(unreadable.pk, "quarantined")]
    assert caller(make_user()).get("/api/v1/inbound-mail/").data["results"] == []
    assert caller(make_user()).get(f"/api/v1/inbound-mail/{unreadable.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 20])
def test_the_log_costs_the_same_however_much_came_in(lead, django_assert_num_queries, count):
    for _ in range(count):
        receive_mail(b"x", source="pipe", at=MONDAY)

    with django_assert_num_queries(3):
        answer = lead.get("/api/v1/inbound-mail/")

    assert len(answer.data["results"]) == count


def test_the_bytes_can_be_downloaded_and_no_browser_runs_them(lead, unreadable):
    answer = lead.get(f"/api/v1/inbound-mail/{unreadable.pk}/raw/")

    assert answer.content == b"Subject: no sender\r\n\r\nHelp"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_held_back_mail_is_retried_made_a_ticket_and_dismissed(lead, unreadable):
    address = f"/api/v1/inbound-mail/{unreadable.pk}"
    other = receive_mail(b"\x00", source="pipe", at=MONDAY)

    retried = lead.post(f"{address}/retry/")
    nameless = lead.post(f"{address}/make-ticket/", {})
    made = lead.post(f"{address}/make-ticket/", {"sender": "kim@mail.example"})
    twice = lead.post(f"{address}/make-ticket/", {"sender": "kim@mail.example"})
    short = lead.post(f"/api/v1/inbound-mail/{other.pk}/dismiss/", {"reason": "no"})
    gone = lead.post(f"/api/v1/inbound-mail/{other.pk}/dismiss/", {"reason": "Port scan"})

    assert retried.data["reason_code"] == "no_sender"
    assert (nameless.status_code, nameless.data["code"]) == (409, "sender_needed")
    assert nameless.data["errors"][0]["field"] == "sender"
    assert made.data["outcome"] == "ticket_opened"
    assert (twice.status_code, twice.data["code"]) == (409, "has_a_ticket")
    assert (short.status_code, short.data["code"]) == (409, "reason_needed")
    assert gone.data["state"] == "dismissed"


def test_compliance_looks_and_does_not_touch(caller, unreadable):
    reviewer = caller(make_user(Role.COMPLIANCE))

    answer = reviewer.post(f"/api/v1/inbound-mail/{unreadable.pk}/retry/")

    assert answer.status_code == 403


def test_a_failed_reply_is_sent_again(caller):
    client = caller(make_user())
    message = make_reply(make_ticket())
    OutgoingMail.objects.update(state=OutgoingState.FAILED, error="550 no")

    answer = client.post(f"/api/v1/messages/{message.pk}/send-again/")
    again = client.post(f"/api/v1/messages/{message.pk}/send-again/")

    assert (answer.status_code, answer.data["outgoing"]["state"]) == (200, "queued")
    assert (again.status_code, again.data["code"]) == (409, "cannot_send_again")


def test_a_message_that_owes_no_mail_is_not_sent_again(caller):
    message = make_ticket().messages.get()

    answer = caller(make_user()).post(f"/api/v1/messages/{message.pk}/send-again/")

    assert (answer.status_code, answer.data["code"]) == (409, "cannot_send_again")
