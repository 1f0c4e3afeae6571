"""Refusing what a role may not do."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.rules import WORDS, Act, may


def require(user, act: Act) -> None:
    """Let the act pass or refuse it.

    ``None`` is the system itself (intake, sweeps), which acts by its own rules.

    :raises PermissionDenied: if the person's role does not allow the act.
    """
    if user is not None and not may(user, act):
        raise PermissionDenied(_("Your role does not allow you to %(act)s.") % {"act": WORDS[act]})
