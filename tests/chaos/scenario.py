"""What a chaos scenario is, and how it is run: the play and its control, each on a stage of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.chaos.stage import Figures, Ground, Order, Stage, ground, stage, stage_on

Result = Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """`play` gives figures, `broken` what they fail to show. `control` lacks the rule in question: it must bite.

    A play may name in `not_run`, as sentences, what this machine cannot do. `same_world`: the play puts aside what it
    made, and the control begins with it.
    """

    key: str
    title: str
    play: Callable[[Order, Stage], Figures]
    broken: Callable[[Order, Result], list[str]]
    control: Callable[[Order, Stage], Figures]
    bites: Callable[[Result], bool]
    same_world: bool = False


def side_by_side(ground: Ground, *acts: tuple[Callable[[Order, Stage], Figures], Order]) -> list[Figures]:
    """Each on a stage of its own at the same time: they wait more than they compute."""

    def one(act: tuple[Callable[[Order, Stage], Figures], Order]) -> Figures:
        played, order = act
        with stage_on(ground, order) as ready:
            return played(order, ready)

    with ThreadPoolExecutor(len(acts)) as stages:
        return list(stages.map(one, acts))


def run(scenario: Scenario, order: Order) -> Figures:
    """Everything about one scenario, as the one line that is printed."""
    began = time.monotonic()
    with ground(keep=order.keep) as servers:
        with stage_on(servers, order) as ready:
            played = scenario.play(order, ready)
        if scenario.same_world:
            with stage_on(servers, order, world=servers.worlds[0]) as ready:
                control = scenario.control(order, ready)
    if not scenario.same_world:
        with stage(order) as ready:
            control = scenario.control(order, ready)
    bites = scenario.bites(control)
    result: Figures = {"scenario": scenario.key, "title": scenario.title, "not_run": [], **played}
    result |= {"shares": order.shares, "seed": order.seed, "engine": "ours"}
    result["control"] = {**control, "bites": bites}
    result["seconds"] = round(time.monotonic() - began, 1)
    toothless = [] if bites else [f"The control of {scenario.key} breaks nothing: the rig does not bite."]
    return {**result, "broken": scenario.broken(order, result) + toothless}
