"""Writes the company's figures once, when their weeks are over, as far as the small-group gate lets them out.

Only what we saw ourselves is counted (a post confirmed or seen, its points as they were earned). A post taken down
afterwards stays in, so that nobody can watch one go (design.md, promise 5).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.audience_rules import Act, Company, groups_shown, total_shows
from accounts.audit import audit
from accounts.models import Member, OrganizationSettings
from accounts.selectors.audience_size import company_at, figures_until, moved_in
from campaigns.figure_weeks import FOUR, WEEK, Weeks, fours_over, week_number, weeks_to_write
from campaigns.models import Evidence, FigureKind, Item, PointEntry, Share, ShownFigure
from campaigns.points_rules import PUBLISHED, TOLD
from campaigns.selectors.item_figures import published_figures, weekly_posts
from campaigns.selectors.post_figures import no_post
from integrations.places import public_keys

StoryWeeks = Sequence[tuple[int, datetime, int, int]]


@dataclass(frozen=True, slots=True)
class _Post:
    act: Act
    at: datetime
    points: int


def let_out_figures(*, by: Member | None) -> int:
    """Every week that is over and was not written yet; answers how many. Asked again it does nothing."""
    with transaction.atomic():
        zone = ZoneInfo(OrganizationSettings.objects.select_for_update().get().time_zone)
        until = figures_until(timezone.now().astimezone(zone))
        weeks = weeks_to_write(until, _written_until(zone))
        if not weeks:
            return 0
        posts = _posts(Weeks(min(weeks[0].start, fours_over(weeks[0].end).start), until), zone)
        stories = weekly_posts({post.act.story for post in posts}, until=until, zone=zone)
        for week in weeks:
            company = company_at(week.end)
            _write_week(week, posts, company, stories)
            if week_number(week.end) % FOUR == 0:
                _write_teams(week.end, posts, company)
        _write_stories(weeks[-1], {post.act.story for post in posts})
        audit("let_out_figures", by=by, private=True, weeks=len(weeks))
    return len(weeks)


def _written_until(zone: ZoneInfo) -> datetime | None:
    newest = ShownFigure.objects.filter(kind=FigureKind.COMPANY).aggregate(end=Max("end"))["end"]
    return newest.astimezone(zone) if isinstance(newest, datetime) else None


def _posts(period: Weeks, zone: ZoneInfo) -> list[_Post]:
    """What was seen in public, with what it earned."""
    out = Share.objects.filter(
        published_at__gte=period.start,
        published_at__lt=period.end,
        network__in=public_keys(),
        evidence__in=[Evidence.CONFIRMED, Evidence.SEEN, Evidence.CLICKED],
        item__own_of=None,
    ).exclude(no_post())
    entries = PointEntry.objects.filter(share__in=out, rule__in=[PUBLISHED, TOLD])  # told, and seen since
    earned = dict(entries.values_list("share_id", "points"))
    rows = out.values_list("pk", "member_id", "item_id", "published_at")
    return [
        _Post(Act(member_id, week_number(at.astimezone(zone)), item_id), at, earned.get(share_id, 0))
        for share_id, member_id, item_id, at in rows
        if at is not None
    ]


def _write_week(week: Weeks, posts: Sequence[_Post], company: Company[int], stories: StoryWeeks) -> None:
    here = [post for post in posts if week.start <= post.at < week.end]
    acts = [post.act for post in here]
    moved = _moved(week, acts, stories)
    shows = total_shows(acts, participants=company.participants, named=company.named, moved=moved)
    ShownFigure.objects.create(
        kind=FigureKind.COMPANY,
        start=week.start,
        end=week.end,
        posts=len(here) if shows else None,
        points=sum(post.points for post in here) if shows else None,
    )


def _moved(week: Weeks, acts: Sequence[Act], stories: StoryWeeks) -> Mapping[int, bool]:
    """The stories whose figure moved; True where it moved by these very posts, and by none that people told of."""
    monday = week.end - WEEK
    everything, counted = dict[int, int](), dict[int, int]()
    for story, start, _member, times in stories:
        if start == monday:
            everything[story] = everything.get(story, 0) + times
    for act in acts:
        counted[act.story] = counted.get(act.story, 0) + 1
    alone = moved_in(monday, stories)
    return {story: alone[story] and everything.get(story) == counted.get(story) for story in alone}


def _write_teams(end: datetime, posts: Sequence[_Post], company: Company[int]) -> None:
    four = Weeks(end - WEEK * FOUR, end)
    here = [post for post in posts if four.start <= post.at < four.end]
    shown = ShownFigure.objects.filter(kind=FigureKind.COMPANY, end__gt=four.start, end__lte=end, posts__isnull=False)
    zone = end.tzinfo
    weeks = frozenset(week_number(one.astimezone(zone) - WEEK) for one in shown.values_list("end", flat=True))
    teams = groups_shown([post.act for post in here], replace(company, weeks_shown=weeks))
    of = {team: [post for post in here if team in company.places.get(post.act.person, ())] for team in teams}
    ShownFigure.objects.bulk_create(
        ShownFigure(
            kind=FigureKind.TEAM,
            start=four.start,
            end=end,
            team_id=team,
            posts=len(own),
            points=sum(post.points for post in own),
        )
        for team, own in of.items()
    )


def _write_stories(week: Weeks, story_ids: Collection[int]) -> None:
    """What the stories of these weeks show to their curators as well."""
    figures = published_figures(list(Item.objects.filter(pk__in=story_ids)), now=week.end)
    ShownFigure.objects.bulk_create(
        ShownFigure(kind=FigureKind.STORY, start=week.start, end=week.end, item_id=story, posts=figure.posts)
        for story, figure in figures.items()
        if figure.posts is not None
    )
