"""The API's view of what comes in: one's own suggestions, and, for curators, the inbox.

Nothing is fetched here: a draft begun by a program says what the suggestion says, and whoever edits it may fetch more.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView, once
from accounts.roles import Right
from accounts.selectors.organization import settings_of
from campaigns.actions.campaigns import first_campaign
from campaigns.actions.inbox import accept_suggestion, decline_suggestion
from campaigns.actions.suggestions import suggest_story, take_back_suggestion
from campaigns.api.content import ItemSerializer
from campaigns.inbox_access import own_suggestion, suggestion_for
from campaigns.library_access import campaign_for
from campaigns.models import Suggestion
from campaigns.selectors.inbox import suggester_of, waiting_suggestions
from campaigns.suggested_story import as_suggested

WORDS = ["id", "address", "title", "words", "note", "state", "created_at"]


class SuggestionSerializer(serializers.ModelSerializer[Suggestion]):
    """One's own suggestion, with the curators' answer."""

    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Suggestion
        fields = [*WORDS, "shows_name", "answer"]
        read_only_fields = fields


class NewSuggestionSerializer(serializers.Serializer[Any]):
    address = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    title = serializers.CharField(max_length=300, required=False, default="", allow_blank=True)
    words = serializers.CharField(max_length=5000, required=False, default="", allow_blank=True)
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)
    shows_name = serializers.BooleanField(
        default=True, help_text="whether curators read your name; that a colleague suggested it they see in any case"
    )


class InboxSerializer(serializers.ModelSerializer[Suggestion]):
    """What waits: of a colleague (`who`), or of a feed, whose `who` is empty."""

    id = serializers.CharField(source="public_id", read_only=True)
    source_name = serializers.CharField(source="source", read_only=True)
    who = serializers.SerializerMethodField()

    class Meta:
        model = Suggestion
        fields = [*WORDS, "origin", "source_name", "language", "published_at", "who"]
        read_only_fields = fields

    def get_who(self, suggestion: Suggestion) -> str:
        return suggester_of(suggestion)


class AcceptSerializer(serializers.Serializer[Any]):
    campaign = serializers.CharField(max_length=16, required=False, default="")


class DeclineSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=500, required=False, default="", allow_blank=True)


@extend_schema_view(get=extend_schema(operation_id="suggestions_list", summary="What I suggested"))
class Suggestions(PersonView, generics.ListAPIView[Suggestion]):
    serializer_class = SuggestionSerializer

    def get_queryset(self) -> QuerySet[Suggestion]:
        return Suggestion.objects.none() if self.drawn_for_schema else Suggestion.objects.filter(suggested_by=self.me)

    @extend_schema(
        operation_id="suggestions_create",
        summary="Suggest a story; the company's curators see that you did",
        request=NewSuggestionSerializer,
        responses={201: SuggestionSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        asked = NewSuggestionSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        suggestion = suggest_story(by=self.me, **asked.validated_data)
        return Response(SuggestionSerializer(suggestion).data, status=201)


class TakeBackSuggestion(PersonView):
    @extend_schema(
        operation_id="suggestions_take_back", summary="Take it back", request=None, responses=SuggestionSerializer
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        suggestion = take_back_suggestion(own_suggestion(self.me, public_id), by=self.me)
        return Response(SuggestionSerializer(suggestion).data)


@extend_schema_view(get=extend_schema(operation_id="inbox_list", summary="What waits for curators"))
class Inbox(PersonView, generics.ListAPIView[Suggestion]):
    right = Right.CURATE
    serializer_class = InboxSerializer

    def get_queryset(self) -> QuerySet[Suggestion]:
        return Suggestion.objects.none() if self.drawn_for_schema else waiting_suggestions()


class AcceptSuggestion(PersonView):
    right = Right.CURATE

    @extend_schema(
        operation_id="inbox_accept",
        summary="Begin a draft from it",
        request=AcceptSerializer,
        responses={201: ItemSerializer},
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        asked = AcceptSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        suggestion, chosen = suggestion_for(self.me, public_id), asked.validated_data["campaign"]
        campaign = campaign_for(self.me, chosen) if chosen else first_campaign(by=self.me)
        story = as_suggested(suggestion, language=settings_of().language)
        item = accept_suggestion(suggestion, by=self.me, campaign=campaign, story=story)
        return Response(ItemSerializer(item).data, status=201)


class DeclineSuggestion(PersonView):
    right = Right.CURATE

    @extend_schema(
        operation_id="inbox_decline",
        summary="Not this time; a colleague is told, with your note",
        request=DeclineSerializer,
        responses=InboxSerializer,
    )
    @once
    def post(self, request: Request, public_id: str) -> Response:
        asked = DeclineSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        suggestion = suggestion_for(self.me, public_id)
        decline_suggestion(suggestion, by=self.me, note=asked.validated_data["note"])
        return Response(InboxSerializer(suggestion_for(self.me, public_id)).data)
