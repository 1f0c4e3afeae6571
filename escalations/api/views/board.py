"""What falls due, for leads and up."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from escalations.api.serializers.board import BoardSerializer
from escalations.api.views.sla import SeesSLA
from escalations.board import LANES, board_of

TEAMS = ("all", "mine")


class AskedSerializer(serializers.Serializer):
    teams = serializers.ChoiceField(choices=TEAMS, default="all")
    lane = serializers.ChoiceField(choices=LANES, default="")


class BoardView(SeesSLA):
    serializer_class = BoardSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("teams", enum=TEAMS, description="Whose tickets; all in sight."),
            OpenApiParameter("lane", enum=LANES, description="Only this one, up to 100 of it."),
        ],
        responses=BoardSerializer,
    )
    def retrieve(self, request):
        """Return what is late, what falls due today, and who carries how much.

        A ticket counts once, by the clock of it that falls due first.
        """
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        teams, lane = asked.validated_data["teams"], asked.validated_data["lane"]
        board = board_of(request.user, mine=teams == "mine", at=timezone.now(), whole=lane)
        return Response(BoardSerializer(board).data)
