"""Runs the product under kills: own servers, sandbox networks of all three kinds, real workers under the supervisor.

Nothing of the product is patched. Lease, settle time and late acceptance are small by settings, in the proportion that
design.md §5.7 asks: the settle time is longer than the latest late acceptance and the lease.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from advocacy.local.kept import Kept
from advocacy.local.postgres import cluster_of
from advocacy.local.processes import PROJECT, free_port, wait_until
from advocacy.local.programs import PYTHON, Place, beat, installation_environment, migrate, publish_worker
from advocacy.local.servers import servers
from advocacy.local.supervisor import Program, Supervisor
from tests.integrations.sandbox.rig import SandboxProcess

ENGINES = ("ours", "resend")
FAULTS = {"profile": "stress", "hang_seconds": 4.0, "late_seconds": 2.5, "retry_after": 1}
FAULT_SHARE = 0.08  # of the shares must have met a fault, or the run proves nothing (stress makes 12.5 %)
TIMES = {"ENGINE_CALL_TIMEOUT": "2", "ENGINE_CONNECT_TIMEOUT": "1", "ENGINE_LEASE": "4.5", "ENGINE_SETTLE": "3.5"}
PATIENCE = 150.0  # seconds until everything must have come to rest
PAUSE = 7.0  # seconds one worker is stopped: beyond its lease
SENDING = "SELECT count(*) FROM campaigns_share WHERE state IN ('claimed', 'sending')"
RESTING = "SELECT count(*) FROM campaigns_share WHERE state IN ('scheduled', 'claimed', 'sending', 'unknown')"


@dataclass(frozen=True)
class Order:
    shares: int
    kills: int
    seed: int
    engine: str = "ours"
    keep: bool = False

    @property
    def span(self) -> float:
        """Seconds over which the shares come due."""
        return max(8.0, min(20.0, self.shares / 12))


@dataclass(frozen=True)
class Stage:
    """A running installation, ready to publish."""

    environment: dict[str, str]
    database: str  # as the role that reads everything and writes nothing
    sandbox: SandboxProcess
    place: Place


def run(order: Order) -> dict[str, Any]:
    began = time.monotonic()
    with stage(order) as ready:
        played = play(order, ready)
        verdict = ask_the_judge(ready)
        balance = ask_the_watchdog(ready) if order.engine == "ours" else []
    result = {**verdict, **played, "balance": len(balance), "engine": order.engine, "seed": order.seed}
    result["shares"] = order.shares
    result["seconds"] = round(time.monotonic() - began, 1)
    return {**result, "broken": broken(order, result)}


def broken(order: Order, result: Mapping[str, Any]) -> list[str]:
    """Every promise that this run does not show, in words."""
    sentences = []
    if result["kills"] < order.kills:
        sentences.append(f"Only {result['kills']} of {order.kills} kills were done.")
    if result["faults"] < order.shares * FAULT_SHARE:
        sentences.append(f"Only {result['faults']} faults were injected.")
    if order.engine == "resend":
        return sentences if result["extra"] else [*sentences, "The control shows no extra post: the rig does not bite."]
    sentences += [
        f"{name} is {result[name]}, not 0."
        for name in ("extra", "lost", "unapproved", "balance", "unsettled")
        if result[name]
    ]
    held = result["held"]
    told = held.get("replay", 0) + held.get("look_up", 0)
    if told > 0.02 * order.shares:
        sentences.append(f"{told} shares are held on networks that can be asked.")
    if held.get("opaque", 0) > result["held_opaque_allowed"]:
        sentences.append(
            f"{held['opaque']} shares are held on opaque networks, {result['held_opaque_allowed']} allowed."
        )
    return sentences


# --- the stage ----------------------------------------------------------------------------------


@contextmanager
def stage(order: Order) -> Iterator[Stage]:
    folder = Path(tempfile.mkdtemp(prefix="advocacy-chaos-"))
    with ExitStack() as open_things:
        if order.keep:
            sys.stderr.write(f"Logs: {folder}\n")
        else:
            open_things.callback(shutil.rmtree, folder, ignore_errors=True)
        open_things.enter_context(own_servers_only())
        addresses = open_things.enter_context(servers(folder, durable=False))
        sandbox = open_things.enter_context(SandboxProcess(folder / "sandbox", seed=order.seed, latency_ms=60))
        place = Place(folder, free_port(), sandbox.port)
        environment = {**installation_environment(place, addresses), **TIMES, "LOG_LEVEL": "WARNING"}
        migrate(environment, addresses)
        cluster = cluster_of(Kept(folder / "kept.json"))
        assert cluster is not None
        yield Stage(environment, cluster.backup_url, sandbox, place)


@contextmanager
def own_servers_only() -> Iterator[None]:
    """The addresses of a test run must not be taken for ours: this rig kills what it uses."""
    names = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "CACHE_URL")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(before)


def program(module: str, *words: str) -> list[str]:
    return [PYTHON, "-m", module, *words]


def environment_of(ready: Stage) -> dict[str, str]:
    return {**os.environ, **ready.environment, "DJANGO_SETTINGS_MODULE": "advocacy.settings"}


def tell(ready: Stage, command: list[str], *, check: bool = True) -> dict[str, Any]:
    """Run a program to its end; it answers by its last line."""
    done = subprocess.run(
        command, cwd=PROJECT, env=environment_of(ready), stdout=subprocess.PIPE, text=True, check=check
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


# --- the play -----------------------------------------------------------------------------------


def workers(order: Order, ready: Stage) -> tuple[Program, ...]:
    """Two Celery workers, and the same loop without Celery; or the control, three times."""
    settings = {"DJANGO_SETTINGS_MODULE": "advocacy.settings"}
    if order.engine == "resend":
        return tuple(Program(f"resend-{n}", (PYTHON, "-m", "tests.chaos.resend"), settings) for n in (1, 2, 3))
    return (publish_worker(1), publish_worker(2), Program("publish-alone", (PYTHON, "manage.py", "publish")))


def play(order: Order, ready: Stage) -> dict[str, Any]:
    victims = workers(order, ready)
    others = (beat(ready.place),) if order.engine == "ours" else ()
    ready.sandbox.settings(duplicate_seconds=0)  # the networks' own check is no guarantee, and hides what we look for
    ready.sandbox.post("/sandbox/faults", {**FAULTS, "seed": order.seed})
    with Supervisor((*victims, *others), folder=ready.place.folder / "logs", environment=ready.environment) as running:
        running.start()  # they find nothing to do yet; starting them costs the most
        with people(order, ready) as playing:
            assert playing.stdout is not None
            time.sleep(float(json.loads(playing.stdout.readline())["begin_in"]))
            began = time.monotonic()
            kills = kill_at_random(order, ready, running, [victim.name for victim in victims])
            unsettled = wait_for_rest(ready)
            published_in = time.monotonic() - began
            taken_back = json.loads(playing.communicate()[0])["taken_back"]
    return {"kills": kills, "unsettled": unsettled, "taken_back": taken_back, "published_in": round(published_in, 1)}


def people(order: Order, ready: Stage) -> subprocess.Popen[str]:
    """The program that makes the shares, and in which some are taken back."""
    take_back = order.shares // 25 if order.engine == "ours" else 0
    words = ("--shares", str(order.shares), "--sandbox", ready.sandbox.base_url, "--seed", str(order.seed))
    more = ("--span", str(order.span), "--take-back", str(take_back))
    return subprocess.Popen(
        program("tests.chaos.world", *words, *more),
        cwd=PROJECT,
        env=environment_of(ready),
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_at_random(order: Order, ready: Stage, running: Supervisor, names: list[str]) -> int:
    """-9 to one worker after the other, spread over the time in which shares come due; one pauses beyond its lease."""
    chance = random.Random(order.seed)
    done = 0
    for number in range(order.kills):
        time.sleep(chance.uniform(0.5, 1.5) * order.span / (order.kills + 1))
        name = names[number % len(names)]
        running.wait_for_start(name, seconds=15)
        wait_until(lambda: count(ready, SENDING) > 0, seconds=10)  # a kill of idle workers would show nothing
        done += running.kill(name)
    paused = chance.choice(names)
    running.kill(paused, signal.SIGSTOP)
    time.sleep(PAUSE)
    running.kill(paused, signal.SIGCONT)
    return done


def wait_for_rest(ready: Stage) -> int:
    """Until no share is on its way; answers how many still are when patience ends."""
    wait_until(lambda: count(ready, RESTING) == 0, seconds=PATIENCE, every=0.25)
    time.sleep(float(str(FAULTS["late_seconds"])) + 0.5)  # the last late acceptance
    return count(ready, RESTING)


def count(ready: Stage, question: str) -> int:
    with closing(psycopg2.connect(ready.database)) as connection, connection.cursor() as cursor:
        cursor.execute(question)
        ((number,),) = cursor.fetchall()
    return int(number)


# --- what came of it ----------------------------------------------------------------------------


def ask_the_judge(ready: Stage) -> dict[str, Any]:
    return tell(
        ready, program("tests.chaos.judge", "--sandbox", str(ready.sandbox.folder), "--database", ready.database)
    )


def ask_the_watchdog(ready: Stage) -> list[Any]:
    """The product's own books, by its own program."""
    said: list[Any] = tell(ready, [PYTHON, "manage.py", "watchdog", "--once"], check=False)["balance"]
    return said
