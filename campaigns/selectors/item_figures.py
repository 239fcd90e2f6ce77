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
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncWeek

from accounts.audience_rules import LEAST_ACTORS, LEAST_QUIET, beside, some_stayed_quiet
from accounts.models import Member
from accounts.selectors.audience_size import counted_weeks, figures_until, standing_figures
from accounts.selectors.organization import settings_of
from campaigns.models import Item, ItemTeam, Share, Sight, Skip, SkipReason
from integrations.places import public_keys

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """`posts` is None where fewer than five people posted: nothing is said, not even that somebody did. Of an item
    that asks for a like it counts likes, and so on: the page says which (`ActivityWords.counted`).

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
    return list(_by_week(item_ids, until, zone).values_list("item_id", "week", "member_id", "times"))


def item_figures(item: Item, *, now: datetime) -> ItemFigures:
    until, zone = _weeks(now)
    acts = _acts(item, until=until, zone=zone)
    posts = [(item.pk, act.week, act.member, act.times) for act in acts if act.what == "post"]
    sights = [(item.pk, act.week, act.member, 1) for act in acts if act.what == "sight"]
    audience = next(act.times for act in acts if act.what == "audience")
    shown, skipped = standing_figures(posts).get(item.pk), _skipped(acts, audience=audience)
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
    return Share.objects.filter(published_at__lt=until, network__in=public_keys())


def _weeks(now: datetime) -> tuple[datetime, ZoneInfo]:
    zone = ZoneInfo(settings_of().time_zone)
    return figures_until(now.astimezone(zone)), zone


def _published(item_ids: Collection[int], until: datetime) -> QuerySet[Share]:
    return public_posts(until=until).filter(item__in=item_ids)


class _Act(NamedTuple):
    """What one member did with a story in one week; or, of nobody, for how many people it is."""

    what: str
    reason: str
    member: int
    week: datetime
    times: int


def _acts(item: Item, *, until: datetime, zone: ZoneInfo) -> list[_Act]:
    """All that the figures of one story need, in one query; a person's weeks in their order."""
    week, nothing = TruncWeek("at", tzinfo=zone), Value("")
    seen, skipped = Sight.objects.filter(item=item, at__lt=until), Skip.objects.filter(item=item, at__lt=until)
    nobody = {"member_id": Value(0), "week": Value(until), "times": _audience("pk")}
    kinds: list[QuerySet[Any, Any]] = [
        _by_week([item.pk], until, zone).annotate(what=Value("post"), why=nothing),
        seen.annotate(what=Value("sight"), why=nothing, week=week, times=Value(1)),
        skipped.filter(counts=True).annotate(what=Value("skip"), why=F("reason"), week=week, times=Value(1)),
        Item.objects.filter(pk=item.pk).annotate(what=Value("audience"), why=nothing, **nobody),
    ]
    first, *others = [rows.values_list("what", "why", "member_id", "week", "times") for rows in kinds]
    return [_Act(*row) for row in first.union(*others, all=True).order_by("week")]


def _by_week(item_ids: Collection[int], until: datetime, zone: ZoneInfo) -> QuerySet[Any, Any]:
    weekly = _published(item_ids, until).order_by().annotate(week=TruncWeek("published_at", tzinfo=zone))
    return weekly.values("item_id", "member_id", "week").annotate(times=Count("pk"))


def _skipped(acts: Iterable[_Act], *, audience: int) -> tuple[tuple[str, int], ...]:
    """How many people put it aside for which reason, each once; reasons of fewer than five are not there."""
    said: dict[str, dict[int, datetime]] = {reason: {} for reason in SkipReason.values}
    for act in acts:
        if act.what == "skip":
            said[act.reason].setdefault(act.member, act.week)
    if not some_stayed_quiet(len(_everybody(said.values())), audience=audience):
        return ()
    put_aside = [(place, week, one, 1) for place, people in enumerate(said.values()) for one, week in people.items()]
    shown = standing_figures(put_aside)
    labels = [str(SkipReason(reason).label) for reason in said]
    return tuple((labels[place], shown[place]) for place in sorted(shown, key=lambda place: -shown[place]))


def _everybody(groups: Iterable[dict[int, datetime]]) -> set[int]:
    return {member for people in groups for member in people}


def _wordings(item: Item, last: datetime | None) -> int | None:
    """In how many different wordings the posts of the figure went out; `last` is the last week it counts.

    What shows no words, a like or a bare repost, is none of them.
    """
    if last is None:
        return None
    texts = _published([item.pk], last + WEEK).exclude(text="").values_list("text", flat=True)
    return len({" ".join(text.split()).casefold() for text in texts})


def _audience(item: str) -> Coalesce:
    """How many people the story in this column is for: for the gate alone, never given out."""
    here = Member.objects.filter(left_at=None, deactivated_at=None).order_by().values("organization")
    active = Q(team__places__member__left_at=None, team__places__member__deactivated_at=None)
    people = Count("team__places__member", distinct=True, filter=active)
    teams = ItemTeam.objects.filter(item=OuterRef(item)).order_by().values("item_id")
    of_teams, everybody = teams.annotate(people=people), here.annotate(people=Count("pk"))
    return Coalesce(Subquery(of_teams.values("people")), Subquery(everybody.values("people")), 0)
