"""S2: Valkey is emptied, stopped, and replaced by an empty one, again and again, while shares go out.

Only Celery workers play, which a wake-up reaches through the broker alone. The minute of outage is scaled to seconds,
unless `--lasts 60` asks for it.
"""

from __future__ import annotations

import time
from dataclasses import replace

from advocacy.local.programs import PYTHON, publish_worker
from advocacy.local.supervisor import Program
from tests.chaos.brokers import Broker
from tests.chaos.cast import SETTINGS, how_many, playing
from tests.chaos.promises import always, faults_met, held_with_reason, verdict
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import Figures, Order, Stage, program, tell, wait_for_rest

OUTAGE = 3.0  # seconds, where nothing else is asked for
CONTROLLED = 6  # losses of the control, short ones: each forgets all that is planned
GRACE = 60.0  # seconds that a share may be late besides the outage


def play(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    workers = tuple(publish_worker(place) for place in range(1, number + 1))
    with Broker(ready.place.folder) as broker:
        ready = _with(ready, broker)
        span, back = _span(order), order.shares // 50
        with playing(order, ready, workers, span=span, take_back=back, put_world_aside=True) as scene:
            done = _lose_again_and_again(order, broker)
            unsettled = wait_for_rest(ready)
            figures = {**done, **scene.people(), "unsettled": unsettled, "workers": number}
        return {**verdict(ready), **figures}


def control(order: Order, ready: Stage) -> Figures:
    order = replace(order, kills=min(order.kills, CONTROLLED), lasts=0.0)
    workers = tuple(Program(f"bound-{n}", (PYTHON, "-m", "tests.chaos.broker_bound"), SETTINGS) for n in (1, 2, 3))
    with Broker(ready.place.folder) as broker:
        ready = _with(ready, broker)
        with playing(order, ready, workers, with_beat=False) as scene:
            loaded = tell(ready, program("tests.chaos.broker_bound", "--load"))
            done = _lose_again_and_again(order, broker)
            time.sleep(OUTAGE)
            figures = {**loaded, **done, **scene.people()}
        return {**verdict(ready, books=False), **figures}


def _with(ready: Stage, broker: Broker) -> Stage:
    return ready.but(REDIS_URL=broker.url, CACHE_URL=broker.url.rsplit("/", 1)[0] + "/1")


def _outage(order: Order) -> float:
    return order.lasts or OUTAGE


def _span(order: Order) -> float:
    """Shares come due during every outage and between them: two losses of three are outages."""
    return max(order.span, order.kills * _outage(order))


def _lose_again_and_again(order: Order, broker: Broker) -> Figures:
    """The three losses in turn, spread over the time in which shares come due."""
    done = {"emptied": 0, "stopped": 0, "replaced": 0}
    outage = _outage(order)
    pause = max(_span(order) / (order.kills + 1) - outage * 2 / 3, 0.2)
    for number in range(order.kills):
        time.sleep(pause)
        what = tuple(done)[number % len(done)]
        if what == "emptied":
            broker.forget()
        else:
            broker.stop()
            time.sleep(outage)
            broker.start(empty=what == "replaced")
        done[what] += 1
    return {"losses": done, "kills": sum(done.values()), "outage": outage}


def broken(order: Order, result: Result) -> list[str]:
    late = result["lateness"].get("p99", 0.0)
    sentences = [] if late <= _outage(order) + GRACE else [f"The 99th of 100 shares came {late} s late."]
    return [*sentences, *faults_met(order, result), *always(result), *held_with_reason(order, result)]


def bites(control: Result) -> bool:
    return bool(control["lost"] > 0)


S2 = Scenario("S2", "Valkey emptied, stopped and replaced", play, broken, control, bites, same_world=True)
