"""Refusing what a role may not do."""

from django.core.exceptions import PermissionDenied

from accounts.rules import Act, may


def require(user, act: Act) -> None:
    """Let the act pass or refuse it.

    ``None`` is the system itself (intake, sweeps), which acts by its own rules.

    :raises PermissionDenied: if the person's role does not allow the act.
    """
    if user is not None and not may(user, act):
        raise PermissionDenied(f"Your role does not allow you to {act.replace('_', ' ')}.")
