"""Names of the mails we send."""

import uuid


def new_message_id(domain: str) -> str:
    """Return a Message-ID nobody can guess: who answers it has seen the mail."""
    return f"<{uuid.uuid4().hex}@{domain}>"
