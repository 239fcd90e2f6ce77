"""The small form of S5, a broker gone mad, beside an engine that would not stand it."""

from __future__ import annotations

import json

import pytest

from tests.chaos.scenario import side_by_side
from tests.chaos.scenarios.s05_broker import S5
from tests.chaos.stage import Ground, Order


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_wake_ups_in_disorder_do_no_harm_unless_the_message_carries_the_share(chaos_ground: Ground) -> None:
    order = Order(shares=60, kills=0, seed=1)
    fewer = Order(shares=15, kills=0, seed=1)  # each of them comes ten times
    result, control = side_by_side(chaos_ground, (S5.play, order), (S5.control, fewer))
    assert S5.broken(order, result) == [], json.dumps(result)
    assert S5.bites(control), json.dumps(control)
