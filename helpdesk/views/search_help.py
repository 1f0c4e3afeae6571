"""What can be typed into the search, for the sheet below it."""

from django.utils.translation import gettext_lazy as _

SEARCH_HELP = (
    ("status:open,pending", _("In one of these states")),
    ("priority:urgent", _("Of this priority: low, normal, high, urgent")),
    ("assignee:me", _("Given to somebody: a name, me or nobody")),
    ("team:kitchen", _("Of a team that is called so")),
    ("channel:amazon", _("Came in by this channel")),
    ("tag:vip", _("With this tag")),
    ("customer:karen", _("From a customer with this name or address")),
    ("order:1234", _("About this order")),
    ("sku:NV-K2", _("About this SKU or ASIN")),
    ("after:2026-01-31", _("Opened on this day or later; before: opened earlier")),
    ("due:overdue", _("Overdue; or today, tomorrow, paused, none")),
    ("due:<2h", _("Due within two hours; >3d: more than three days left; m, h, d or w")),
    ("due:2026-01-31", _("Due on this day; <2026-01-31: before it")),
    ("is:breached", _("A deadline was missed; or escalated, followed, unassigned, merged")),
    ("has:attachment", _("With a file; or order")),
    ("-tag:vip", _("With a hyphen before it: what must not be")),
)
