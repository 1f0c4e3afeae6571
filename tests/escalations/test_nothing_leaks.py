"""What is restricted is read by whom it is for, and by nobody else: through every door there is.

A legal and a privacy inquiry carry telltale words in question, facts, answer, file name and file.
Every page and every GET of REST is then asked for by everybody who may not read them.
"""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Role
from escalations.models import Inquiry, InquiryFile, InquiryLetter, SLAClock
from escalations.services import carrying_out, enforcement
from escalations.services.inquiry_answers import Said, answer
from escalations.services.inquiry_letters import send_letter
from escalations.services.inquiry_links import make_link
from escalations.services.inquiry_reminders import sweep_inquiries
from escalations.services.promising import NothingMayBePromised
from helpdesk.live.changes import Since, changes_for
from helpdesk.models import Notification, TimelineEntry
from helpdesk.services.attachments import Upload
from helpdesk.services.linking import follow_ticket
from helpdesk.services.merging import merge_ticket
from helpdesk.services.notification_mail import mail_notifications
from tests.api.conftest import caller  # noqa: F401
from tests.api.routes import operations
from tests.escalations.inquiring import make_department, make_inquiry
from tests.factories import make_reply, make_team, make_ticket, make_user

pytestmark = pytest.mark.django_db

TELLTALE = "quokka"
WORDS = {
    "question": "Does quokkaquestion bind us in this case?",
    "fact": "quokkafact",
    "answer": "quokkaanswer says no.",
    "file": "quokkafile.txt",
}
CONTENT = b"quokkacontent"
#: Who may not read: of legal and of privacy, by role. Agents own the case, follow it, lead it.
STRANGERS = {
    "legal": (Role.AGENT, Role.SPECIALIST, Role.TEAM_LEAD, Role.ADMIN),
    "privacy": (Role.AGENT, Role.SPECIALIST, Role.TEAM_LEAD, Role.ADMIN, Role.MANAGER),
}
READERS = {"legal": (Role.COMPLIANCE, Role.MANAGER), "privacy": (Role.COMPLIANCE,)}


class World:
    """A ticket with an answered and an open restricted inquiry, and everything they lead to."""

    def __init__(self, kind: str):
        self.kind, self.now = kind, timezone.now()
        self.team = make_team("Home and kitchen")
        self.people = {role: make_user(role, team=self.team) for role in Role}
        self.asker = make_user(Role.SPECIALIST, team=self.team)
        self.member = make_user(Role.AGENT)
        self.department = make_department(
            "Hidden desk", email="hidden@northvane.example", members=[self.member.pk]
        )
        self.began = self.now - timedelta(hours=9)
        self.ticket = make_ticket(team=self.team, at=self.began)
        self.ticket.assignee = self.people[Role.AGENT]
        self.ticket.save(update_fields=["assignee"])
        for person in self.people.values():
            follow_ticket(self.ticket.pk, by=person, at=self.began)
        self.answered, self.open = self.ask(), self.ask(is_blocking=True)
        self.token = make_link(self.open, at=self.began)
        said = Said(
            facts={"matter": WORDS["fact"]},
            text=WORDS["answer"],
            uploads=[Upload(WORDS["file"], "text/plain", CONTENT)],
        )
        answer(self.answered.pk, said=said, by=self.member, at=self.began)
        self.let_it_become_late()
        self.numbers = [self.ticket.pk]

    def ask(self, **wish):
        matter = {"key": "matter", "label": "quokkalabel", "kind": "text"}
        return make_inquiry(
            self.ticket, department=self.department, by=self.asker, at=self.began,
            question=WORDS["question"], questions=[matter], seconds=3600,
            restriction=self.kind, **wish,
        )  # fmt: skip

    def let_it_become_late(self):
        sweep_inquiries(at=self.now)
        enforcement.sweep(at=self.now)
        carrying_out.carry_out_waiting(at=self.now)
        for letter in InquiryLetter.objects.all():
            send_letter(letter.pk, at=self.now)

    def keys(self) -> dict[str, list]:
        """Every key with which an address could name something of this world."""
        clocks = list(SLAClock.objects.values_list("pk", flat=True))
        return {
            "number": self.numbers, "ticket": self.numbers,
            "pk": [
                *self.numbers, self.answered.pk, self.open.pk, *clocks, self.department.pk,
                InquiryFile.objects.get().pk,
            ],
            "id": [
                *self.numbers, self.answered.pk, self.open.pk, *clocks, self.department.pk,
                InquiryFile.objects.get().pk,
            ],
            "customer": [self.ticket.requester_id],
            "key": self.numbers,
        }  # fmt: skip


