"""The rule of the circuits alone: when it opens, how it probes, how it begins again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from integrations.breaker_rules import GENTLE, LONGEST_PAUSE, Calls, Circuit, CircuitState, heard, pause, rate

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
OPEN = Circuit(state=CircuitState.OPEN, since=NOON, retry_at=NOON, steady_rate=5.0)


def after(circuit: Circuit, *news: Calls, every: timedelta = timedelta(seconds=1), dice: float = 0.5) -> Circuit:
    for number, calls in zip(count(), news, strict=False):
        circuit = heard(circuit, calls, now=NOON + number * every, dice=dice)
    return circuit


@pytest.mark.parametrize(
    ("news", "state"),
    [
        ([Calls(10, 5)], "open"),
        ([Calls(10, 4)], "closed"),
        ([Calls(9, 9)], "closed"),  # too few to conclude anything
        ([Calls(4, 2)] * 3, "open"),  # over a minute, not over one piece of news
        ([Calls(1000, 400), Calls(50, 50)], "closed"),
    ],
)
def test_it_opens_at_half_of_enough_calls(news: list[Calls], state: str) -> None:
    assert after(Circuit(), *news).state == state


def test_what_is_older_than_a_minute_does_not_count() -> None:
    failing = [Calls(4, 4), Calls(), Calls(4, 4), Calls()] * 3
    assert after(Circuit(), *failing, every=timedelta(seconds=40)).state == "closed"
    assert after(Circuit(), *failing, every=timedelta(seconds=5)).state == "open"


def test_an_open_circuit_is_left_by_an_answer_alone() -> None:
    assert after(OPEN, Calls(3, 3)) == replace(OPEN, recent={int(NOON.timestamp()) // 5: Calls(3, 3)})
    assert after(OPEN, Calls(1, 0)).state == "recovering"
    assert after(OPEN, Calls(4, 2)).state == "open"  # stragglers from before, not the server's return


def test_half_an_hour_of_silence_costs_few_probes() -> None:
    """Whoever sends a probe counts it and sets the next; all of it together is far below two calls a second."""
    for dice in (0.0, 0.5, 1.0):
        moment, pauses = NOON, 0
        while moment < NOON + timedelta(minutes=30):
            moment += pause(pauses, dice=dice)
            pauses += 1
        assert 30 <= pauses <= 70
    assert pause(50, dice=1.0) == LONGEST_PAUSE
    assert [pause(number, dice=1.0).seconds for number in range(5)] == [5, 10, 20, 40, 60]
    assert pause(0, dice=0.0) < pause(0, dice=1.0)


def test_it_returns_at_little_more_than_its_steady_rate_and_then_faster() -> None:
    back = after(OPEN, Calls(1, 0))
    assert [rate(back, now=NOON + timedelta(seconds=seconds)) for seconds in (0, 60, 120)] == [6.25, 6.25, 6.25]
    assert rate(back, now=NOON + GENTLE + timedelta(seconds=30)) == 12.5
    assert rate(replace(back, steady_rate=0.1), now=NOON) == 1.25  # it was hardly used: not slower than this


def test_it_closes_when_nothing_is_left_to_hold_back() -> None:
    back = after(OPEN, Calls(1, 0))
    early = heard(back, Calls(5, 0), now=NOON + GENTLE, dice=0.5)
    late = heard(early, Calls(5, 0), now=NOON + GENTLE + timedelta(minutes=3), dice=0.5)
    assert (early.state, late.state, late.pauses) == ("recovering", "closed", 0)


def test_a_server_that_falls_again_is_believed_sooner_and_left_alone_longer() -> None:
    back = after(replace(OPEN, pauses=3), Calls(1, 0))
    again = heard(back, Calls(4, 3), now=NOON + timedelta(seconds=3), dice=1.0)
    assert (again.state, again.pauses, again.steady_rate) == ("open", 4, 5.0)
    assert again.retry_at == NOON + timedelta(seconds=3) + LONGEST_PAUSE
