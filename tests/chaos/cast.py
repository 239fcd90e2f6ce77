"""Who plays: the publishing workers, the control's engine, and the people whose shares go out.

They are the product's own programs under its own supervisor; the control's engine alone belongs to the rig.
"""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from advocacy.local.processes import wait_until
from advocacy.local.programs import PYTHON, beat, publish_worker
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.stage import FAULTS, SENDING, Figures, Order, Stage, begin, patiently, program

SETTINGS = {"DJANGO_SETTINGS_MODULE": "advocacy.settings"}
FEW, MANY = 3, 10
MANY_FROM = 2000  # shares


def how_many(order: Order) -> int:
    return MANY if order.shares >= MANY_FROM else FEW


def engine(number: int) -> tuple[Program, ...]:
    """Celery workers, and for each third one the same loop without Celery."""
    alone = max(1, number // 3)
    loops = [Program(f"publish-alone-{n}", (PYTHON, "manage.py", "publish")) for n in range(1, alone + 1)]
    return (*(publish_worker(n) for n in range(1, number - alone + 1)), *loops)


def resenders(number: int) -> tuple[Program, ...]:
    """The control: an ordinary engine that sends again."""
    return tuple(Program(f"resend-{n}", (PYTHON, "-m", "tests.chaos.resend"), SETTINGS) for n in range(1, number + 1))


@dataclass(frozen=True)
class Playing:
    """Programs at work on shares that come due."""

    running: Supervisor
    workers: tuple[str, ...]
    people: Callable[[], Figures]  # waits for their end and gives what they did


@contextmanager
def playing(
    order: Order,
    ready: Stage,
    workers: tuple[Program, ...],
    *,
    with_beat: bool = True,
    take_back: int = 0,
    faults: bool = True,
    people_at: Stage | None = None,
    words: tuple[str, ...] = (),
) -> Iterator[Playing]:
    """Inside the block shares come due. `people_at`: where people reach the installation, if not as the workers do."""
    ready.sandbox.settings(duplicate_seconds=0)  # the networks' own check is no guarantee, and hides what we look for
    if faults:
        ready.sandbox.post("/sandbox/faults", {**FAULTS, "seed": order.seed})
    others = (beat(ready.place),) if with_beat else ()
    with Supervisor((*workers, *others), folder=ready.place.folder / "logs", environment=ready.environment) as running:
        running.start()  # they find nothing to do yet; starting them costs the most
        more = ("--take-back", str(take_back), *words)
        people = begin(people_at or ready, program("tests.chaos.world", *_world(order, ready), *more))
        assert people.stdout is not None
        line = people.stdout.readline()
        assert line, "The people of this run could not be made."
        said = json.loads(line)
        time.sleep(float(said["begin_in"]))

        def ended() -> Figures:
            told: Figures = json.loads(people.communicate()[0].splitlines()[-1])
            return {**told, "made_in": said["made_in"]}

        try:
            yield Playing(running, tuple(worker.name for worker in workers), ended)
        finally:
            with suppress(ProcessLookupError):
                people.kill()


def _world(order: Order, ready: Stage) -> tuple[str, ...]:
    return (
        *("--shares", str(order.shares), "--accounts", str(order.accounts), "--seed", str(order.seed)),
        *("--sandbox", ready.sandbox.base_url, "--span", str(order.span)),
    )


def kill_at_random(order: Order, ready: Stage, scene: Playing) -> int:
    """-9 to one worker after the other, spread over the time in which shares come due."""
    chance = random.Random(order.seed)
    done = 0
    for number in range(order.kills):
        time.sleep(chance.uniform(0.5, 1.5) * order.span / (order.kills + 1))
        name = scene.workers[number % len(scene.workers)]
        scene.running.wait_for_start(name, seconds=15)
        # A kill of idle workers would show nothing.
        wait_until(lambda: (patiently(ready, SENDING) or 0) > 0, seconds=10, every=0.1)
        done += scene.running.kill(name)
    return done


def pause(scene: Playing, name: str, seconds: float) -> bool:
    """Stop a worker in the middle of whatever it does, and let it go on."""
    was_alive = scene.running.kill(name, signal.SIGSTOP)
    time.sleep(seconds)
    scene.running.kill(name, signal.SIGCONT)
    return was_alive