@pytest.fixture(params=["legal", "privacy"])
def world(request):
    return World(request.param)


def pages(resolver=None, space="", converters=()):
    """Yield the names of all page addresses with the names of their arguments."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "api":
                inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
                yield from pages(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield space + pattern.name, tuple(pattern.pattern.converters)


def page_addresses(world):
    keys = world.keys()
    for name, arguments in pages():
        if not arguments:
            yield reverse(name)
        elif len(arguments) == 1:
            for key in dict.fromkeys(keys.get(arguments[0], ())):
                try:
                    yield reverse(name, args=[key])
                except NoReverseMatch:
                    continue
        elif arguments == ("number", "pk"):
            for key in SLAClock.objects.values_list("pk", flat=True):
                yield reverse(name, args=[world.ticket.pk, key])
    ticket = reverse("helpdesk:ticket", args=[world.ticket.pk])
    yield from (f"{ticket}?tab={tab}" for tab in ("case", "history", "timeline"))
    yield f"{reverse('helpdesk:news', args=[world.ticket.pk])}?shown=0"
    yield from (f"{reverse('helpdesk:queue')}?view=all&q={word}" for word in searched())
    yield f"{reverse('escalations:inquiries')}?view=by_me"


def rest_addresses(world):
    keys = world.keys()
    for operation in operations():
        if operation.method != "get":
            continue
        names = re.findall(r"\{(\w+)\}", operation.path)
        if not names:
            yield operation.path
        for key in dict.fromkeys(keys.get(names[0], keys["id"]) if len(names) == 1 else ()):
            yield operation.path.replace("{" + names[0] + "}", str(key))
    yield from (f"/api/v1/search/?q={word}" for word in searched())


def searched():
    return ("quokkaquestion", "quokkafact", "quokkaanswer", "quokkafile")


def body_of(response) -> str:
    streamed = getattr(response, "streaming_content", None)
    octets = b"".join(streamed) if streamed is not None else response.content
    return octets.decode("utf-8", "replace")


def without_echo(body: str) -> str:
    """A search shows the words that were searched for; those are the reader's own."""
    return body if TELLTALE not in body else re.sub("|".join(searched()), "", body)


def leaks(client, addresses) -> list[str]:
    """Return the addresses that say something, and those that fail: an error page may too."""
    found = []
    client.raise_request_exception = False
    for address in addresses:
        response = client.get(address)
        if response.status_code >= 500:
            found.append(f"{response.status_code} {address}")
        body = body_of(response)
        body = without_echo(body) if "q=" in address else body
        if TELLTALE in body.lower() or "hidden desk" in body.lower():
            found.append(address)
    return found


#: Whoever asks, or manages departments, knows which there are: their names are no secret there.
NAMES_DEPARTMENTS = re.compile(r"/departments/|/inquiries/new/|/inquiry-templates/")


def test_no_page_shows_it_to_who_may_not(world, client):
    for role in STRANGERS[world.kind]:
        client.force_login(world.people[role])

        found = leaks(client, page_addresses(world))

        assert [one for one in found if not NAMES_DEPARTMENTS.search(one)] == [], role
        said = client.get(reverse("helpdesk:ticket", args=[world.ticket.pk])).content.decode()
        assert f"{world.kind.capitalize()}: restricted" in said, "That it exists is seen."


def test_no_answer_of_rest_shows_it_to_who_may_not(world, caller):  # noqa: F811
    for role in STRANGERS[world.kind]:
        found = leaks(caller(world.people[role]), rest_addresses(world))

        assert [one for one in found if not NAMES_DEPARTMENTS.search(one)] == [], role


def test_who_may_not_read_it_does_nothing_to_it(world, caller):  # noqa: F811
    for role in STRANGERS[world.kind]:
        client = caller(world.people[role])
        for verb in ("answer", "withdraw", "remind", "make-link", "revoke-links"):
            address = f"/api/v1/inquiries/{world.open.pk}/{verb}/"
            assert client.post(address, {"reason": "Enough"}).status_code == 404, verb


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


def test_after_a_merge_it_is_as_hidden_as_before(world, client):
    target = make_ticket(team=world.team)
    merge_ticket(world.ticket.pk, into=target.pk, by=world.people[Role.TEAM_LEAD], at=world.now)
    world.numbers = [world.ticket.pk, target.pk]
    client.force_login(world.people[Role.SPECIALIST])

    found = leaks(client, page_addresses(world))

    assert [one for one in found if not NAMES_DEPARTMENTS.search(one)] == []


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
