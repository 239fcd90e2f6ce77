"""How long a share waits after a network surely did not take it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from campaigns.patience_rules import LONGEST, SHORTEST, is_too_often, wait_after

NOTHING = timedelta()


@pytest.mark.parametrize("dice", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("rejections", [1, 2, 5, 50])
@pytest.mark.parametrize("named", [NOTHING, timedelta(seconds=1), timedelta(minutes=20), timedelta(hours=24)])
def test_never_sooner_than_the_network_said_and_never_at_once(named: timedelta, rejections: int, dice: float) -> None:
    wait = wait_after(named, rejections=rejections, dice=dice)
    assert wait >= named
    assert wait >= min(SHORTEST, named or SHORTEST)
    assert wait <= max(LONGEST, named * 1.1)


def test_without_a_word_it_grows_from_seconds_to_minutes() -> None:
    longest = [wait_after(NOTHING, rejections=number, dice=1.0).total_seconds() for number in range(1, 6)]
    shortest = [wait_after(NOTHING, rejections=number, dice=0.0).total_seconds() for number in range(1, 6)]
    assert (longest, shortest) == ([20, 80, 300, 300, 300], [5] * 5)


def test_a_network_that_says_one_second_for_ever_is_not_asked_every_second() -> None:
    one = timedelta(seconds=1)
    assert wait_after(one, rejections=1, dice=1.0) == timedelta(seconds=1.1)
    assert wait_after(one, rejections=3, dice=1.0) == LONGEST


def test_after_five_the_person_decides() -> None:
    assert [is_too_often(number) for number in (0, 4, 5, 6)] == [False, False, True, True]
