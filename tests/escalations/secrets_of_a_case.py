"""A ticket with restricted sections, and every address where a word of them could show."""

import re
from datetime import timedelta

from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import Role
from escalations.models import InquiryFile, InquiryLetter, SLAClock
from escalations.services import carrying_out, enforcement
from escalations.services.inquiry_answers import Said, answer
from escalations.services.inquiry_letters import send_letter
from escalations.services.inquiry_links import make_link
from escalations.services.inquiry_reminders import sweep_inquiries
from helpdesk.services.attachments import Upload
from helpdesk.services.linking import follow_ticket
from tests.api.routes import operations
from tests.escalations.inquiring import make_department, make_inquiry
from tests.factories import make_team, make_ticket, make_user

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
