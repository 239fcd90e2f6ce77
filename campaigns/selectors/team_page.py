"""The manager's page, read from the figures that were let out (`actions/figures.py`): it counts nothing itself.

Who is not in a figure is nowhere here: no list of a team's people, no size, no rate, nothing that says who takes part.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.models import Member, Team
from accounts.roles import Right, may
from accounts.selectors.audience_size import figures_until
from accounts.selectors.organization import settings_of
from campaigns.figure_weeks import Weeks, fours_over
from campaigns.models import Activity, FigureKind, Item, ShownFigure
from campaigns.period_rules import PeriodKind
from campaigns.selectors.leaderboard import Board, board

WEEKS_SHOWN = 8
TEAMS_SHOWN = 50
STORIES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class WeekLine:
    """`posts` is None where too few people posted, and nothing is said about how many."""

    weeks: Weeks
    posts: int | None
    points: int | None


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One team's newest four weeks; without `posts` it is too small to show, or was quiet: both look alike."""

    team: Team
    posts: int | None
    points: int | None


@dataclass(frozen=True, slots=True)
class StoryLine:
    item: Item
    posts: int


@dataclass(frozen=True, slots=True)
class TeamPage:
    company: tuple[WeekLine, ...]
    teams: tuple[TeamLine, ...]
    four_weeks: Weeks
    stories: tuple[StoryLine, ...]
    board: Board
    sees_every_team: bool
    zone: ZoneInfo  # the company's, in which its weeks begin

    @property
    def shows_company(self) -> bool:
        return any(line.posts is not None for line in self.company)


def team_page(member: Member, *, now: datetime) -> TeamPage:
    zone = ZoneInfo(settings_of().time_zone)
    four = fours_over(figures_until(now.astimezone(zone)))
    return TeamPage(
        company=_company(zone),
        teams=_teams(member, four),
        four_weeks=four,
        stories=_stories(),
        board=board(member, PeriodKind.MONTH, now=now),
        sees_every_team=may(member.role, Right.RUN_PROGRAMME),
        zone=zone,
    )


def _company(zone: ZoneInfo) -> tuple[WeekLine, ...]:
    """The newest week first."""
    rows = ShownFigure.objects.filter(kind=FigureKind.COMPANY).order_by("-end")[:WEEKS_SHOWN]
    return tuple(
        WeekLine(Weeks(row.start.astimezone(zone), row.end.astimezone(zone)), row.posts, row.points) for row in rows
    )


def _teams(member: Member, four: Weeks) -> tuple[TeamLine, ...]:
    """Those this manager leads, each with or without a figure; for who runs the programme, those that have one.

    A list of all teams would show at a glance which are small, and nobody leads them all.
    """
    figures = ShownFigure.objects.filter(kind=FigureKind.TEAM, end=four.end).select_related("team")
    if may(member.role, Right.RUN_PROGRAMME):
        shown = figures.order_by("team__name")[:TEAMS_SHOWN]
        return tuple(TeamLine(row.team, row.posts, row.points) for row in shown if row.team is not None)
    led = list(Team.objects.filter(places__member=member, places__leads=True).order_by("name")[:TEAMS_SHOWN])
    of = {row.team_id: row for row in figures.filter(team__in=led)}
    return tuple(_line(team, of.get(team.pk)) for team in led)


def _line(team: Team, row: ShownFigure | None) -> TeamLine:
    return TeamLine(team, row.posts if row else None, row.points if row else None)


def _stories() -> tuple[StoryLine, ...]:
    """Of the stories that were posted lately, those that most people told. A like or a follow tells none."""
    figures = ShownFigure.objects.filter(kind=FigureKind.STORY, item__asks=Activity.SHARE)
    newest = figures.order_by("-end").values("end")[:1]
    rows = figures.filter(end=newest).select_related("item").order_by("-posts", "item_id")[:STORIES_SHOWN]
    return tuple(StoryLine(row.item, row.posts) for row in rows if row.item is not None and row.posts is not None)
