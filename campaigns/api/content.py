"""The API's view of stories: those open to a person, and, for curators, writing new ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import PersonView, once
from accounts.models import Member, Team
from accounts.refusals import BadInput
from accounts.roles import Right
from campaigns.access import item_for
from campaigns.actions.campaigns import CampaignPlan, create_campaign
from campaigns.actions.items import (
    LONGEST_LINE,
    LOWEST_CEILING,
    MOST_POSTS_ASKED,
    Story,
    address_item,
    ask_posts_for_item,
    create_item,
    edit_item,
    release_item,
    time_item,
)
from campaigns.library_access import campaign_for, curated_item
from campaigns.models import Activity, Campaign, Item, ItemAbout, ItemKind, Proof
from campaigns.selectors.items import items_for
from campaigns.selectors.library import audience_of

TIMES = {"release_at", "expires_at", "embargo_until"}


class ItemSerializer(serializers.ModelSerializer[Item]):
    id = serializers.CharField(source="public_id", read_only=True)
    campaign = serializers.CharField(source="campaign.public_id", read_only=True)
    source_name = serializers.CharField(source="source", read_only=True)
    facts = serializers.ListField(child=serializers.CharField(), source="fact_lines", read_only=True)
    limits = serializers.ListField(child=serializers.CharField(), source="limit_lines", read_only=True)
    topics = serializers.SerializerMethodField()

    class Meta:
        model = Item
        fields = [
            "id",
            "campaign",
            "kind",
            "asks",
            "target",
            "target_at",
            "proof",
            "about",
            "state",
            "title",
            "summary",
            "destination",
            "source_name",
            "language",
            "topics",
            "facts",
            "limits",
            "release_at",
            "expires_at",
            "embargo_until",
            "least_posts",
            "closeness_ceiling",
            "needs_disclosure",
        ]
        read_only_fields = fields

    def get_topics(self, item: Item) -> list[str]:
        return sorted(link.topic.name for link in item.topic_links.all())


class StorySerializer(ItemSerializer):
    """As its curators see it."""

    teams = serializers.SerializerMethodField()

    class Meta(ItemSerializer.Meta):
        fields = [*ItemSerializer.Meta.fields, "praises_product", "teams"]
        read_only_fields = fields

    def get_teams(self, item: Item) -> list[str]:
        return sorted(team.name for team in _teams(item))


class NewItemSerializer(serializers.Serializer[Any]):
    campaign = serializers.CharField(max_length=16)
    kind = serializers.ChoiceField(choices=[ItemKind.LINK, ItemKind.TEXT, ItemKind.ANNOUNCEMENT])
    asks = serializers.ChoiceField(
        choices=Activity.choices,
        required=False,
        default=Activity.SHARE,
        help_text="What people are asked; anything but `share` is of the kind `text` and has no destination.",
    )
    target = serializers.CharField(
        max_length=600, required=False, default="", allow_blank=True, help_text="The post or account it is done to."
    )
    target_at = serializers.CharField(
        max_length=20, required=False, default="", allow_blank=True, help_text="The network or place where that stands."
    )
    proof = serializers.ChoiceField(choices=Proof.choices, required=False, default="", allow_blank=True)
    about = serializers.ChoiceField(choices=ItemAbout.choices, required=False, default="", allow_blank=True)
    title = serializers.CharField(max_length=300)
    summary = serializers.CharField(required=False, default="", allow_blank=True)
    destination = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    source_name = serializers.CharField(source="source", max_length=120, required=False, default="", allow_blank=True)
    language = serializers.CharField(max_length=10, required=False, default="en")
    facts = serializers.ListField(child=serializers.CharField(max_length=LONGEST_LINE), required=False, default=list)
    limits = serializers.ListField(child=serializers.CharField(max_length=LONGEST_LINE), required=False, default=list)
    topics = serializers.ListField(child=serializers.CharField(max_length=60), required=False, default=list)
    teams = serializers.ListField(
        child=serializers.CharField(max_length=80),
        required=False,
        default=list,
        help_text="The teams it is for, by name; none: everybody.",
    )
    expires_at = serializers.DateTimeField(required=False, default=None, allow_null=True)
    embargo_until = serializers.DateTimeField(required=False, default=None, allow_null=True)
    least_posts = serializers.IntegerField(min_value=0, max_value=MOST_POSTS_ASKED, required=False, default=0)
    needs_disclosure = serializers.BooleanField(required=False, default=True)
    praises_product = serializers.BooleanField(required=False, default=None, allow_null=True)
    closeness_ceiling = serializers.IntegerField(
        min_value=LOWEST_CEILING, max_value=100, required=False, default=None, allow_null=True
    )


class StoryChangesSerializer(NewItemSerializer):
    """Any of these; what is not named stays."""

    kind = None  # type: ignore[assignment]  # a story stays of its kind
    asks = None  # type: ignore[assignment]  # and asks what it asked
    release_at = serializers.DateTimeField(allow_null=True)


class CampaignSerializer(serializers.ModelSerializer[Campaign]):
    id = serializers.CharField(source="public_id", read_only=True)

    class Meta:
        model = Campaign
        fields = [
            "id",
            "name",
            "purpose",
            "post_late_minutes",
            "ask_late_minutes",
            "spacing_minutes",
            "needs_review",
            "signs_off_messages",
        ]
        read_only_fields = ["id"]


@extend_schema_view(get=extend_schema(operation_id="items_list", summary="Stories open to me"))
class Items(PersonView, generics.ListAPIView[Item]):
    serializer_class = ItemSerializer

    def get_queryset(self) -> QuerySet[Item]:
        if self.drawn_for_schema:
            return Item.objects.none()
        return items_for(self.me, at=timezone.now()).prefetch_related("topic_links__topic")


class OneItem(PersonView):
    @extend_schema(operation_id="items_read", summary="One story", responses=ItemSerializer)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(ItemSerializer(item_for(self.me, public_id)).data)


@extend_schema_view(get=extend_schema(operation_id="library_list", summary="Every story, for curators"))
class Library(PersonView, generics.ListAPIView[Item]):
    right = Right.CURATE
    serializer_class = ItemSerializer

    def get_queryset(self) -> QuerySet[Item]:
        if self.drawn_for_schema:
            return Item.objects.none()
        return Item.objects.select_related("campaign").prefetch_related("topic_links__topic")

    @extend_schema(
        operation_id="library_create",
        summary="Write a story (a draft)",
        request=NewItemSerializer,
        responses={201: ItemSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        asked = NewItemSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(ItemSerializer(_written(self.me, dict(asked.validated_data))).data, status=201)


def _written(by: Member, wish: dict[str, Any]) -> Item:
    """All of it or nothing: a draft with its audience, its times and its level."""
    campaign, kind, topics = campaign_for(by, wish.pop("campaign")), wish.pop("kind"), wish.pop("topics")
    teams = _named(wish.pop("teams"))
    asks = wish.pop("asks")
    expires_at, embargo, least_posts = wish.pop("expires_at"), wish.pop("embargo_until"), wish.pop("least_posts")
    wish |= {name: "\n".join(wish[name]) for name in ("facts", "limits")}
    with transaction.atomic():
        item = create_item(by=by, campaign=campaign, kind=kind, story=Story(**wish), asks=asks)
        if topics or teams:
            address_item(item, by=by, teams=teams, topics=topics)
        item = time_item(item, by=by, release_at=None, expires_at=expires_at, embargo_until=embargo)
        return ask_posts_for_item(item, by=by, least_posts=least_posts)


class OneStory(PersonView):
    right = Right.CURATE

    @extend_schema(operation_id="library_read", summary="One story, for curators", responses=StorySerializer)
    def get(self, request: Request, public_id: str) -> Response:
        return Response(StorySerializer(curated_item(self.me, public_id)).data)

    @extend_schema(
        operation_id="library_change",
        summary="Change a story; where posts would show the change, those that wait are held",
        request=StoryChangesSerializer,
        responses=StorySerializer,
    )
    @once
    def patch(self, request: Request, public_id: str) -> Response:
        item = curated_item(self.me, public_id)
        asked = StoryChangesSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        _change(item, self.me, dict(asked.validated_data))
        return Response(StorySerializer(curated_item(self.me, public_id)).data)


def _change(item: Item, by: Member, wish: dict[str, Any]) -> None:
    """What the editor's page saves in one go, as far as it is named."""
    wish |= {name: "\n".join(wish[name]) for name in ("facts", "limits") if name in wish}
    names = {field.name for field in fields(Story)}
    if names & set(wish) or "campaign" in wish:
        campaign = campaign_for(by, wish["campaign"]) if "campaign" in wish else item.campaign
        story = Story(**{name: wish.get(name, getattr(item, name)) for name in names})
        item = edit_item(item, by=by, campaign=campaign, story=story, picture=item.picture)
    if {"topics", "teams"} & set(wish):
        teams = _named(wish["teams"]) if "teams" in wish else _teams(item)
        address_item(item, by=by, teams=teams, topics=wish.get("topics", audience_of(item).topics))
    if TIMES & set(wish):
        item = time_item(item, by=by, **{name: wish.get(name, getattr(item, name)) for name in TIMES})
    if "least_posts" in wish:
        ask_posts_for_item(item, by=by, least_posts=wish["least_posts"])


