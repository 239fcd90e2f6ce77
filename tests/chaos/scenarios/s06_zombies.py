"""S6: workers are paused beyond their lease and wake up as zombies; the clocks of half of them jump by ten minutes.

The lease is 3 seconds here. Half of the pauses are 5 to 7 seconds; the others outlast lease and settle time together,
so that a zombie meets a share that has moved on. The control has a lease, and neither fence nor settling.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from advocacy.local.processes import wait_until
from advocacy.local.supervisor import Program
from tests.chaos.cast import Playing, engine, how_many, pause, playing, resenders
from tests.chaos.clocks import library, set_clock, with_clock
from tests.chaos.promises import always, faults_met, held_with_reason, verdict
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import NO_HURRY, SENDING, Figures, Order, Stage, count, patiently, wait_for_rest

TIMES = {"ENGINE_LEASE": "3", "ENGINE_CALL_TIMEOUT": "1.5", "ENGINE_SETTLE": "5", "LOG_LEVEL": "INFO"}
SHORT, LONG = (5.0, 7.0), (14.0, 16.0)  # seconds
JUMPS = ("+600s", "-600s")
LEASES_OVER = "SELECT count(*) FROM campaigns_sharemove WHERE because = 'lease_over'"
LATE_PROOFS = "SELECT count(*) FROM campaigns_sharemove WHERE because = 'late_answer'"
REFUSAL = "The clocks of this machine and of the database are"
NO_CLOCKS = "clocks that jump: this machine has no libfaketime (Debian's package faketime)"
NO_MACHINE = "pausing a whole virtual machine: the rig runs inside one"


def play(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    ready = ready.but(**TIMES)
    folder = ready.place.folder
    clocks = [folder / f"clock-{place}" for place in range(number // 2)] if library() else []
    workers = _with_clocks(engine(number), clocks)
    with playing(order, ready, workers, take_back=order.shares // 50, put_world_aside=True) as scene:
        threading.Timer(order.span / 3, _jump, [clocks]).start()
        paused = _pause_at_random(order, ready, scene)
        unsettled = wait_for_rest(ready, patience=NO_HURRY)
        figures = {**paused, **scene.people(), "unsettled": unsettled, "workers": number}
    figures |= {"stale_rejected": _events(folder, "stale_answer"), "clocks_wrong": len(clocks)}
    figures |= {"leases_over": count(ready, LEASES_OVER), "late_proofs": count(ready, LATE_PROOFS)}
    figures |= {"refused_wrong_clock": _refusals(folder)}
    return {**verdict(ready), **figures, "not_run": [NO_MACHINE, *([] if clocks else [NO_CLOCKS])]}


def control(order: Order, ready: Stage) -> Figures:
    """Without other faults: every extra post is one of a zombie's."""
    with playing(order, ready, resenders(how_many(order)), with_beat=False, faults=False) as scene:
        paused = _pause_at_random(order, ready, scene)
        unsettled = wait_for_rest(ready)
        figures = {**paused, **scene.people(), "unsettled": unsettled}
    return {**verdict(ready, books=False), **figures}


def _with_clocks(workers: Sequence[Program], clocks: Sequence[Path]) -> tuple[Program, ...]:
    wrong = [with_clock(worker, clock) for worker, clock in zip(workers[1::2], clocks, strict=False)]
    right = [worker for worker in workers if worker.name not in {one.name for one in wrong}]
    return (*right, *wrong)


def _jump(clocks: Sequence[Path]) -> None:
    for place, clock in enumerate(clocks):
        set_clock(clock, JUMPS[place % 2])


def _pause_at_random(order: Order, ready: Stage, scene: Playing) -> Figures:
    """So many pauses side by side, begun evenly over the time in which shares come due; one at a time of a worker."""
    chance = random.Random(order.seed)
    pauses: list[threading.Thread] = []
    free = {name: threading.Lock() for name in scene.workers}
    done: list[bool] = []

    def one(name: str, seconds: float) -> None:
        with free[name]:
            # A worker whose clock was found wrong is being started anew: the pause waits for it.
            done.append(wait_until(lambda: pause(scene, name, seconds), seconds=30, every=0.5))

    for number in range(order.kills):
        time.sleep(order.span / (order.kills + 1))
        wait_until(lambda: (patiently(ready, SENDING) or 0) > 0, seconds=10, every=0.1)
        seconds = chance.uniform(*(LONG if number % 2 else SHORT))
        awake = [name for name, lock in free.items() if not lock.locked()]
        pauses.append(threading.Thread(target=one, args=(chance.choice(awake or list(free)), seconds)))
        pauses[-1].start()
    for thread in pauses:
        thread.join()
    return {"kills": sum(done), "pauses": sum(done)}


def _events(folder: Path, event: str) -> int:
    """How often workers logged it."""
    logs = (folder / "logs").glob("*.log")
    return sum(f'"{event}"' in line for log in logs for line in log.read_text(errors="replace").splitlines())


def _refusals(folder: Path) -> int:
    """Starts that a worker refused because its clock was wrong."""
    logs = (folder / "logs").glob("*.log")
    return sum(REFUSAL in line for log in logs for line in log.read_text(errors="replace").splitlines())


def broken(order: Order, result: Result) -> list[str]:
    sentences = (
        [] if result["pauses"] >= order.kills else [f"Only {result['pauses']} of {order.kills} pauses were made."]
    )
    if not result["leases_over"]:
        sentences.append("No lease ran out: no worker was a zombie.")
    if not result["stale_rejected"] + result["late_proofs"]:
        sentences.append("No stale answer came: the fence was not tried.")
    return [*sentences, *faults_met(order, result), *always(result), *held_with_reason(order, result)]


def bites(control: Result) -> bool:
    return bool(control["extra"] > 0)


S6 = Scenario(
    "S6", "workers paused beyond their lease, clocks that jump", play, broken, control, bites, same_world=True
)
