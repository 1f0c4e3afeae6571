"""Which promises were kept, for leads and up."""

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from escalations.api.serializers.attainment import AttainmentSerializer, PeriodSerializer
from escalations.api.views.sla import SeesSLA
from escalations.attainment import DIMENSIONS, attainment


class AttainmentView(SeesSLA):
    serializer_class = AttainmentSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("until", OpenApiTypes.DATETIME, required=True),
            OpenApiParameter("by", enum=DIMENSIONS, description="What totals are split by."),
        ],
        responses=AttainmentSerializer,
    )
    def retrieve(self, request):
        """Count kept and missed promises of the clocks that started in a period.

        Rows are in order of names: they are no ranking.
        """
        asked = PeriodSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        period = asked.validated_data
        rows = attainment(request.user, **period, at=timezone.now())
        return Response(AttainmentSerializer(period | {"rows": rows}).data)