def _named(names: Collection[str]) -> list[Team]:
    """A name that no team has is refused: a story for nobody's team would be everybody's."""
    found = list(Team.objects.filter(name__in=names).order_by("pk"))
    if missing := sorted(set(names) - {team.name for team in found}):
        raise BadInput(_("There is no team of this name: %(name)s") % {"name": missing[0]}, field="teams")
    return found


def _teams(item: Item) -> list[Team]:
    audience = audience_of(item)
    return [team for team in audience.every_team if team.public_id in audience.teams]


class ReleaseItem(PersonView):
    right = Right.CURATE

    @extend_schema(operation_id="library_release", summary="Release a story", request=None, responses=ItemSerializer)
    @once
    def post(self, request: Request, public_id: str) -> Response:
        return Response(ItemSerializer(release_item(curated_item(self.me, public_id), by=self.me)).data)


@extend_schema_view(get=extend_schema(operation_id="campaigns_list", summary="Campaigns, for curators"))
class Campaigns(PersonView, generics.ListAPIView[Campaign]):
    right = Right.CURATE
    serializer_class = CampaignSerializer

    def get_queryset(self) -> QuerySet[Campaign]:
        return Campaign.objects.none() if self.drawn_for_schema else Campaign.objects.filter(archived_at=None)

    @extend_schema(
        operation_id="campaigns_create",
        summary="Begin a campaign",
        request=CampaignSerializer,
        responses={201: CampaignSerializer},
    )
    @once
    def post(self, request: Request) -> Response:
        asked = CampaignSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        campaign = create_campaign(by=self.me, plan=CampaignPlan(**asked.validated_data))
        return Response(CampaignSerializer(campaign).data, status=201)
