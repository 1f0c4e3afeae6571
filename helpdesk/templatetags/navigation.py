"""The places of the site, as far as a role may go there."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules import Act, may
from helpdesk.keys import KEY_OF_PAGE, shortcuts
from helpdesk.models import InboundMail
from helpdesk.services.notifications import unread_of

register = template.Library()

#: url name, icon, words, the act a role needs, whether it stands at the thumb on a phone
PLACES = (
    ("helpdesk:queue", "inbox", _("Tickets"), None, True),
    ("escalations:cases", "queue", _("Escalations"), None, True),
    ("helpdesk:customers", "people", _("Customers"), None, True),
    ("escalations:board", "clock", _("Clocks"), Act.SEE_SLA, False),
    ("escalations:inquiries", "inquiry", _("Inquiries"), None, False),
    ("escalations:problems", "chain", _("Problems"), Act.HANDLE_PROBLEMS, False),
    ("helpdesk:mail_log", "mail", _("Mail"), Act.SEE_MAIL, False),
    ("helpdesk:macros", "reply", _("Macros"), None, False),
    ("helpdesk:stores", "box", _("Stores"), Act.SEE_STORES, False),
    ("people:people", "person", _("People"), Act.SEE_PEOPLE, False),
    ("escalations:webhooks", "out", _("Webhooks"), Act.MANAGE_WEBHOOKS, False),
)


@register.inclusion_tag("components/_shortcuts.html", takes_context=True)
def shortcut_sheet(context):
    """Draw the sheet of keys, which the script reads too."""
    return {"keys": shortcuts(context["request"].user)}


@register.inclusion_tag("components/_navigation.html", takes_context=True)
def navigation(context, narrow: bool = False):
    """Draw the navigation; ``narrow`` leaves only icons, for the workspace."""
    request = context["request"]
    places = [
        {
            "url": reverse(name),
            "icon": icon,
            "words": words,
            "keys": KEY_OF_PAGE.get(name, ""),
            "at_thumb": at_thumb,
            "is_here": request.path.startswith(reverse(name)),
            "waiting": InboundMail.objects.quarantined().count() if icon == "mail" else 0,
        }
        for name, icon, words, act, at_thumb in PLACES
        if act is None or may(request.user, act)
    ]
    return {
        "places": places,
        "narrow": narrow,
        "user": request.user,
        "unread": _unread(context, request.user),
        "counted_cases": context.get("waiting_cases", ""),
        "is_notifications": request.path.startswith(reverse("helpdesk:notifications")),
        "is_profile": request.path.startswith(reverse("accounts:profile")),
        "csrf_token": context.get("csrf_token"),
    }


def _unread(context, user) -> int:
    """How many lines behind the bell are unread; a page with the rail has counted them already."""
    counted = context.get("unread_lines")
    return unread_of(user)[0] if counted is None else counted
