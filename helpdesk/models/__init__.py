from helpdesk.models.attachment import Attachment
from helpdesk.models.customer import Customer, CustomerIdentity, IdentityKind
from helpdesk.models.idempotency import IdempotencyKey
from helpdesk.models.mail import InboundMail, InboundState, Outcome, OutgoingMail, OutgoingState
from helpdesk.models.message import Message, MessageKind
from helpdesk.models.search import SearchDocument
from helpdesk.models.taxonomy import Category, ProductLine, Tag
from helpdesk.models.ticket import (
    Channel,
    LinkKind,
    Priority,
    Severity,
    Status,
    Ticket,
    TicketFollower,
    TicketLink,
)
from helpdesk.models.timeline import TimelineEntry, TimelineKind

__all__ = [
    "Attachment",
    "Category",
    "Channel",
    "Customer",
    "CustomerIdentity",
    "IdempotencyKey",
    "IdentityKind",
    "InboundMail",
    "InboundState",
    "LinkKind",
    "Message",
    "MessageKind",
    "Outcome",
    "OutgoingMail",
    "OutgoingState",
    "Priority",
    "ProductLine",
    "SearchDocument",
    "Severity",
    "Status",
    "Tag",
    "Ticket",
    "TicketFollower",
    "TicketLink",
    "TimelineEntry",
    "TimelineKind",
]
