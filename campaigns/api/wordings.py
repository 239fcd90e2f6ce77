"""The API's view of suggested messages, for curators: reading them, suggesting one, passing a colleague's."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView, once
from accounts.roles import Right
from campaigns.actions.messages import pass_message, suggest_message
from campaigns.library_access import curated_item, message_for
from campaigns.models import Message
from campaigns.selectors.messages import is_offered, message_sha256


class MessageSerializer(serializers.ModelSerializer[Message]):
    """`sha256` is of these words: passing them names it."""

    id = serializers.CharField(source="public_id", read_only=True)
    item = serializers.CharField(source="item.public_id", read_only=True)
    sha256 = serializers.SerializerMethodField()
    is_offered = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = ["id", "item", "network", "language", "text", "sha256", "is_offered"]
        read_only_fields = fields

    def get_sha256(self, message: Message) -> str:
        return message_sha256(message)

    def get_is_offered(self, message: Message) -> bool:
        return is_offered(message, of=message.item.campaign)


class NewMessageSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=5_000)
    language = serializers.CharField(max_length=10)
    network = serializers.CharField(max_length=20, required=False, default="", allow_blank=True)


class PassSerializer(serializers.Serializer[Any]):
    seen_sha256 = serializers.CharField(max_length=64)


class Messages(PersonView):
    right = Right.CURATE

    @extend_schema(
        operation_id="messages_list", summary="A story's suggested messages", responses=MessageSerializer(many=True)
    )
    def get(self, request: Request, public_id: str) -> Response:
        rows = curated_item(self.me, public_id).messages.select_related("item__campaign").order_by("pk")
        return Response(MessageSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="messages_create",
        summary="Suggest a message; offered at once, or after a second curator's pass, as its campaign wants",
        request=NewMessageSerializer,
        responses={201: MessageSerializer},
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        item = curated_item(self.me, public_id)
        asked = NewMessageSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        place = {"language": wish["language"], "for_network": wish["network"]}
        message = suggest_message(item, by=self.me, text=wish["text"], **place)
        return Response(MessageSerializer(message).data, status=201)


class PassMessage(PersonView):
    right = Right.CURATE

    @extend_schema(
        operation_id="messages_pass",
        summary="Pass exactly these words of another curator",
        request=PassSerializer,
        responses=MessageSerializer,
    )
    @once
    def post(self, request: Request, public_id: str, message: str) -> Response:
        found = message_for(self.me, curated_item(self.me, public_id), message)
        asked = PassSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        passed = pass_message(found, by=self.me, seen_sha256=asked.validated_data["seen_sha256"])
        return Response(MessageSerializer(passed).data)
