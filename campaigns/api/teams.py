"""The API's view of the figures that were let out, exactly as the manager's page shows them. Reading only."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView
from accounts.roles import Right
from campaigns.selectors.team_page import team_page


class WeekSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField(source="weeks.start")
    end = serializers.DateTimeField(source="weeks.end")
    posts = serializers.IntegerField(allow_null=True, help_text="null: too few people to show")
    points = serializers.IntegerField(allow_null=True)


class TeamSerializer(serializers.Serializer[Any]):
    public_id = serializers.CharField(source="team.public_id")
    name = serializers.CharField(source="team.name")
    posts = serializers.IntegerField(allow_null=True, help_text="null: too few people to show")
    points = serializers.IntegerField(allow_null=True)


class FourWeeksSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()


class TeamPageSerializer(serializers.Serializer[Any]):
    company = WeekSerializer(many=True)
    four_weeks = FourWeeksSerializer()
    teams = TeamSerializer(many=True)


class TeamFigures(PersonView):
    right = Right.SEE_TEAMS

    @extend_schema(
        operation_id="team",
        summary="Figures of the company by week and of teams by four weeks, as far as they may be shown",
        responses=TeamPageSerializer,
    )
    def get(self, _request: Request) -> Response:
        return Response(TeamPageSerializer(team_page(self.me, now=timezone.now())).data)
