"""S5: every wake-up arrives ten times, in disorder, and an hour late; the rows say what is due, so it does no harm.

The same number of shares goes out twice on one stage: first with a broker as it should be, then in the storm, in which
all messages of the first time come back as well.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from advocacy.local.processes import wait_until
from advocacy.local.programs import PYTHON, beat, publish_worker
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.cast import MANY_FROM, SETTINGS
from tests.chaos.crowd import Crowd, crowd
from tests.chaos.promises import always, verdict
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import FAULTS, PATIENCE, RESTING, Figures, Order, Stage, count, patiently, wait_for_rest
from tests.chaos.storm import DELIVERED, SENT, Storm, broker

COPIES = 10
SPREAD = 5.0  # seconds over which the copies of one message arrive
MOST_LOAD = 3.0  # times the transactions without a storm
CALM, STORMY = 0, 1
EACH = 8  # shares of an account, over both times
COUNTED = 1.2  # seconds until PostgreSQL has counted what its connections did
LOAD = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
CARRIED = 30  # shares of the control: it needs few to show that it doubles


def play(order: Order, ready: Stage) -> Figures:
    accounts = max(20, 2 * order.shares // EACH)
    with (
        Storm(ready.environment["REDIS_URL"], seed=order.seed) as storm,
        _at_work(ready, (publish_worker(1), publish_worker(2)), (beat(ready.place),)),
        crowd(ready, order.shares, order.shares, accounts=accounts, seed=order.seed) as people,
    ):
        quiet = _go_out(order, ready, people, CALM)
        storm.breaks(copies=COPIES, spread=SPREAD)
        stormy = _go_out(order, ready, people, STORMY)
        figures = {"made_in": people.made_in, "wake_ups": storm.taken, "delivered": storm.delivered}
    return {
        **verdict(ready),
        **figures,
        "unsettled": quiet["unsettled"] + stormy["unsettled"],
        "load": [quiet["load"], stormy["load"]],
        "load_times": round(stormy["load"] / max(quiet["load"], 1), 2),
        "published_in": [quiet["published_in"], stormy["published_in"]],
    }


def control(order: Order, ready: Stage) -> Figures:
    """An engine whose message carries the share, on the same broker in the same storm."""
    shares = min(order.shares, CARRIED)
    dispatch = Program("dispatch", (PYTHON, "-m", "tests.chaos.carrier"), SETTINGS)
    with (
        Storm(ready.environment["REDIS_URL"], seed=order.seed) as storm,
        _at_work(ready, (_carrier(1), _carrier(2)), (dispatch,)),
        crowd(ready, shares, accounts=shares, seed=order.seed) as people,
    ):
        storm.breaks(copies=COPIES, spread=SPREAD / 2)
        people.forward(CALM, span=2.0)
        wait_until(lambda: storm.delivered >= shares * COPIES and not storm.waiting, seconds=PATIENCE, every=0.1)
        figures = {"delivered": storm.delivered}
    return {**verdict(ready, books=False), **figures, "carried": shares}


def broken(order: Order, result: Result) -> list[str]:
    sentences = always(result)
    if result["delivered"] < COPIES * result["wake_ups"] * 0.8:
        sentences.append(f"Only {result['delivered']} of {COPIES * result['wake_ups']} messages were delivered.")
    if result["accepted"] + sum(result["held"].values()) < 2 * order.shares:
        sentences.append(f"Only {result['accepted']} of {2 * order.shares} shares went out.")
    if result["load_times"] >= MOST_LOAD:
        sentences.append(f"The storm cost {result['load_times']} times the transactions, {MOST_LOAD} is too much.")
    return sentences


def bites(control: Result) -> bool:
    return bool(control["extra"] > control["carried"])


@contextmanager
def _at_work(ready: Stage, workers: tuple[Program, ...], producers: tuple[Program, ...]) -> Iterator[None]:
    """Workers whose broker is the storm's far end, and those who send to its near one."""
    url, folder = ready.environment["REDIS_URL"], ready.place.folder / "logs"
    far = {**ready.environment, "REDIS_URL": broker(url, DELIVERED)}
    near = {**ready.environment, "REDIS_URL": broker(url, SENT)}
    with (
        Supervisor(workers, folder=folder, environment=far) as receiving,
        Supervisor(producers, folder=folder, environment=near) as sending,
    ):
        receiving.start()
        sending.start()
        yield


def _carrier(number: int) -> Program:
    words = ("-A", "tests.chaos.carrier", "worker", "-Q", "publish", "-n", f"carrier-{number}@%h")
    pool = ("--pool", "threads", "--concurrency", "8", "--without-gossip", "--without-mingle")
    return Program(f"carrier-{number}", (PYTHON, "-m", "celery", *words, *pool), SETTINGS)


def _go_out(order: Order, ready: Stage, people: Crowd, wave: int) -> Figures:
    faults = order.shares >= MANY_FROM  # they cost settle times, which a small run has no room for
    ready.sandbox.post("/sandbox/faults", {**FAULTS, "seed": order.seed + wave} if faults else {})
    time.sleep(COUNTED)
    before, began = count(ready, LOAD), time.monotonic()
    people.forward(wave, span=order.span if faults else max(3.0, order.shares / 40))
    wait_until(lambda: patiently(ready, RESTING) == 0, seconds=PATIENCE, every=0.25)
    unsettled = wait_for_rest(ready) if faults else count(ready, RESTING)
    published_in = round(time.monotonic() - began, 1)
    time.sleep(COUNTED)
    return {"load": count(ready, LOAD) - before, "unsettled": unsettled, "published_in": published_in}


S5 = Scenario("S5", "every wake-up ten times, in disorder, an hour late", play, broken, control, bites)
