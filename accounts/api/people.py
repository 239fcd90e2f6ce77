"""The API's view of oneself, and of the people of a company for those who run its programme."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.invitations import Invitee, invite_people
from accounts.api.views import PersonView, once
from accounts.models import Member
from accounts.roles import Right
from accounts.selectors.members import standing


class MeSerializer(serializers.ModelSerializer[Member]):
    """The person behind the key. Whether they take part is not the API's to say."""

    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Member
        fields = ["id", "name", "email", "role", "language", "time_zone"]
        read_only_fields = fields


class PersonSerializer(serializers.ModelSerializer[Member]):
    """A member as administrators see one: never whether the person takes part."""

    id = serializers.CharField(source="public_id", read_only=True)
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Member
        fields = ["id", "name", "email", "role", "standing"]
        read_only_fields = fields

    def get_standing(self, member: Member) -> str:
        return standing(member).value


class InviteeSerializer(serializers.Serializer[Invitee]):
    email = serializers.EmailField()
    name = serializers.CharField(max_length=120, required=False, default="")
    team = serializers.CharField(max_length=80, required=False, default="")
    language = serializers.CharField(max_length=10, required=False, default="")

    def create(self, validated_data: dict[str, Any]) -> Invitee:
        return Invitee(**validated_data)


class InvitationsSerializer(serializers.Serializer[Any]):
    people: serializers.ListSerializer[Invitee] = serializers.ListSerializer(
        child=InviteeSerializer(), allow_empty=False, max_length=1000
    )


class InvitedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    already_there = serializers.IntegerField()


class Me(PersonView):
    @extend_schema(operation_id="me", summary="The person behind this key", responses=MeSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeSerializer(self.me).data)


@extend_schema_view(get=extend_schema(operation_id="people_list", summary="The people of the company"))
class People(PersonView, generics.ListAPIView[Member]):
    right = Right.RUN_PROGRAMME
    serializer_class = PersonSerializer

    def get_queryset(self) -> QuerySet[Member]:
        return Member.objects.none() if self.drawn_for_schema else Member.objects.filter(left_at=None)


class Invitations(PersonView):
    right = Right.RUN_PROGRAMME

    @extend_schema(
        operation_id="invitations_create",
        summary="Invite people",
        request=InvitationsSerializer,
        responses={201: InvitedSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        asked = InvitationsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        invited = invite_people([Invitee(**person) for person in asked.validated_data["people"]], by=self.me)
        return Response(InvitedSerializer(invited).data, status=201)
