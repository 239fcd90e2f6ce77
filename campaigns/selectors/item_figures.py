"""How often a story was posted, for its curator: whole weeks that are over, as far as `audience_size` lets it show.

A post taken down stays in the figure, so that nobody can watch one go (design.md, promise 5); the practice network,
which nobody sees, is never in it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count
from django.db.models.functions import TruncWeek

from accounts.selectors.audience_size import figures_until, standing_figures
from accounts.selectors.organization import settings_of
from campaigns.models import Item, Share
from integrations.networks import NETWORKS


@dataclass(frozen=True, slots=True)
class Figure:
    """`posts` is None where fewer than five people posted: nothing is said, not even that somebody did.

    It moves only by what five people or more have added, so it may lag behind `until`.
    """

    posts: int | None
    until: datetime


def published_figures(items: Sequence[Item], *, now: datetime) -> dict[int, Figure]:
    """By item id; every item has an entry."""
    zone = ZoneInfo(settings_of().time_zone)
    until = figures_until(now.astimezone(zone))
    shown = standing_figures(weekly_posts([item.pk for item in items], until=until, zone=zone))
    return {item.pk: Figure(shown.get(item.pk), until) for item in items}


def weekly_posts(item_ids: Collection[int], *, until: datetime, zone: ZoneInfo) -> list[tuple[int, datetime, int, int]]:
    """(story, week, member, posts): for the gate alone, never for a screen."""
    public = [network.key for network in NETWORKS if network.posts_publicly]
    published = Share.objects.filter(item__in=item_ids, published_at__lt=until, network__in=public)
    weekly = published.order_by().annotate(week=TruncWeek("published_at", tzinfo=zone)).values("item_id", "week")
    return list(weekly.annotate(posts=Count("pk")).values_list("item_id", "week", "member_id", "posts"))
