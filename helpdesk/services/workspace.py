"""How somebody works."""

from helpdesk.models import AfterSending, WorkspacePreference


def set_after_sending(user, *, after_sending: str) -> None:
    """Keep where somebody wants to be once a reply is sent."""
    WorkspacePreference.objects.update_or_create(
        user=user, defaults={"after_sending": after_sending}
    )


def after_sending_of(user) -> str:
    """Return where somebody wants to be once a reply is sent; on the ticket unless they said."""
    chosen = WorkspacePreference.objects.filter(user=user)
    return chosen.values_list("after_sending", flat=True).first() or AfterSending.STAY
