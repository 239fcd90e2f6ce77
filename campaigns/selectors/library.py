"""The curator's library: every story with its stage, found by words, campaign, stage, kind, form, topic and
language; the newest first.

Cursor paging, so that a page costs the same in every company. How often a story was posted passes the rule for small
groups (`item_figures.py`); who posted it is never read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Team
from campaigns.models import Campaign, Item, ItemState, ItemTeam, ItemTopic, Topic
from campaigns.selectors.activity_words import ActivityWords, activity_words
from campaigns.selectors.item_figures import Figure, published_figures

PAGE_SIZE = 24
MOST_TOPICS = 500

STAGES = {
    "draft": _("Draft"),
    "planned": _("Opens later"),
    "open": pgettext_lazy("a story", "Open"),
    "over": _("Over"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a curator looks for; empty fields ask for everything."""

    search: str = ""
    campaign: str = ""
    stage: str = ""
    about: str = ""
    kind: str = ""
    topic: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    item: Item
    stage: str
    figure: Figure
    activity: ActivityWords | None = None  # where something else than a post is asked for


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One page; `newer` and `older` are the cursors beside it, empty at the ends."""

    rows: list[LibraryRow]
    newer: str
    older: str


def library_page(
    wanted: Wanted, *, now: datetime, before: str = "", after: str = "", size: int = PAGE_SIZE
) -> LibraryPage:
    items, newer, older = _cut(_matching(wanted, now=now), before=before, after=after, size=size)
    figures = published_figures(items, now=now)
    rows = [LibraryRow(item, stage_of(item, now=now), figures[item.pk], activity_words(item)) for item in items]
    return LibraryPage(rows, newer, older)


def stage_of(item: Item, *, now: datetime) -> str:
    """Where a story stands today, by its state, its times and its campaign."""
    if item.state == ItemState.DRAFT:
        return "draft"
    if item.state == ItemState.ENDED or item.campaign.archived_at is not None:
        return "over"
    ends = [at for at in (item.expires_at, item.campaign.ends_at) if at is not None]
    if any(at <= now for at in ends):
        return "over"
    begins = [at for at in (item.release_at, item.campaign.starts_at) if at is not None]
    return "planned" if any(at > now for at in begins) else "open"


def live_campaigns(*, keep: Campaign | None = None) -> list[Campaign]:
    """Campaigns a story can belong to: those that are not archived, and the one it is in."""
    standing = Q(archived_at=None) | Q(pk=keep.pk if keep else None)
    return list(Campaign.objects.filter(standing).order_by("name", "pk"))


def campaigns_with_stories() -> list[Campaign]:
    """All campaigns, the standing ones first, each with `stories`: how many it holds."""
    counted = Campaign.objects.annotate(stories=Count("items"))
    return list(counted.order_by(F("archived_at").desc(nulls_first=True), "name", "pk"))


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a story is for, beside all it could be for. `teams` are public ids, `topics` names."""

    teams: list[str]
    topics: list[str]
    every_team: Sequence[Team]
    every_topic: list[str]


def audience_of(item: Item) -> Audience:
    teams = Team.objects.annotate(chosen=Exists(ItemTeam.objects.filter(item=item, team=OuterRef("pk"))))
    topics = Topic.objects.annotate(chosen=Exists(ItemTopic.objects.filter(item=item, topic=OuterRef("pk"))))
    named = sorted(topics.order_by("-chosen", "name").values_list("name", "chosen")[:MOST_TOPICS])
    every_team = list(teams.order_by("name", "pk"))
    return Audience(
        teams=[team.public_id for team in every_team if team.chosen],
        topics=[name for name, chosen in named if chosen],
        every_team=every_team,
        every_topic=[name for name, _chosen in named],
    )


def every_team() -> list[Team]:
    return list(Team.objects.order_by("name", "pk"))


def _matching(wanted: Wanted, *, now: datetime) -> QuerySet[Item]:
    items = Item.objects.select_related("campaign", "picture")
    if words := wanted.search.strip():
        items = items.filter(Q(title__icontains=words) | Q(source__icontains=words))
    if wanted.campaign:
        items = items.filter(campaign__public_id=wanted.campaign)
    for field in ("about", "kind", "language"):
        if asked := getattr(wanted, field):
            items = items.filter(**{field: asked})
    if wanted.topic:
        items = items.filter(topic_links__topic__name__iexact=wanted.topic)
    if wanted.stage in STAGES:
        items = items.filter(_standing_at(wanted.stage, now))
    return items


def _standing_at(stage: str, now: datetime) -> Q:
    """`stage_of`, as the database asks it."""
    if stage == "draft":
        return Q(state=ItemState.DRAFT)
    over = (
        Q(state=ItemState.ENDED)
        | Q(campaign__archived_at__isnull=False)
        | Q(expires_at__lte=now)
        | Q(campaign__ends_at__lte=now)
    )
    released = ~Q(state=ItemState.DRAFT)
    if stage == "over":
        return released & over
    lasting = (Q(expires_at=None) | Q(expires_at__gt=now)) & (Q(campaign__ends_at=None) | Q(campaign__ends_at__gt=now))
    going = Q(state=ItemState.RELEASED, campaign__archived_at=None) & lasting
    later = Q(release_at__gt=now) | Q(campaign__starts_at__gt=now)
    begun = (Q(release_at=None) | Q(release_at__lte=now)) & (
        Q(campaign__starts_at=None) | Q(campaign__starts_at__lte=now)
    )
    return going & (later if stage == "planned" else begun)


def _cut(items: QuerySet[Item], *, before: str, after: str, size: int) -> tuple[list[Item], str, str]:
    """One page by the id of a neighbour, and the cursors of the next ones."""
    edge = Item.objects.filter(public_id=after or before).values("pk")[:1]
    if after:
        found = list(items.filter(pk__gt=edge).order_by("pk")[: size + 1])
        page = found[:size][::-1]
        return page, page[0].public_id if len(found) > size else "", page[-1].public_id if page else ""
    if before:
        items = items.filter(pk__lt=edge)
    found = list(items.order_by("-pk")[: size + 1])
    page = found[:size]
    newer = page[0].public_id if before and page else ""
    return page, newer, page[-1].public_id if len(found) > size else ""
