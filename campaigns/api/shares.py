"""The API's view of a person's own shares: draft, propose a time, move inside the window, withdraw.

A key never approves. What would need an approval answers 409 `approval_needed` with the page's address.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView, once
from campaigns.access import item_for, share_for
from campaigns.actions.drafts import LONGEST_WARNING, choose_connection, edit_draft, make_ready_to_show, start_share
from campaigns.actions.proposals import propose_time
from campaigns.actions.reviews import ask_for_review, take_back_from_review
from campaigns.actions.shares import move_share, withdraw_share
from campaigns.canonical import shown_post
from campaigns.models import Share
from campaigns.refusals import ApprovalNeeded
from campaigns.selectors.places import remember_limits_of, where_to, with_limits
from campaigns.selectors.share_words import words_of
from integrations.access import connection_for

HOW_IT_IS_TOLD = ("language", "visibility", "warning")


class ShareSerializer(serializers.ModelSerializer[Share]):
    """A share as its person sees it: its words, its state and a sentence about it."""

    id = serializers.CharField(source="public_id", read_only=True)
    item = serializers.CharField(source="item.public_id", read_only=True)
    connection = serializers.CharField(source="connection.public_id", read_only=True, default=None)
    place = serializers.SerializerMethodField(help_text="The network's or place's own name; '' before one is chosen.")
    sentence = serializers.SerializerMethodField()
    approve_at = serializers.SerializerMethodField()

    class Meta:
        model = Share
        fields = [
            "id",
            "item",
            "network",
            "place",
            "connection",
            "by_hand",
            "state",
            "sentence",
            "text",
            "language",
            "visibility",
            "warning",
            "due_at",
            "time_zone",
            "proposed_at",
            "published_at",
            "external_url",
            "evidence",
            "approve_at",
        ]
        read_only_fields = fields

    def get_place(self, share: Share) -> str:
        return where_to(share).label if share.network else ""

    def get_sentence(self, share: Share) -> str:
        return str(words_of(share, now=timezone.now()).sentence)

    def get_approve_at(self, share: Share) -> str:
        return approval_page(share)


class NewShareSerializer(serializers.Serializer[Any]):
    item = serializers.CharField(max_length=16)
    connection = serializers.CharField(max_length=16, required=False, default="")
    network = serializers.CharField(max_length=20, required=False, default="")
    by_hand = serializers.BooleanField(required=False, default=False)
    text = serializers.CharField(required=False, default="", allow_blank=True)


class DraftSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(required=False, allow_blank=True)
    language = serializers.CharField(max_length=10, required=False)
    visibility = serializers.CharField(max_length=20, required=False)
    warning = serializers.CharField(
        max_length=LONGEST_WARNING,
        required=False,
        allow_blank=True,
        help_text="A line behind which readers unfold the post, at networks with takes_warning.",
    )
    connection = serializers.CharField(max_length=16, required=False)
    by_hand_at = serializers.CharField(
        max_length=20, required=False, help_text="Where I post it with my own hand: a network's key, or a place's."
    )
    proposed_at = serializers.DateTimeField(required=False, allow_null=True)


class TimeSerializer(serializers.Serializer[Any]):
    due_at = serializers.DateTimeField()
    time_zone = serializers.CharField(max_length=64, required=False, default="")


def approval_page(share: Share) -> str:
    """Where the person approves this share, signed in."""
    return settings.SITE_ADDRESS + reverse("approve", args=[share.organization.slug, share.public_id])


@extend_schema_view(get=extend_schema(operation_id="shares_list", summary="My shares"))
class Shares(PersonView, generics.ListAPIView[Share]):
    serializer_class = ShareSerializer

    def get_queryset(self) -> QuerySet[Share]:
        if self.drawn_for_schema:
            return Share.objects.none()
        related = ("item__picture", "connection", "organization", "link_code", "member", "campaign", "approval")
        mine = with_limits(Share.objects.filter(member=self.me)).select_related(*related)
        return mine.prefetch_related("attempts", "reviews__by", "media_links__media")

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        remember_limits_of(page or ())
        return page

    @extend_schema(
        operation_id="shares_create",
        summary="Start a draft",
        request=NewShareSerializer,
        responses={201: ShareSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        asked = NewShareSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        connection = connection_for(self.me, wish["connection"]) if wish["connection"] else None
        share = start_share(
            item_for(self.me, wish["item"]),
            by=self.me,
            network=wish["network"],
            connection=connection,
            by_hand=wish["by_hand"],
        )
        if wish["text"]:
            share = edit_draft(share, by=self.me, text=wish["text"])
        return Response(ShareSerializer(share).data, status=201)


class OneShare(PersonView):
    @extend_schema(operation_id="shares_read", summary="One of my shares", responses=ShareSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(ShareSerializer(share_for(self.me, public_id)).data)

    @extend_schema(
        operation_id="shares_edit",
        summary="Change a draft; changing what was approved ends its approval",
        request=DraftSerializer,
        responses=ShareSerializer,
    )
    @once
    def patch(self, request: Request, public_id: str) -> Response:
        share = share_for(self.me, public_id)
        asked = DraftSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        wish = asked.validated_data
        if "connection" in wish:
            share = choose_connection(share, by=self.me, connection=connection_for(self.me, wish["connection"]))
        elif "by_hand_at" in wish:
            share = choose_connection(share, by=self.me, network=wish["by_hand_at"], by_hand=True)
        if {"text", *HOW_IT_IS_TOLD} & set(wish):
            words = {name: wish[name] for name in HOW_IT_IS_TOLD if name in wish}
            share = edit_draft(share, by=self.me, text=wish.get("text", share.text), **words)
        if "proposed_at" in wish:
            share = propose_time(share, by=self.me, proposed_at=wish["proposed_at"])
        return Response(ShareSerializer(share_for(self.me, public_id)).data)


class WithdrawShare(PersonView):
    @extend_schema(operation_id="shares_withdraw", summary="Take it back", request=None, responses=ShareSerializer)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        withdraw_share(share_for(self.me, public_id), by=self.me)
        return Response(ShareSerializer(share_for(self.me, public_id)).data)


class AskForReview(PersonView):
    @extend_schema(
        operation_id="shares_ask_for_review",
        summary="Ask a colleague to read it; the people who read texts in the company see this draft and your name",
        request=None,
        responses=ShareSerializer,
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        share = make_ready_to_show(share_for(self.me, public_id), by=self.me)
        ask_for_review(share, by=self.me, seen_sha256=shown_post(share).digest())
        return Response(ShareSerializer(share_for(self.me, public_id)).data)


class TakeBackFromReview(PersonView):
    @extend_schema(
        operation_id="shares_take_back_from_review",
        summary="Take it back before a colleague has read it",
        request=None,
        responses=ShareSerializer,
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        take_back_from_review(share_for(self.me, public_id), by=self.me)
        return Response(ShareSerializer(share_for(self.me, public_id)).data)


class MoveShare(PersonView):
    @extend_schema(
        operation_id="shares_move",
        summary="Another time inside the approved window",
        request=TimeSerializer,
        responses=ShareSerializer,
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        share = share_for(self.me, public_id)
        asked = TimeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            share = move_share(share, by=self.me, **asked.validated_data)
        except ApprovalNeeded as refusal:
            refusal.details["approve_at"] = approval_page(share)
            raise
        return Response(ShareSerializer(share).data)


class ApproveShare(PersonView):
    """Here so that a program that tries is told where the person does it."""

    @extend_schema(
        operation_id="shares_approve",
        summary="Not with a key: answers 409 with the address of the page",
        request=None,
        responses={409: None},
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        refusal = ApprovalNeeded()
        refusal.details["approve_at"] = approval_page(share_for(self.me, public_id))
        raise refusal
