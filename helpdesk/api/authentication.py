"""Who calls: a token with scopes, or the browser's session."""

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission

from accounts.models import ApiToken
from accounts.models.token import Scope
from accounts.services.tokens import find_token, note_use


class ScopedTokenAuthentication(TokenAuthentication):
    """A bearer token of which only the digest is stored.

    Knox reads the header; the token itself is found by its whole digest in one query, and
    expired ones are left for their owner to see.
    """

    def authenticate_credentials(self, token: bytes):
        now = timezone.now()
        known = find_token(token.decode("utf-8", "replace"), at=now)
        if known is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.")
        if not known.user.is_active:
            raise AuthenticationFailed("The person of this token may not sign in any more.")
        note_use(known, at=now)
        return known.user, known


class TokenHasScope(BasePermission):
    """Tokens act only within their scopes; a session is the person itself.

    A view that takes something else than read and write names it in ``required_scope``.
    """

    code = "scope_missing"

    def has_permission(self, request, view):
        if not isinstance(request.auth, ApiToken):
            return True
        needed = _needed(request, view)
        self.message = f"This token may not do this; it needs the scope “{needed}”."
        return needed in _granted(request.auth)


class OnlyInSession(BasePermission):
    """What a token may never do, such as making tokens."""

    code = "session_required"
    message = "Sign in with a browser for this; a token cannot do it."

    def has_permission(self, request, view):
        return not isinstance(request.auth, ApiToken)


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = "helpdesk.api.authentication.ScopedTokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema):
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made under /api/v1/tokens/, with the scopes it was given.",
        }


def _needed(request, view) -> str:
    named = getattr(view, "required_scope", "")
    return named or (Scope.READ if request.method in SAFE_METHODS else Scope.WRITE)


def _granted(token: ApiToken) -> set[str]:
    """Whoever may act may also look."""
    return set(token.scopes) | ({Scope.READ} if Scope.WRITE in token.scopes else set())
