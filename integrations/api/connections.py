"""The API's view of a person's own connections and of the networks their company offers. Reading only.

Connecting needs the person at the network's own page, so it has no call here; a key never meets a token.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import PersonalKey
from integrations.models import Connection, ConnectionState
from integrations.networks.base import Network
from integrations.selectors.networks import offered_networks
from integrations.selectors.servers import limits_beside, network_there


class ConnectionSerializer(serializers.ModelSerializer[Connection]):
    """An account as its person sees it."""

    id = serializers.CharField(source="public_id", read_only=True)
    text_limit = serializers.SerializerMethodField(help_text="Its server's own, where that says one.")

    class Meta:
        model = Connection
        fields = ["id", "network", "server", "handle", "name", "profile_url", "state", "connected_at", "text_limit"]
        read_only_fields = fields

    def get_text_limit(self, connection: Connection) -> int:
        return network_there(connection).text_limit()


class NetworkSerializer(serializers.Serializer[Network]):
    """A network people may connect to in this company."""

    key = serializers.CharField(read_only=True)
    name = serializers.CharField(source="label", read_only=True)
    text_limit = serializers.SerializerMethodField()
    pictures = serializers.IntegerField(source="limits.pictures", read_only=True)
    visibilities = serializers.ListField(child=serializers.CharField(), read_only=True)
    takes_warning = serializers.BooleanField(read_only=True)
    posts_publicly = serializers.BooleanField(read_only=True)

    def get_text_limit(self, network: Network) -> int:
        return network.text_limit()


@extend_schema_view(get=extend_schema(operation_id="connections_list", summary="My connected accounts"))
class Connections(generics.ListAPIView[Connection]):
    serializer_class = ConnectionSerializer

    def get_queryset(self) -> QuerySet[Connection]:
        if getattr(self, "swagger_fake_view", False):  # the schema is drawn without a company or a person
            return Connection.objects.none()
        key: PersonalKey = self.request.auth  # type: ignore[assignment]  # what our authentication answers
        mine = Connection.objects.filter(member=key.member).exclude(state=ConnectionState.DISCONNECTED)
        return mine.annotate(limits_there=limits_beside())


class Networks(APIView):
    @extend_schema(
        operation_id="networks_list", summary="Networks I may connect", responses=NetworkSerializer(many=True)
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response([NetworkSerializer(network).data for network in offered_networks()])
