"""*My results*: what a person's own posts brought, from rows that can be named; each figure says how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Substr

from accounts.models import Member
from accounts.selectors.organization import settings_of
from campaigns.models import Evidence, LinkClicks, PointEntry, Share, TaskDone
from campaigns.period_rules import PeriodKind, period_of
from campaigns.points_rules import TASK_DONE
from campaigns.selectors.growth import Growth, growth_of
from campaigns.selectors.post_figures import PostFigures, figures_of_posts, posts_out

ENTRIES_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """`kind` is measured, estimated or unknown; `as_of` the newest row it rests on."""

    value: int
    kind: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Results:
    posts: Figure
    told: Figure
    points: Figure
    points_this_month: Figure
    clicks: Figure
    entries: tuple[PointEntry, ...]
    became: tuple[PostFigures, ...]
    growth: tuple[Growth, ...]


def my_results(member: Member, *, now: datetime) -> Results:
    out = posts_out(member)
    by_hand = Q(evidence=Evidence.TOLD)
    posts = out.aggregate(
        confirmed=Count("pk", filter=~by_hand),
        confirmed_at=Max("published_at", filter=~by_hand),
        told=Count("pk", filter=by_hand),
        told_at=Max("published_at", filter=by_hand),
    )
    entries = PointEntry.objects.filter(member=member)
    month = period_of(PeriodKind.MONTH, now, ZoneInfo(settings_of().time_zone))
    latest = entries.annotate(task=_task()).select_related("share__item").order_by("-at", "-pk")[:ENTRIES_SHOWN]
    return Results(
        posts=Figure(posts["confirmed"], "measured", posts["confirmed_at"]),
        told=Figure(posts["told"], "estimated", posts["told_at"]),
        points=_points(entries.aggregate(points=Sum("points"), at=Max("at"))),
        points_this_month=_points(
            entries.filter(at__gte=month.start, at__lt=month.end).aggregate(points=Sum("points"), at=Max("at"))
        ),
        clicks=_clicks(out),
        entries=tuple(latest),
        became=tuple(figures_of_posts(member)),
        growth=tuple(growth_of(member)),
    )


def _task() -> Subquery:
    """The title of the task behind an entry; none where it was taken back."""
    done = TaskDone.objects.filter(public_id=Substr(OuterRef("cause"), len(TASK_DONE) + 1))
    return Subquery(done.values("item__title")[:1])


def _clicks(posts: QuerySet[Share]) -> Figure:
    """Readers who followed the links of these posts, each once a day."""
    counted = LinkClicks.objects.filter(code__in=posts.values("link_code"), counted__gt=0)
    row = counted.aggregate(clicks=Sum("counted"), at=Max("last_at"))
    return Figure(row["clicks"] or 0, "measured", row["at"])


def _points(row: dict[str, object]) -> Figure:
    points, at = row["points"], row["at"]
    return Figure(points if isinstance(points, int) else 0, "measured", at if isinstance(at, datetime) else None)
