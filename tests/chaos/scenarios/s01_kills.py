"""S1: workers are killed with -9 while shares go out and every network misbehaves; one worker is paused as well."""

from __future__ import annotations

import random
import threading
import time

from tests.chaos.cast import Playing, engine, how_many, kill_at_random, pause, playing, resenders
from tests.chaos.promises import always, faults_met, held_with_reason, verdict
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import Figures, Order, Stage, wait_for_rest

PAUSE = 7.0  # seconds one worker is stopped: beyond its lease
MANY_EXTRA, OF_SHARES = 300, 5000  # what the control must show more of at full size; one alone does where few go out


def play(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    with playing(order, ready, engine(number), take_back=order.shares // 25, put_world_aside=True) as scene:
        figures = _under_kills(order, ready, scene)
    return {**verdict(ready), **figures, "workers": number}


def control(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    with playing(order, ready, resenders(number), with_beat=False) as scene:
        figures = _under_kills(order, ready, scene)
    return {
        **verdict(ready, books=False),
        **figures,
        "workers": number,
        "more_than": MANY_EXTRA * (order.shares // OF_SHARES),
    }


def _under_kills(order: Order, ready: Stage, scene: Playing) -> Figures:
    began = time.monotonic()
    kills = kill_at_random(order, ready, scene)
    paused = threading.Thread(target=pause, args=(scene, random.Random(order.seed).choice(scene.workers), PAUSE))
    paused.start()
    unsettled = wait_for_rest(ready)
    paused.join()
    figures = {"kills": kills, "unsettled": unsettled, "published_in": round(time.monotonic() - began, 1)}
    return {**figures, **scene.people()}


def broken(order: Order, result: Result) -> list[str]:
    few = [] if result["kills"] >= order.kills else [f"Only {result['kills']} of {order.kills} kills were done."]
    return [*few, *faults_met(order, result), *always(result), *held_with_reason(order, result)]


def bites(control: Result) -> bool:
    return bool(control["extra"] > control["more_than"])


S1 = Scenario("S1", "workers killed while networks misbehave", play, broken, control, bites, same_world=True)
