"""Addresses of the REST door."""

from django.urls import include, path, re_path

from helpdesk.api.addresses import addresses_of, addresses_of_lists
from helpdesk.api.docs import DocsView, SchemaView
from helpdesk.api.handlers import NoSuchAddress
from helpdesk.api.views.assignment import AssignmentActs
from helpdesk.api.views.attachments import AttachmentViewSet
from helpdesk.api.views.bulk import BulkItems, BulkJobViewSet
from helpdesk.api.views.conversation import (
    ConversationActs,
    MessageViewSet,
    TicketMessages,
    TicketTimeline,
)
from helpdesk.api.views.customers import CustomerViewSet
from helpdesk.api.views.directory import (
    CategoryViewSet,
    ProductLineViewSet,
    TagViewSet,
    TeamViewSet,
    TierViewSet,
    UserViewSet,
)
from helpdesk.api.views.drafts import DraftActs, TicketDrafts
from helpdesk.api.views.identities import (
    CustomerCorrections,
    CustomerHistory,
    CustomerIdentities,
    IdentityActs,
)
from helpdesk.api.views.lifecycle import LifecycleActs
from helpdesk.api.views.linking import LinkingActs, TicketFollowers, TicketLinks
from helpdesk.api.views.live import ChangesView, EventPasses
from helpdesk.api.views.macros import MacroActs, MacroViewSet
from helpdesk.api.views.mail import InboundMailViewSet, MailIntake
from helpdesk.api.views.notifications import NotificationViewSet, TicketMentionable
from helpdesk.api.views.orders import OrderViewSet
from helpdesk.api.views.people import PeopleActs, TeamActs, TierActs
from helpdesk.api.views.presence import PresenceActs, PresenceAtTickets
from helpdesk.api.views.saved_views import SavedViewViewSet, ViewViewSet
from helpdesk.api.views.search import PaletteViewSet, SearchViewSet
from helpdesk.api.views.stores import (
    ExchangeViewSet,
    StoreExchanges,
    StoreRecord,
    StoreViewSet,
)
from helpdesk.api.views.tickets import TicketViewSet
from helpdesk.api.views.tokens import TokenViewSet
from helpdesk.api.views.triage import TriageActs
from helpdesk.api.views.workspace import LookActs, PreferenceViewSet

app_name = "api"

RESOURCES = {
    "customer": ("customers", CustomerViewSet),
    "customer-identities": ("customers", IdentityActs),
    "ticket": ("tickets", TicketViewSet),
    "conversation": ("tickets", ConversationActs),
    "drafting": ("tickets", DraftActs),
    "lifecycle": ("tickets", LifecycleActs),
    "assignment": ("tickets", AssignmentActs),
    "triage": ("tickets", TriageActs),
    "linking": ("tickets", LinkingActs),
    "presence-at": ("tickets", PresenceActs),
    "looking": ("tickets", LookActs),
    "message": ("messages", MessageViewSet),
    "attachment": ("attachments", AttachmentViewSet),
    "user": ("users", UserViewSet),
    "people": ("users", PeopleActs),
    "team": ("teams", TeamViewSet),
    "team-administration": ("teams", TeamActs),
    "tier": ("tiers", TierViewSet),
    "tier-administration": ("tiers", TierActs),
    "tag": ("tags", TagViewSet),
    "category": ("categories", CategoryViewSet),
    "product-line": ("product-lines", ProductLineViewSet),
    "order": ("orders", OrderViewSet),
    "macro": ("macros", MacroViewSet),
    "macro-filling": ("tickets", MacroActs),
    "store": ("stores", StoreViewSet),
    "exchange": ("exchanges", ExchangeViewSet),
    "mail": ("mail", MailIntake),
    "inbound-mail": ("inbound-mail", InboundMailViewSet),
    "notification": ("notifications", NotificationViewSet),
    "search": ("search", SearchViewSet),
    "palette": ("palette", PaletteViewSet),
    "preference": ("preferences", PreferenceViewSet),
    "token": ("tokens", TokenViewSet),
    "event-pass": ("events/ticket", EventPasses),
    "change": ("changes", ChangesView),
    "presence": ("presence", PresenceAtTickets),
    "view": ("views", ViewViewSet),
    "saved-view": ("saved-views", SavedViewViewSet),
    "bulk-job": ("bulk-jobs", BulkJobViewSet),
}
LISTS = {
    "ticket-messages": ("tickets/<int:ticket>/messages", TicketMessages),
    "ticket-drafts": ("tickets/<int:ticket>/drafts", TicketDrafts),
    "ticket-timeline": ("tickets/<int:ticket>/timeline", TicketTimeline),
    "ticket-links": ("tickets/<int:ticket>/links", TicketLinks),
    "ticket-followers": ("tickets/<int:ticket>/followers", TicketFollowers),
    "ticket-mentionable": ("tickets/<int:ticket>/mentionable", TicketMentionable),
    "customer-identities": ("customers/<int:customer>/identities", CustomerIdentities),
    "customer-history": ("customers/<int:customer>/history", CustomerHistory),
    "customer-corrections": ("customers/<int:customer>/corrections", CustomerCorrections),
    "store-exchanges": ("stores/<int:id>/exchanges", StoreExchanges),
    "store-record": ("stores/<int:id>/record", StoreRecord),
    "bulk-items": ("bulk-jobs/<int:id>/items", BulkItems),
}

urlpatterns = [
    *addresses_of(RESOURCES),
    *addresses_of_lists(LISTS),
    path("", include("escalations.api.urls")),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
    re_path(r"", NoSuchAddress.as_view()),
]
