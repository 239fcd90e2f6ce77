"""Figures are written once, when their weeks are over, and nothing that happens afterwards moves them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.actions.teams import put_in_team, take_out_of_team
from accounts.models import Member, OrganizationSettings, Team, TeamMember
from accounts.selectors.consent import takes_part
from campaigns.actions.figures import let_out_figures
from campaigns.actions.own_posts import write_own_post
from campaigns.models import Evidence, FigureKind, Share, ShareState, ShownFigure
from tests.campaigns import world
from tests.campaigns.posted_weeks import MONDAY, Posted, on, people, posts


def _teams() -> dict[str, tuple[int | None, int | None]]:
    rows = ShownFigure.objects.filter(kind=FigureKind.TEAM).select_related("team").order_by("team__name")
    return {row.team.name: (row.posts, row.points) for row in rows if row.team is not None}


def _weeks() -> list[int | None]:
    return list(ShownFigure.objects.filter(kind=FigureKind.COMPANY).order_by("end").values_list("posts", flat=True))


def test_weeks_and_fours_that_are_over_are_written_once(acme: world.Company) -> None:
    Posted(acme)
    with on(MONDAY):
        assert let_out_figures(by=None) == 8
        assert let_out_figures(by=None) == 0
    assert _weeks() == [None] * 4 + [42] * 4
    assert _teams() == {"Sales": (84, 840), "Workshop": (84, 840)}
    newest = ShownFigure.objects.filter(kind=FigureKind.COMPANY).order_by("-end")[0]
    assert newest.end.isoformat() == "2026-11-29T23:00:00+00:00"  # Monday, 00:00 in Warsaw


def test_what_people_write_of_their_own_stands_in_no_figure(acme: world.Company) -> None:
    made = Posted(acme)
    with on(MONDAY - timedelta(weeks=9)):
        own = [write_own_post(by=member).item for member in made.sellers]
    for member, story in zip(made.sellers, own, strict=True):
        posts([member], [story], weeks_ago=1)
    with on(MONDAY):
        let_out_figures(by=None)
    assert _weeks() == [None] * 4 + [42] * 4
    assert _teams() == {"Sales": (84, 840), "Workshop": (84, 840)}
    assert not ShownFigure.objects.filter(item__in=own).exists()


def test_the_present_week_is_not_counted(acme: world.Company) -> None:
    made = Posted(acme)
    posts(made.sellers, made.stories, weeks_ago=0)
    with on(MONDAY + timedelta(days=6)):
        let_out_figures(by=None)
    assert sum(number or 0 for number in _weeks()) == 168
    with on(MONDAY + timedelta(days=7)):
        assert let_out_figures(by=None) == 1
    assert _teams() == {"Sales": (84, 840), "Workshop": (84, 840)}


def test_who_comes_and_goes_moves_no_figure(acme: world.Company) -> None:
    """Put somebody in a team, and look again: the oldest trick."""
    made = Posted(acme)
    with on(MONDAY):
        let_out_figures(by=None)
    before = list(ShownFigure.objects.order_by("pk").values())
    put_in_team(made.sales, by=acme.owner, member=made.builders[0])
    take_out_of_team(made.sales, by=acme.owner, member=made.sellers[0])
    Member.objects.filter(pk=made.sellers[1].pk).update(left_at=MONDAY)
    Share.objects.filter(member=made.sellers[2]).update(network="practice")
    with on(MONDAY + timedelta(days=1)):
        assert let_out_figures(by=None) == 0
    OrganizationSettings.objects.update(time_zone="Asia/Shanghai")
    with on(MONDAY + timedelta(days=2)):
        assert let_out_figures(by=None) == 0
    assert list(ShownFigure.objects.order_by("pk").values()) == before


def test_four_people_are_a_week_without_a_figure_and_so_is_a_small_company(acme: world.Company) -> None:
    made = Posted(acme)
    Share.objects.exclude(member__in=[*made.sellers[:2], *made.builders[:2]]).update(network="practice")
    with on(MONDAY):
        let_out_figures(by=None)
    assert set(_weeks()) == {None}
    assert _teams() == {}


def test_nine_participants_have_totals_and_no_teams(acme: world.Company) -> None:
    team = Team.objects.create(name="Sales")
    made = people(9, team=team)
    posts(made[:7], [world.item(acme.owner, title=f"Story {number}") for number in range(7)], weeks_ago=1)
    with on(MONDAY):
        let_out_figures(by=None)
    assert _weeks()[-1] == 49
    assert _teams() == {}


@pytest.mark.parametrize("uncounted", [{"network": "practice"}, {"state": ShareState.FAILED, "published_at": None}])
def test_only_what_went_out_in_public_counts(acme: world.Company, uncounted: dict[str, object]) -> None:
    made = Posted(acme)
    Share.objects.filter(member=made.sellers[0]).update(**uncounted)
    with on(MONDAY):
        let_out_figures(by=None)
    assert _weeks()[-4:] == [39] * 4
    assert _teams() == {"Sales": (72, 720), "Workshop": (84, 840)}


def test_what_people_told_is_not_counted_and_cannot_be_told_apart(acme: world.Company) -> None:
    """The stories' own figures hold it: minus the company's weeks it would be one person's."""
    made = Posted(acme)
    Share.objects.filter(member=made.sellers[0]).update(evidence=Evidence.TOLD)
    with on(MONDAY):
        let_out_figures(by=None)
    assert _weeks()[-4:] == [None] * 4
    assert _teams() == {"Sales": (72, 720), "Workshop": (84, 840)}


def test_a_post_taken_down_stays_in(acme: world.Company) -> None:
    made = Posted(acme)
    Share.objects.filter(member=made.sellers[0]).update(**{"state": ShareState.TAKEN_DOWN})
    with on(MONDAY):
        let_out_figures(by=None)
    assert _teams()["Sales"] == (84, 840)


def test_who_begins_today_changes_nothing_before_the_week_is_over(acme: world.Company) -> None:
    """Nine took part all the time; the tenth says yes on Monday morning, before the figures are written."""
    team = Team.objects.create(name="Sales")
    made = people(9, team=team)
    posts(made[:7], [world.item(acme.owner, title=f"Story {number}") for number in range(7)], weeks_ago=1)
    TeamMember.objects.create(team=team, member=acme.owner)
    with on(MONDAY):
        late = world.person("Late")
        TeamMember.objects.create(team=team, member=late)
        assert takes_part(late)
        let_out_figures(by=None)
    assert (_weeks()[-1], _teams()) == (49, {})
