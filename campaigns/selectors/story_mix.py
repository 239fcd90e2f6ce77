"""The mix of kinds among the stories that opened in the last 30 days, as a bar and as a table. Stories, not people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from campaigns.models import Item, ItemAbout, ItemKind, ItemState
from campaigns.story_mix_rules import PERIOD, passes_half

WIDTH = 1000  # of the bar, in its own units


@dataclass(frozen=True, slots=True)
class Part:
    """One kind. `start` and `width` are drawn as they stand, whatever the language writes for a number."""

    about: str
    label: str
    stories: int
    fraction: float
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class Mix:
    parts: list[Part]
    stories: int
    too_much_product: bool


def story_mix(*, now: datetime) -> Mix:
    opened = Item.objects.filter(release_at__gt=now - PERIOD, release_at__lte=now).exclude(state=ItemState.DRAFT)
    rows = opened.exclude(kind=ItemKind.ANNOUNCEMENT).order_by().values("about").annotate(stories=Count("pk"))
    counts = dict(rows.values_list("about", "stories"))
    return Mix(_parts(counts), sum(counts.values()), passes_half(counts, ItemAbout.PRODUCT))


def _parts(counts: dict[str, int]) -> list[Part]:
    everything, start, parts = sum(counts.values()), 0, []
    for about in [*ItemAbout.values[1:], ItemAbout.UNSAID.value]:
        stories = counts.get(about, 0)
        if stories:
            end = start + stories
            left, right = start * WIDTH // everything, end * WIDTH // everything
            label = str(ItemAbout(about).label)
            parts.append(Part(about or "unsaid", label, stories, stories / everything, str(left), str(right - left)))
            start = end
    return parts
