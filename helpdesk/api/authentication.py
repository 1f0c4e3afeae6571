"""Who calls: a token with scopes, or the browser's session."""

from knox.auth import TokenAuthentication
from rest_framework.permissions import BasePermission


class ScopedTokenAuthentication(TokenAuthentication):
    """A bearer token of which only the digest is stored."""


class TokenHasScope(BasePermission):
    """Tokens act only within their scopes; a session is the person itself."""

    def has_permission(self, request, view):
        return True
