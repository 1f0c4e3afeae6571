"""A block of tickets as rows for COPY. Pure: the same plan and block give the same rows."""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime

from helpdesk.load.stories import DAY, Entry, tell
from helpdesk.load.vocabulary import Pen
from helpdesk.models import Channel, MessageKind, OutgoingState, TimelineKind
from helpdesk.models.ticket import OURS_TO_MOVE
from helpdesk.search_text import fold

NULL = "\\N"
BLOCK = 1000
MESSAGES = 3
#: Numbers kept free for a ticket's timeline: no story needs more entries.
ENTRIES = 16
_YEAR = 365 * DAY
_NEWEST = 7200
_KINDS = {
    "customer": MessageKind.CUSTOMER_MESSAGE,
    "agent": MessageKind.PUBLIC_REPLY,
    "note": MessageKind.INTERNAL_NOTE,
}


@dataclass(frozen=True)
class Agent:
    pk: int
    name: str
    team: int


@dataclass(frozen=True)
class Requester:
    pk: int
    name: str
    identity: int
    kind: str
    value: str


@dataclass(frozen=True)
class Plan:
    """What all blocks share. ``first_*`` are the numbers reserved for this run."""

    seed: int
    tickets: int
    now: int
    mail_domain: str
    agents: list[Agent]
    requesters: list[Requester]
    categories: list[int]
    product_lines: list[int]
    tags: list[tuple[int, str]]
    first_ticket: int = 1
    first_message: int = 1
    first_entry: int = 1
    first_outgoing: int = 1

    def blocks(self) -> range:
        return range(-(-self.tickets // BLOCK))


@dataclass
class Rows:
    """Lines for COPY by table, and how many tickets they are."""

    tickets: int
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def rows_of(plan: Plan, block: int, pen: Pen) -> Rows:
    """Return the rows of the tickets ``block * BLOCK`` and following."""
    chance = random.Random(f"{plan.seed} {block}")
    numbers = range(block * BLOCK, min(plan.tickets, (block + 1) * BLOCK))
    rows = Rows(tickets=len(numbers))
    for number in numbers:
        _Ticket(plan, number, chance, pen.with_chance(chance)).write(rows.lines)
    return rows


class _Ticket:
    """One ticket on its way into rows."""

    def __init__(self, plan: Plan, number: int, chance: random.Random, pen: Pen):
        self.plan, self.number, self.chance, self.pen = plan, number, chance, pen
        self.pk = plan.first_ticket + number
        self.agent = chance.choice(plan.agents)
        # Squared: some customers write often, most once or twice.
        self.requester = plan.requesters[int(len(plan.requesters) * chance.random() ** 2)]
        self.channel = _channel(self.requester.kind, chance)
        self.subject = pen.subject()
        self.told = tell(
            opened_at=self._opened_at(),
            now=plan.now,
            agent=self.agent.name,
            by_phone=self.channel == Channel.PHONE,
            chance=chance,
        )
        self.tags = self._tags() if self.told.is_taken else []

    def write(self, lines: dict[str, list[str]]) -> None:
        texts = [self.pen.message(said.kind) for said in self.told.said]
        mail_ids = [self._mail_id(index) for index in range(MESSAGES)]
        self._write_messages(lines, texts, mail_ids)
        self._write_outgoing(lines)
        last_event, updated_at = self._write_entries(lines)
        lines["helpdesk_ticket"].append(self._row(last_event, updated_at))
        lines["helpdesk_ticket_tags"] += [f"{self.pk}\t{pk}" for pk, _ in self.tags]
        lines["load_words"].append(self._words(texts))

    def _opened_at(self) -> int:
        plan = self.plan
        part = (self.number + self.chance.random()) / plan.tickets
        return plan.now - _YEAR + int(part * (_YEAR - _NEWEST))

    def _tags(self) -> list[tuple[int, str]]:
        """Tag two of five tickets; the first tags of the list come up most."""
        if self.chance.random() > 0.4:
            return []
        many, tags = self.chance.choice((1, 1, 2)), self.plan.tags
        chosen = {tags[int(len(tags) * self.chance.random() ** 2)] for _ in range(many)}
        return sorted(chosen)

    def _mail_id(self, index: int) -> str:
        said, pk = self.told.said[index], self._message_pk(index)
        if said.kind == "agent":
            return f"<r{pk}@{self.plan.mail_domain}>"
        if said.kind == "customer" and self.channel == Channel.EMAIL:
            return f"<c{pk}@mail.example>"
        return ""

    def _message_pk(self, index: int) -> int:
        return self.plan.first_message + self.number * MESSAGES + index

    def _write_messages(self, lines, texts: list[str], mail_ids: list[str]) -> None:
        for index, said in enumerate(self.told.said):
            is_customers = said.kind == "customer"
            author = NULL if is_customers else self.agent.pk
            customer = self.requester.pk if is_customers else NULL
            earlier = next((name for name in reversed(mail_ids[:index]) if name), "")
            answers = earlier if mail_ids[index] else ""
            lines["helpdesk_message"].append(
                f"{self._message_pk(index)}\t{self.pk}\t{_KINDS[said.kind]}\t{author}\t{customer}"
                f"\t{texts[index]}\t\t\tf\tf\t{mail_ids[index]}\t{answers}\t{_moment(said.at)}"
            )

    def _write_outgoing(self, lines) -> None:
        if "@" not in self.requester.value:
            return
        for index, said in enumerate(self.told.said):
            if said.kind == "agent":
                queued, sent = _moment(said.at), _moment(said.at + 1)
                pk = self.plan.first_outgoing + self.number
                lines["helpdesk_outgoingmail"].append(
                    f"{pk}\t{self._message_pk(index)}\t{{{self.requester.value}}}"
                    f"\t{OutgoingState.SENT}\t{queued}\t{queued}\t1\t{sent}\t{sent}\t{sent}\t"
                )

    def _write_entries(self, lines) -> tuple[int, int]:
        first = self.plan.first_entry + self.number * ENTRIES
        entries = self._all_entries()
        for offset, entry in enumerate(entries):
            actor = self.agent.pk if entry.who == "agent" else NULL
            customer = self.requester.pk if entry.who == "customer" else NULL
            message = NULL if entry.message is None else self._message_pk(entry.message)
            lines["helpdesk_timelineentry"].append(
                f"{first + offset}\t{self.pk}\t{entry.kind}\t{_moment(entry.at)}\t{actor}"
                f"\t{customer}\t{message}\t{entry.before}\t{entry.after}\t{{}}"
            )
        return first + len(entries) - 1, entries[-1].at

    def _all_entries(self) -> list[Entry]:
        """The story's entries with the mail that left and the tags, in order of time."""
        entries = list(self.told.entries)
        if "@" in self.requester.value:
            entries += [
                Entry(TimelineKind.MAIL_SENT, entry.at + 1, "", message=entry.message)
                for entry in self.told.entries
                if entry.kind == TimelineKind.REPLIED
            ]
        claims = [entry.at for entry in entries if entry.kind == TimelineKind.CLAIMED]
        for at in claims:
            entries += [Entry(TimelineKind.TAGGED, at, "agent", after=tag) for _, tag in self.tags]
        return sorted(entries, key=lambda entry: entry.at)

    def _row(self, last_event: int, updated_at: int) -> str:
        told, chance = self.told, self.chance
        team = self.agent.team if told.is_taken or chance.random() < 0.8 else NULL
        impact, currency = NULL, ""
        if chance.random() < 0.15:
            impact, currency = chance.randrange(500, 60_000), "USD"
        return "\t".join(
            map(
                str,
                (
                    self.pk,
                    self.subject,
                    told.status,
                    _weighted(chance, 0.15, 0.85, 0.97),
                    _weighted(chance, 0.7, 0.9, 0.98),
                    self.channel,
                    self.requester.pk,
                    self.requester.identity,
                    chance.choice(self.plan.categories),
                    chance.choice(self.plan.product_lines),
                    impact,
                    currency,
                    team,
                    self.agent.pk if told.is_taken else NULL,
                    self._due_at(),
                    _moment(told.opened_at),
                    _moment(updated_at),
                    _moment(told.customer_at),
                    _moment(told.replied_at),
                    _moment(told.solved_at),
                    _moment(told.closed_at),
                    last_event,
                ),
            )
        )

    def _due_at(self) -> str:
        """A clock runs on what is ours to move; some are past, most lie within three days."""
        if self.told.status not in OURS_TO_MOVE:
            return NULL
        return _moment(self.plan.now + int(self.chance.gauss(1.0, 0.9) * DAY))

    def _words(self, texts: list[str]) -> str:
        head = fold(f"{self.pk} {self.subject} {self.requester.name} {self.requester.value}")
        said = " ".join(texts).replace("\\n", " ").lower()
        tags = " ".join(tag for _, tag in self.tags)
        return f"{self.pk}\t{head}\t{tags}\t{said}"


def _channel(kind: str, chance: random.Random) -> str:
    if kind != "email":
        return kind
    roll = chance.random()
    if roll < 0.8:
        return Channel.EMAIL
    return Channel.WEB if roll < 0.92 else Channel.PHONE


def _weighted(chance: random.Random, low: float, normal: float, high: float) -> int:
    """Return 1 to 4; the arguments are cumulated shares."""
    roll = chance.random()
    return 1 + (roll > low) + (roll > normal) + (roll > high)


def _moment(seconds: int | None) -> str:
    return NULL if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat()
