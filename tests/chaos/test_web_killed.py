"""The web killed with -9 while people approve: each approval is there as a whole or not at all, and can be repeated."""

from __future__ import annotations

import json

import pytest

from tests.chaos.approvers import play
from tests.chaos.stage import Ground, Order, stage_on


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_an_approval_is_whole_or_absent_wherever_the_web_was_killed(chaos_ground: Ground) -> None:
    order = Order(shares=80, kills=3, seed=1)
    with stage_on(chaos_ground, order) as ready:
        result = play(order, ready)
    told = json.dumps(result)
    assert (result["kills"], result["pressed"]) == (order.kills, order.shares), told
    assert result["unanswered"] >= order.kills, told  # or nobody was at it when it was killed
    assert result["refused"] == [], told
    assert result["half"] == 0, told
    assert result["promised_and_absent"] == 0, told
    assert (result["not_once_in_the_end"], result["unanswered_again"]) == (0, 0), told
