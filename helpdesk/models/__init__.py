from helpdesk.models.attachment import Attachment
from helpdesk.models.bulk import BulkItem, BulkItemState, BulkJob, BulkState
from helpdesk.models.customer import Customer, CustomerIdentity, IdentityKind
from helpdesk.models.customer_history import CorrectedField, CustomerCorrection
from helpdesk.models.draft import Draft, DraftFile, DraftMode
from helpdesk.models.idempotency import IdempotencyKey
from helpdesk.models.identity_history import IdentityEntry
from helpdesk.models.mail import InboundMail, InboundState, Outcome, OutgoingMail, OutgoingState
from helpdesk.models.mention import Mention
from helpdesk.models.message import Message, MessageKind
from helpdesk.models.notification import (
    MailMode,
    Notification,
    NotificationChoice,
    NotificationKind,
)
from helpdesk.models.saved_view import SavedView
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
from helpdesk.models.timeline import TO_READ, Restriction, TimelineEntry, TimelineKind
from helpdesk.models.workspace import AfterSending, TicketLook, WorkspacePreference

__all__ = [
    "AfterSending",
    "Attachment",
    "BulkItem",
    "BulkItemState",
    "BulkJob",
    "BulkState",
    "Category",
    "Channel",
    "CorrectedField",
    "Customer",
    "CustomerCorrection",
    "CustomerIdentity",
    "Draft",
    "DraftFile",
    "DraftMode",
    "IdempotencyKey",
    "IdentityEntry",
    "IdentityKind",
    "InboundMail",
    "InboundState",
    "LinkKind",
    "MailMode",
    "Mention",
    "Message",
    "MessageKind",
    "Notification",
    "NotificationChoice",
    "NotificationKind",
    "Outcome",
    "OutgoingMail",
    "OutgoingState",
    "Priority",
    "ProductLine",
    "Restriction",
    "SavedView",
    "SearchDocument",
    "Severity",
    "Status",
    "Tag",
    "Ticket",
    "TO_READ",
    "TicketFollower",
    "TicketLink",
    "TicketLook",
    "TimelineEntry",
    "TimelineKind",
    "WorkspacePreference",
]
