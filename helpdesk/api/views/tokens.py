"""A person's own tokens. Only a session reaches this."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response

from accounts.models import ApiToken
from accounts.services.tokens import create_token, revoke_token
from helpdesk.api.authentication import OnlyInSession
from helpdesk.api.serializers.tokens import (
    NewTokenSerializer,
    TokenSerializer,
    TokenWithTextSerializer,
)
from helpdesk.api.viewsets import ListViewSet
from helpdesk.paging import Key


class TokenViewSet(ListViewSet):
    """The person's tokens, newest first."""

    permission_classes = (IsAuthenticated, OnlyInSession)
    queryset = ApiToken.objects.none()
    serializer_class = TokenSerializer
    filter_backends = ()
    lookup_field = "token_key"
    lookup_value_converter = "slug"

    def get_serializer_class(self):
        return NewTokenSerializer if self.action == "create" else TokenSerializer

    def get_queryset(self):
        return ApiToken.objects.filter(user=self.request.user)

    def sort_keys(self):
        return Key("created", is_descending=True), Key("pk")

    def remembered(self, shown: dict) -> dict:
        """Leave the token's text out of what is stored: it is shown once."""
        return shown | {"token": None}

    @extend_schema(responses={201: TokenWithTextSerializer})
    def create(self, request):
        """Make a token. Its text is in this answer and never again, in no repetition either."""
        token, text = create_token(request.user, **self.facts(), at=timezone.now())
        return Response(TokenSerializer(token).data | {"token": text}, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request, token_key):
        """Revoke a token at once."""
        revoke_token(self.get_object())
        return Response(status=204)
