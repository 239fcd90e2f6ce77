"""How often a story was posted, for its curator: a figure for whole weeks that are over, shown from five people on.

A post taken down stays in the figure, so that nobody can watch one go (design.md, promise 5); the practice network,
which nobody sees, is never in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count

from accounts.audience_rules import LEAST_ACTORS
from accounts.selectors.audience_size import figures_until
from accounts.selectors.organization import settings_of
from campaigns.models import Item, Share
from integrations.networks import NETWORKS


@dataclass(frozen=True, slots=True)
class Figure:
    """`posts` is None where fewer than five people posted: nothing is said, not even that somebody did."""

    posts: int | None
    until: datetime


def published_figures(items: Sequence[Item], *, now: datetime) -> dict[int, Figure]:
    """By item id; every item has an entry."""
    until = figures_until(now.astimezone(ZoneInfo(settings_of().time_zone)))
    public = [network.key for network in NETWORKS if network.posts_publicly]
    published = Share.objects.filter(item__in=items, published_at__lt=until, network__in=public)
    counted = published.order_by().values("item_id").annotate(posts=Count("pk"), people=Count("member", distinct=True))
    shown = {row["item_id"]: row["posts"] for row in counted if row["people"] >= LEAST_ACTORS}
    return {item.pk: Figure(shown.get(item.pk), until) for item in items}
