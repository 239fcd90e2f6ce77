"""The board: sums of the ledger, ties share a place, named by choice, never zeros (design.md, promises 4 and 10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions.consent import withdraw_consent
from accounts.models import Member
from campaigns.models import PointEntry
from campaigns.period_rules import PeriodKind
from campaigns.selectors.leaderboard import board
from tests.campaigns import world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def give(member: Member, points: int, at: datetime = NOW) -> None:
    cause = f"test:{PointEntry.objects.count()}"
    PointEntry.objects.create(member=member, rule="share_published", cause=cause, points=points, at=at)


def lines(member: Member, kind: PeriodKind = PeriodKind.WEEK) -> list[tuple[int, str, int]]:
    return [(line.place, line.name, line.points) for line in board(member, kind, now=NOW).top]


def test_ties_share_a_place(acme: world.Company) -> None:
    people = {name: world.person(name, named=True) for name in ("Ann", "Ben", "Cid", "Dan")}
    for name, points in {"Ann": 30, "Ben": 20, "Cid": 20, "Dan": 10}.items():
        give(people[name], points)
    assert lines(people["Ann"]) == [(1, "Ann", 30), (2, "Ben", 20), (2, "Cid", 20), (4, "Dan", 10)]


def test_only_people_who_chose_to_be_named_stand_on_it(acme: world.Company) -> None:
    ann, ben = world.person("Ann", named=True), world.person("Ben")
    give(ann, 10)
    give(ben, 50)
    assert lines(ann) == lines(ben) == [(1, "Ann", 10)]
    mine = board(ben, PeriodKind.WEEK, now=NOW).mine
    assert mine is not None
    assert (mine.place, mine.name, mine.points, mine.is_me) == (1, "", 50, True)


def test_the_name_is_gone_with_the_yes(acme: world.Company) -> None:
    ann = world.person("Ann", named=True)
    give(ann, 10)
    withdraw_consent(ann, by=ann, kind="named_on_boards")
    assert lines(ann) == []


def test_zeros_and_other_periods_are_not_shown(acme: world.Company) -> None:
    ann = world.person("Ann", named=True)
    give(ann, 10)
    give(ann, -10)
    ben = world.person("Ben", named=True)
    give(ben, 10, at=NOW - timedelta(days=7))
    assert lines(ann) == []
    assert lines(ann, PeriodKind.MONTH) == [(1, "Ben", 10)]
    assert board(ann, PeriodKind.WEEK, now=NOW).mine is None


def test_the_top_is_ten_and_says_that_the_tie_goes_on(acme: world.Company) -> None:
    people = [world.person(f"P{number:02}", named=True) for number in range(12)]
    for member in people:
        give(member, 10)
    shown = board(people[11], PeriodKind.WEEK, now=NOW)
    assert len(shown.top) == 10
    assert shown.tie_goes_on
    assert shown.mine is not None
    assert (shown.mine.place, shown.mine.name) == (1, "P11")


def test_the_week_begins_on_monday_in_the_companys_zone(acme: world.Company) -> None:
    ann = world.person("Ann", named=True)
    give(ann, 10, at=datetime(2026, 11, 15, 23, 30, tzinfo=UTC))  # Monday, 00:30 in Warsaw
    give(ann, 5, at=datetime(2026, 11, 15, 22, 30, tzinfo=UTC))  # Sunday there
    assert lines(ann) == [(1, "Ann", 10)]


def test_another_company_has_another_board(acme: world.Company) -> None:
    ann = world.person("Ann", named=True)
    give(ann, 10)
    other = world.company("Globex")
    with world.acting_in(other.organization):
        assert lines(other.owner) == []
