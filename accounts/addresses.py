"""Where a request comes from, behind proxies too."""

from django.conf import settings


def client_address(request) -> str:
    """Return the client's address.

    With ``TRUSTED_PROXIES = n`` the n-th entry of X-Forwarded-For from the right is the client;
    everything left of it may be invented. With 0 the header is ignored.
    """
    direct = request.META.get("REMOTE_ADDR", "")
    if not settings.TRUSTED_PROXIES:
        return direct
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if len(forwarded) < settings.TRUSTED_PROXIES:
        return direct
    return forwarded[-settings.TRUSTED_PROXIES] or direct
