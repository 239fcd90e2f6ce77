"""What S5, S7, S8 and S10 make of their figures: each promise can be broken alone, and each control must bite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.chaos.scenario import Scenario
from tests.chaos.scenarios.s05_broker import S5
from tests.chaos.scenarios.s07_consent import S7
from tests.chaos.scenarios.s08_tokens import S8
from tests.chaos.scenarios.s10_disaster import S10
from tests.chaos.stage import Order

ORDER = Order(shares=300, kills=0, seed=1)
NEVER = ("extra", "lost", "unapproved", "early", "order_breaks", "crossings", "balance", "unsettled")
CALM: dict[str, Any] = {**dict.fromkeys(NEVER, 0), "held": {}, "held_untold": 0}
GOOD: Mapping[Scenario, dict[str, Any]] = {
    S5: {**CALM, "wake_ups": 100, "delivered": 990, "accepted": 600, "load_times": 1.2},
    S7: {
        **{**CALM, "posts_after_withdrawal": 0, "late_untold": 0, "unclear_answers": 0, "errors": 0},
        **{"public": 150, "proved": 150, "pairs": 300, "in_time": 150, "too_late": 150},
    },
    S8: {
        **{**CALM, "accounts": 75, "timed_out": 4, "refresh_calls": 79, "ended_by_reuse": 0, "dead_grants": 0},
        **{"revoked": 3, "held_reconnect": 12, "of_revoked": 12},
    },
    S10: {
        **{**CALM, "sends_before_release": 0, "staging_calls": 0, "night_wrong": 0, "due_again": 50, "staging_due": 50},
        **{"night_planned": 36, "gaps_refused": 4, "old_workers_alive": 2, "found": 33, "due_askable": 33},
    },
}
WORSE: Mapping[Scenario, list[dict[str, Any]]] = {
    S5: [{"delivered": 700}, {"accepted": 599}, {"load_times": 3.0}],
    S7: [
        *[{name: 1} for name in ("posts_after_withdrawal", "late_untold", "unclear_answers", "errors")],
        *[{"proved": 149}, {"in_time": 14}, {"too_late": 14}],
    ],
    S8: [
        *[
            {"refresh_calls": 86},
            {"refresh_calls": 78},
            {"ended_by_reuse": 1},
            {"dead_grants": 1},
            {"held_reconnect": 11},
            {"held_untold": 1},
        ],
        *[{"timed_out": 0, "refresh_calls": 75}, {"revoked": 0}],
    ],
    S10: [
        *[{name: 1} for name in ("sends_before_release", "staging_calls", "night_wrong", "held_untold")],
        *[{"due_again": 49}, {"staging_due": 49}, {"gaps_refused": 3}, {"old_workers_alive": 0}, {"found": 32}],
    ],
}
CASES = [
    pytest.param(scenario, worse, id=f"{scenario.key}-{'-'.join(worse)}")
    for scenario in GOOD
    for worse in (*WORSE[scenario], *({name: 1} for name in NEVER))
]


@pytest.mark.parametrize(("scenario", "worse"), CASES)
def test_every_promise_can_be_broken(scenario: Scenario, worse: dict[str, Any]) -> None:
    good = GOOD[scenario]
    assert scenario.broken(ORDER, good) == []
    assert len(scenario.broken(ORDER, {**good, **worse})) == 1


def test_each_control_must_show_what_its_rule_prevents() -> None:
    assert S5.bites({"extra": 31, "carried": 30})
    assert not S5.bites({"extra": 30, "carried": 30})
    for scenario, figure in ((S7, "posts_after_withdrawal"), (S8, "dead_grants"), (S10, "extra")):
        assert scenario.bites({figure: 1})
        assert not scenario.bites({figure: 0})
