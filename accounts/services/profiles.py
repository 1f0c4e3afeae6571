"""What people keep about themselves."""

from accounts.models import User


def edit_profile(
    user: User, *, full_name: str, language: str, time_zone: str, signature: str
) -> None:
    """Change how somebody is named and shown times, and what stands below their replies."""
    user.full_name = full_name
    user.language = language
    user.time_zone = time_zone
    user.signature = signature
    user.save(update_fields=["full_name", "language", "time_zone", "signature"])
