"""Who plays: the publishing workers, the control's engine, and the people whose shares go out.

They are the product's own programs under its own supervisor; the control's engine alone belongs to the rig.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from advocacy.local.processes import wait_until
from advocacy.local.programs import PYTHON, beat, publish_worker
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.stage import FAULTS, SENDING, Figures, Order, Stage, begin, patiently, program, put_aside, rows

SETTINGS = {"DJANGO_SETTINGS_MODULE": "advocacy.settings"}
FEW, MANY = 3, 10
MANY_FROM = 2000  # shares
CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'advocacy_app' AND datname = current_database()"


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
    span: float = 0.0,
    words: tuple[str, ...] = (),
    put_world_aside: bool = False,
) -> Iterator[Playing]:
    """Inside the block shares come due. `words` are more of those that `tests.chaos.world` understands."""
    ready.sandbox.settings(duplicate_seconds=0)  # the networks' own check is no guarantee, and hides what we look for
    if faults:
        ready.sandbox.post("/sandbox/faults", {**FAULTS, "seed": order.seed})
    others = (beat(ready.place),) if with_beat else ()
    more = ("--span", str(span or order.span), "--take-back", str(take_back), *words)
    people = begin(ready, program("tests.chaos.world", *_world(order, ready), *more))
    programs = Supervisor((*workers, *others), folder=ready.place.folder / "logs", environment=ready.environment)
    try:
        made = _said(people)  # before the workers start: making shares wants the whole machine
        begins = made.pop("begin")
        if put_world_aside:
            put_aside(ready, begins)
        with programs as running:
            running.start()
            wait_until(lambda: _at_work(ready) >= len(workers), seconds=30, every=0.25)
            time.sleep(float(_said(people, "begin")["begin_in"]))
            yield Playing(running, tuple(one.name for one in workers), lambda: {**made, **_said(people)})
    finally:
        people.kill()
        people.communicate()


def _said(people: subprocess.Popen[str], word: str = "") -> Figures:
    """Their next line, after a word of ours where they wait for one."""
    assert people.stdin is not None
    assert people.stdout is not None
    if word:
        people.stdin.write(word + "\n")
        people.stdin.flush()
    line = people.stdout.readline()
    assert line, "The people of this run stopped; why stands above."
    said: Figures = json.loads(line)
    return said


def _at_work(ready: Stage) -> int:
    """Programs that have reached the database; the people let go of it before they wait for us."""
    ((number,),) = rows(ready.superuser, CONNECTED)
    return int(number)


def _world(order: Order, ready: Stage) -> tuple[str, ...]:
    return (
        *("--shares", str(order.shares), "--accounts", str(order.accounts), "--seed", str(order.seed)),
        *("--sandbox", ready.sandbox.base_url),
        *(("--made", ready.world.begin) if ready.world else ()),
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
