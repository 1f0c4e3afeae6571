"""Setting a new password by mail."""

from django.contrib.auth.tokens import default_token_generator

from accounts.models import User
from accounts.services.letters import letter_to


def send_reset_letter(user_id: int) -> None:
    """Mail somebody the link that sets a new password.

    The link is made while it is sent and kept nowhere: no row, log or outbox page holds it.

    :raises OSError: if the mail server cannot be reached; asking again makes another link.
    """
    user = User.objects.may_sign_in().filter(pk=user_id).first()
    if user is None:
        return
    letter_to(user, "password_reset", token=default_token_generator.make_token(user)).send()
