"""What became of a story, for its curator: whole weeks that are over, as far as `audience_size` lets it show.

A post taken down stays in the figure, so that nobody can watch one go (design.md, promise 5), and so does a skip taken
back after its week. The practice network, which nobody sees, is never in it. No total of skips is given beside the
reasons that show: taken from each other they would tell of the few who had another one. For the same reason readers
show only where five are left beside everybody who posted it or put it aside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncWeek

from accounts.audience_rules import LEAST_ACTORS, LEAST_QUIET, beside, some_stayed_quiet
from accounts.models import Member
from accounts.selectors.audience_size import counted_weeks, figures_until, standing_figures
from accounts.selectors.organization import settings_of
from campaigns.models import Item, ItemTeam, Share, Sight, Skip, SkipReason
from integrations.networks import NETWORKS

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """`posts` is None where fewer than five people posted: nothing is said, not even that somebody did.

    It moves only by what five people or more have added, so it may lag behind `until`.
    """

    posts: int | None
    until: datetime


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What a story's page says; None, or a reason that is not there: too few people for a figure."""

    until: datetime
    seen: int | None
    posts: int | None
    wordings: int | None
    skipped: tuple[tuple[str, int], ...]


def published_figures(items: Sequence[Item], *, now: datetime) -> dict[int, Figure]:
    """By item id; every item has an entry."""
    until, zone = _weeks(now)
    shown = standing_figures(weekly_posts([item.pk for item in items], until=until, zone=zone))
    return {item.pk: Figure(shown.get(item.pk), until) for item in items}


def weekly_posts(item_ids: Collection[int], *, until: datetime, zone: ZoneInfo) -> list[tuple[int, datetime, int, int]]:
    """(story, week, member, posts): for the gate alone, never for a screen."""
    weekly = _published(item_ids, until).order_by().annotate(week=TruncWeek("published_at", tzinfo=zone))
    counted = weekly.values("item_id", "week").annotate(posts=Count("pk"))
    return list(counted.values_list("item_id", "week", "member_id", "posts"))


def item_figures(item: Item, *, now: datetime) -> ItemFigures:
    until, zone = _weeks(now)
    posts = weekly_posts([item.pk], until=until, zone=zone)
    audience = Item.objects.values_list(_audience("pk"), flat=True).get(pk=item.pk)
    seen = Sight.objects.filter(item=item, at__lt=until).annotate(week=TruncWeek("at", tzinfo=zone))
    sights = [(item.pk, week, member, 1) for week, member in seen.values_list("week", "member_id")]
    shown, skipped = standing_figures(posts).get(item.pk), _skipped(item, until, zone, audience=audience)
    readers = standing_figures(sights).get(item.pk) if some_stayed_quiet(len(sights), audience=audience) else None
    return ItemFigures(
        until=until,
        seen=beside(readers, [shown, *(people for _reason, people in skipped)]),
        posts=shown,
        wordings=_wordings(item, counted_weeks(posts).get(item.pk)),
        skipped=skipped,
    )


def found_salesy(*, now: datetime) -> QuerySet[Skip, dict[str, Any]]:
    """Of an item of an outer query: a row where five people or more said so in weeks that are over, else none.

    That is where the figure of this reason shows: not where nearly everybody put the story aside.
    """
    said = Skip.objects.filter(item=OuterRef("pk"), counts=True, at__lt=counted_until(now)).order_by().values("item_id")
    people = said.annotate(
        people=Count("member", distinct=True, filter=Q(reason=SkipReason.TOO_SALESY)),
        everybody=Count("member", distinct=True),
        audience=_audience("item_id"),
    )
    return people.filter(people__gte=LEAST_ACTORS, everybody__lte=F("audience") - LEAST_QUIET)


def counted_until(now: datetime) -> datetime:
    """The end of the weeks that are over, by the company's clock."""
    return _weeks(now)[0]


def public_posts(*, until: datetime) -> QuerySet[Share]:
    """What went out where others can see it before `until`, taken down since or not."""
    public = [network.key for network in NETWORKS if network.posts_publicly]
    return Share.objects.filter(published_at__lt=until, network__in=public)


def _weeks(now: datetime) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(settings_of().time_zone)
    return figures_until(now.astimezone(zone)), zone


def _published(item_ids: Collection[int], until: datetime) -> QuerySet[Share]:
    return public_posts(until=until).filter(item__in=item_ids)


def _skipped(item: Item, until: datetime, zone: ZoneInfo, *, audience: int) -> tuple[tuple[str, int], ...]:
    """How many people put it aside for which reason, each once; reasons of fewer than five are not there."""
    counted = Skip.objects.filter(item=item, counts=True, at__lt=until)
    rows = counted.annotate(week=TruncWeek("at", tzinfo=zone)).order_by("at", "pk")
    said: dict[str, dict[int, datetime]] = {reason: {} for reason in SkipReason.values}
    for reason, member, week in rows.values_list("reason", "member_id", "week"):
        said[reason].setdefault(member, week)
    if not some_stayed_quiet(len(_everybody(said.values())), audience=audience):
        return ()
    acts = [(place, week, one, 1) for place, people in enumerate(said.values()) for one, week in people.items()]
    shown = standing_figures(acts)
    labels = [str(SkipReason(reason).label) for reason in said]
    return tuple((labels[place], shown[place]) for place in sorted(shown, key=lambda place: -shown[place]))


def _everybody(groups: Iterable[dict[int, datetime]]) -> set[int]:
    return {member for people in groups for member in people}


def _wordings(item: Item, last: datetime | None) -> int | None:
    """In how many different wordings the posts of the figure went out; `last` is the last week it counts."""
    if last is None:
        return None
    texts = _published([item.pk], last + WEEK).values_list("text", flat=True)
    return len({" ".join(text.split()).casefold() for text in texts})


def _audience(item: str) -> Coalesce:
    """How many people the story in this column is for: for the gate alone, never given out."""
    here = Member.objects.filter(left_at=None, deactivated_at=None).order_by().values("organization")
    active = Q(team__places__member__left_at=None, team__places__member__deactivated_at=None)
    people = Count("team__places__member", distinct=True, filter=active)
    teams = ItemTeam.objects.filter(item=OuterRef(item)).order_by().values("item_id")
    of_teams, everybody = teams.annotate(people=people), here.annotate(people=Count("pk"))
    return Coalesce(Subquery(of_teams.values("people")), Subquery(everybody.values("people")), 0)
