"""The conversation as it is drawn: messages, and events folded between them."""

from dataclasses import dataclass, field

from helpdesk.models import Message, Ticket, TimelineEntry, TimelineKind
from helpdesk.selectors import Conversation

#: So many events in a row are shown; more are folded into one line.
SHOWN_IN_A_ROW = 2


@dataclass
class Item:
    """A message, or the events between two messages."""

    message: Message | None = None
    entries: list[TimelineEntry] = field(default_factory=list)
    is_new: bool = False

    @property
    def is_folded(self) -> bool:
        return len(self.entries) > SHOWN_IN_A_ROW


@dataclass(frozen=True)
class Log:
    items: list[Item]
    has_earlier: bool
    last_event: int


def log_of(conversation: Conversation, *, unseen: frozenset[int] = frozenset()) -> Log:
    """Fold a conversation; ``unseen`` holds the messages to mark as new."""
    items: list[Item] = []
    for part in conversation.items:
        if _is_told_twice(part, conversation.ticket):
            continue
        if isinstance(part, Message):
            items.append(Item(message=part, is_new=part.pk in unseen))
        elif items and items[-1].message is None:
            items[-1].entries.append(part)
        else:
            items.append(Item(entries=[part]))
    return Log(_newest_in_sight(items), conversation.has_earlier, conversation.ticket.last_event)


def _is_told_twice(part: Message | TimelineEntry, ticket: Ticket) -> bool:
    """A merge stands in both timelines; the log of the target shows its own entry."""
    is_elsewhere = part.ticket_id != ticket.pk
    return is_elsewhere and getattr(part, "kind", "") == TimelineKind.MERGED


def _newest_in_sight(items: list[Item]) -> list[Item]:
    """What happened last is never folded away."""
    if not items or not items[-1].is_folded:
        return items
    entries = items[-1].entries
    older, newest = entries[:-SHOWN_IN_A_ROW], entries[-SHOWN_IN_A_ROW:]
    return [*items[:-1], Item(entries=older), Item(entries=newest)]


def news_since(ticket: Ticket, shown: int, *, reader) -> list[Item]:
    """What to add below a log that ends at the event ``shown``."""
    entries = (
        ticket.timeline.filter(pk__gt=shown)
        .readable_by(reader)
        .select_related(
            "actor",
            "customer",
            "message__author",
            "message__customer",
            "message__outgoing",
        )
        .prefetch_related("message__attachments", "message__mentions")
        .in_order()
    )
    return [_news(entry, reader) for entry in entries if _is_shown(entry)]


WITH_A_MESSAGE = frozenset(
    {TimelineKind.CUSTOMER_WROTE, TimelineKind.REPLIED, TimelineKind.NOTED, TimelineKind.AUTOMATIC}
)


def _is_shown(entry: TimelineEntry) -> bool:
    if entry.stands_alone:
        return True
    return entry.kind in WITH_A_MESSAGE and not entry.message.is_taken_back


def _news(entry: TimelineEntry, reader) -> Item:
    if entry.stands_alone:
        return Item(entries=[entry])
    return Item(message=entry.message, is_new=entry.actor_id != reader.pk)
