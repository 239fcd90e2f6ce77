"""The API's view of one's own points and of the board, exactly as the pages show them. Reading only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView
from accounts.refusals import BadInput
from campaigns.models import PointEntry
from campaigns.period_rules import PeriodKind
from campaigns.selectors.leaderboard import board


class PointsSerializer(serializers.ModelSerializer[PointEntry]):
    class Meta:
        model = PointEntry
        fields = ["rule", "points", "at"]
        read_only_fields = fields


class LineSerializer(serializers.Serializer[Any]):
    place = serializers.IntegerField()
    name = serializers.CharField()
    points = serializers.IntegerField()
    is_me = serializers.BooleanField()


class BoardSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField(source="period.start")
    end = serializers.DateTimeField(source="period.end")
    top = LineSerializer(many=True)
    mine = LineSerializer(allow_null=True)


@extend_schema_view(get=extend_schema(operation_id="points_list", summary="My points, entry by entry"))
class Points(PersonView, generics.ListAPIView[PointEntry]):
    serializer_class = PointsSerializer

    def get_queryset(self) -> QuerySet[PointEntry]:
        return PointEntry.objects.none() if self.drawn_for_schema else PointEntry.objects.filter(member=self.me)


class Boards(PersonView):
    @extend_schema(
        operation_id="board",
        summary="The board: its top ten and my own line",
        parameters=[OpenApiParameter("period", str, enum=[kind.value for kind in PeriodKind])],
        responses=BoardSerializer,
    )
    def get(self, request: Request) -> Response:
        period = request.query_params.get("period", PeriodKind.MONTH.value)
        if period not in {kind.value for kind in PeriodKind}:
            raise BadInput(_("Ask for week, month or quarter."), field="period")
        return Response(BoardSerializer(board(self.me, PeriodKind(period), now=timezone.now())).data)
