"""The chaos run and its control, small: workers killed with -9, networks of all three kinds misbehaving."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.judge import Approval, Line, order_breaks, percentiles, same
from tests.chaos.scenario import side_by_side
from tests.chaos.scenarios import SCENARIOS
from tests.chaos.scenarios.s01_kills import S1
from tests.chaos.stage import FAULTS, TIMES, Ground, Order


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_no_post_is_doubled_lost_or_unapproved_and_the_rig_bites_an_engine_that_sends_again(
    chaos_ground: Ground,
) -> None:
    order = Order(shares=300, kills=5, seed=1, within=8.0)
    fewer = Order(shares=120, kills=2, seed=1, within=4.0)  # enough to show many a double
    result, control = side_by_side(chaos_ground, (S1.play, order), (S1.control, fewer))
    assert S1.broken(order, result) == [], json.dumps(result)
    assert S1.bites(control), json.dumps(control)


GOOD: dict[str, Any] = {
    "extra": 0,
    "lost": 0,
    "unapproved": 0,
    "balance": 0,
    "unsettled": 0,
    "early": 0,
    "order_breaks": 0,
    "crossings": 0,
    "held_untold": 0,
    "kills": 5,
    "faults": 30,
    "held": {"opaque": 4, "replay": 1},
    "held_opaque_allowed": 4,
}


@pytest.mark.parametrize(
    "worse",
    [
        {"extra": 1},
        {"lost": 1},
        {"unapproved": 1},
        {"balance": 1},
        {"unsettled": 1},
        {"early": 1},
        {"order_breaks": 1},
        {"crossings": 1},
        {"held_untold": 1},
        {"kills": 4},
        {"faults": 23},
        {"held": {"opaque": 5}, "held_opaque_allowed": 4},
        {"held": {"replay": 4, "look_up": 3}},
    ],
)
def test_every_promise_can_be_broken(worse: dict[str, Any]) -> None:
    order = Order(shares=300, kills=5, seed=1)
    assert S1.broken(order, GOOD) == []
    assert len(S1.broken(order, {**GOOD, **worse})) == 1


def test_the_control_must_show_more_extra_posts_the_larger_the_run() -> None:
    assert S1.bites({"extra": 1, "more_than": 0})
    assert not S1.bites({"extra": 0, "more_than": 0})
    assert not S1.bites({"extra": 300, "more_than": 300})


def test_every_scenario_stands_once_and_in_order() -> None:
    keys = [one.key for one in SCENARIOS]
    assert keys == sorted(set(keys), key=lambda key: int(key[1:]))


def test_the_rig_s_clocks_keep_the_proportion_of_the_product() -> None:
    lease, call = float(TIMES["ENGINE_LEASE"]), float(TIMES["ENGINE_CALL_TIMEOUT"])
    assert lease > call
    assert float(TIMES["ENGINE_SETTLE"]) > float(str(FAULTS["late_seconds"]))
    assert float(str(FAULTS["late_seconds"])) > call  # or nothing would be accepted late


ACCEPTED: Line = {
    "network": "mastodon",
    "account_id": "7",
    "text": "Words",
    "media": [["ab", "A lighthouse"]],
    "card": None,
    "visibility": "public",
    "language": "en",
    "at": "2026-11-24T09:20:05.000000Z",
}
CANONICAL: Line = {
    "network": "mastodon",
    "account_id": "7",
    "text": "Words",
    "media": [{"sha256": "ab", "alt_text": "A lighthouse"}],
    "link": None,
    "visibility": "public",
    "language": "en-GB",
}


@pytest.mark.parametrize(
    "change",
    [
        {"account_id": "8"},
        {"text": "Other words"},
        {"media": []},
        {"media": [["ab", ""]]},
        {"visibility": "unlisted"},
        {"warning": "Politics"},
        {"language": "pl"},
    ],
)
def test_the_judge_sees_every_difference(change: dict[str, Any]) -> None:
    assert same(CANONICAL, ACCEPTED)
    assert not same(CANONICAL, {**ACCEPTED, **change})


def test_the_judge_wants_an_intent_while_the_approval_stood() -> None:
    from datetime import UTC, datetime, timedelta

    due = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
    window, second = (due, due + timedelta(hours=1)), timedelta(seconds=1)

    def covers(ended_at: datetime | None, *intents: datetime) -> bool:
        return Approval(1, CANONICAL, window, ended_at, intents).covers(ACCEPTED)

    assert covers(None, due)
    assert not covers(None)  # nobody decided to send it
    assert not covers(None, due - second)  # before its window
    assert not covers(None, due + 6 * second)  # only after it had arrived
    assert not covers(due + second, due + 2 * second)  # taken back before
    assert covers(due + 3 * second, due + 2 * second)  # taken back too late


def test_the_judge_sees_order_and_lateness() -> None:
    from datetime import UTC, datetime, timedelta

    begin = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
    due = [begin + timedelta(seconds=number) for number in range(3)]

    def arrivals(*places: int, account: str = "7") -> list[tuple[str, datetime, datetime]]:
        return [(account, due[place], begin + timedelta(minutes=number)) for number, place in enumerate(places)]

    assert order_breaks(arrivals(0, 1, 2)) == 0
    assert order_breaks(arrivals(1, 2, 0)) == 1
    assert order_breaks([*arrivals(1), *arrivals(0, account="8")]) == 0
    assert percentiles([4.0, 1.0, 2.0, 3.0]) == {"p50": 3.0, "p95": 4.0, "p99": 4.0, "max": 4.0}
    assert percentiles([]) == {}


def test_the_judge_imports_nothing_of_the_product() -> None:
    source = (Path(__file__).parent / "judge.py").read_text()
    assert not [
        line for line in source.splitlines() if line.startswith(("from tests", "from campaigns", "import django"))
    ]
