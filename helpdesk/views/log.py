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
        if isinstance(part, Message):
            items.append(Item(message=part, is_new=part.pk in unseen))
        elif items and items[-1].message is None:
            items[-1].entries.append(part)
        else:
            items.append(Item(entries=[part]))
    return Log(items, conversation.has_earlier, conversation.ticket.last_event)


def news_since(ticket: Ticket, shown: int, *, reader) -> list[Item]:
    """What to add below a log that ends at the event ``shown``."""
    entries = (
        ticket.timeline.filter(pk__gt=shown)
        .select_related(
            "actor",
            "customer",
            "message__author",
            "message__customer",
            "message__outgoing",
        )
        .prefetch_related("message__attachments")
        .in_order()
    )
    return [_news(entry, reader) for entry in entries if _is_shown(entry)]


WITH_A_MESSAGE = frozenset(
    {TimelineKind.CUSTOMER_WROTE, TimelineKind.REPLIED, TimelineKind.NOTED, TimelineKind.AUTOMATIC}
)


def _is_shown(entry: TimelineEntry) -> bool:
    return entry.message_id is None or entry.kind in WITH_A_MESSAGE


def _news(entry: TimelineEntry, reader) -> Item:
    if entry.message_id is None:
        return Item(entries=[entry])
    return Item(message=entry.message, is_new=entry.actor_id != reader.pk)
