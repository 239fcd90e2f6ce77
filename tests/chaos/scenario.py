"""What a chaos scenario is, and how it is run: the play and its control, each on a stage of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.chaos.stage import Figures, Order, Stage, stage

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """`play` gives figures, `broken` what they fail to show. `control` lacks the rule in question: it must bite.

    A play may name in `not_run`, as sentences, what this machine cannot do.
    """

    key: str
    title: str
    play: Callable[[Order, Stage], Figures]
    broken: Callable[[Order, Result], list[str]]
    control: Callable[[Order, Stage], Figures]
    bites: Callable[[Result], bool]


def run(scenario: Scenario, order: Order) -> Figures:
    """Everything about one scenario, as the one line that is printed."""
    began = time.monotonic()
    with stage(order) as ready:
        played = scenario.play(order, ready)
    with stage(order) as ready:
        control = scenario.control(order, ready)
    bites = scenario.bites(control)
    result: Figures = {"scenario": scenario.key, "title": scenario.title, "not_run": [], **played}
    result |= {"shares": order.shares, "seed": order.seed, "engine": "ours"}
    result["control"] = {**control, "bites": bites}
    result["seconds"] = round(time.monotonic() - began, 1)
    toothless = [] if bites else [f"The control of {scenario.key} breaks nothing: the rig does not bite."]
    return {**result, "broken": scenario.broken(order, result) + toothless}
