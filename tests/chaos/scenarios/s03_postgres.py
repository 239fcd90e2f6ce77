"""S3: backends die, PostgreSQL restarts, a standby is promoted in its place, and its disk fills, while shares go out.

The play waits for a synchronous standby at every commit, so a promotion loses nothing. The control's standby lags by
two seconds and is not waited for: intents that led to a post are lost with the primary, and the judge must see it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from advocacy.local.processes import wait_until
from tests.chaos.cast import Playing, engine, how_many, playing
from tests.chaos.databases import (
    NO_SMALL_DISK,
    NO_STANDBY,
    Server,
    can_replicate,
    fill,
    follow,
    promote,
    size_of,
    small_disk,
    standby_of,
    taken_over,
)
from tests.chaos.promises import always, faults_met, held_with_reason, verdict
from tests.chaos.proxy import Calls, Proxy
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import (
    NO_HURRY,
    SENDING,
    Figures,
    Order,
    Stage,
    count,
    execute,
    on_port,
    patiently,
    rows,
    wait_for_rest,
)

LAG = 2.0  # seconds the control's standby is behind
FULL = 4.0  # seconds a disk stays full
RESUMES = 30.0  # seconds after which shares must go out again
SECONDS_EACH = 25.0  # for one of each fault
MOSTLY = 0.75  # of the faults must have found shares on their way
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE usename = 'advocacy_app'"
NO_SPACE = "No space left on device"
TO_UNKNOWN = "SELECT count(*) FROM campaigns_sharemove WHERE to_state = 'unknown'"
PUBLISHED = "SELECT count(*) FROM campaigns_share WHERE state = 'published'"
CHOSEN = ("backends", "restarts", "promotions", "full_disks")


@dataclass
class Theatre:
    """The primary of the moment behind its proxy, and what was done to it."""

    primary: Server
    proxy: Proxy
    home: Path
    ready: Stage
    done: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHOSEN, 0))
    standbys: int = 0
    resumed_in: list[float] = field(default_factory=list)
    worker_exits: int = 0  # while a disk was full
    refused_writes: int = 0  # as the server's log tells
    met: int = 0  # faults that found shares on their way
    not_run: list[str] = field(default_factory=list)

    def meet_work(self) -> None:
        """A fault among idle programs would show nothing."""
        self.met += wait_until(lambda: (patiently(self.ready, SENDING) or 0) > 0, seconds=10, every=0.1)


@contextmanager
def theatre(ready: Stage) -> Iterator[Theatre]:
    """A stage whose programs reach PostgreSQL through a proxy, and whose commits are on disk before they answer."""
    primary = taken_over(ready.ground)
    name = urlsplit(ready.superuser).path[1:]
    # The ground forgets on purpose, to be fast; an intent must outlive a crash, here as in a real installation.
    execute(ready.superuser, f"ALTER DATABASE {name} SET synchronous_commit = 'remote_apply'")
    with Proxy(primary.port) as proxy:
        through = ready.but(
            database=on_port(ready.database, proxy.port),
            superuser=on_port(ready.superuser, proxy.port),
            DATABASE_URL=on_port(ready.environment["DATABASE_URL"], proxy.port),
        )
        at = Theatre(primary, proxy, primary.data.parent, through)
        try:
            yield at
        finally:
            at.primary.end(signal.SIGQUIT)


def play(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    span = max(order.span, SECONDS_EACH * order.kills)
    with ExitStack() as disks, theatre(ready) as at:
        with playing(order, at.ready, engine(number), span=span) as scene:
            for _ in range(order.kills):
                kill_backends(at)
                restart(at)
            for _ in range(order.kills):
                fail_over(at, at.home / f"standby-{at.standbys}", synchronous=True)
            fill_disks(order, at, scene, disks)
            unsettled = wait_for_rest(at.ready, patience=NO_HURRY)
        figures: Figures = {**at.done, "kills": sum(at.done.values()), "workers": number, "unsettled": unsettled}
        figures |= {"met": at.met, "worker_exits": at.worker_exits, "refused_writes": at.refused_writes}
        figures |= {"resumed_in": at.resumed_in, "not_run": at.not_run, "to_unknown": count(at.ready, TO_UNKNOWN)}
        return {**verdict(at.ready), **figures}


def control(order: Order, ready: Stage) -> Figures:
    number = how_many(order)
    times = max(2, order.kills // 3)
    with theatre(ready) as at:
        with playing(order, at.ready, engine(number), span=max(order.span, SECONDS_EACH / 2 * times)):
            for _ in range(times):
                fail_over(at, at.home / f"standby-{at.standbys}", synchronous=False)
            unsettled = wait_for_rest(at.ready)
        told = verdict(at.ready, books=False)
        lost = {"intents_lost": told["without_intent"], "to_unknown": count(at.ready, TO_UNKNOWN)}
        return {**told, **at.done, **lost, "lag": LAG, "unsettled": unsettled}


# --- what is done to it ---------------------------------------------------------------------------


def _back(at: Theatre) -> None:
    assert wait_until(lambda: patiently(at.ready, SENDING) is not None, seconds=60, every=0.1)


def kill_backends(at: Theatre) -> None:
    """All by a word of the server's; each second time one by -9, upon which the server throws out everybody."""
    at.meet_work()
    pids = [pid for (pid,) in rows(at.primary.superuser, BACKENDS)]
    if at.done["backends"] % 2 and pids:
        os.kill(pids[0], signal.SIGKILL)
    else:
        execute(at.primary.superuser, f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) AS backend")
    at.done["backends"] += 1
    _back(at)


def restart(at: Theatre) -> None:
    """In turn as a crash and in order."""
    at.meet_work()
    at.primary.end(signal.SIGINT if at.done["restarts"] % 2 else signal.SIGQUIT)
    at.primary.start()
    at.done["restarts"] += 1
    _back(at)


def fail_over(at: Theatre, data: Path, *, synchronous: bool) -> None:
    """The primary is cut off and crashes; its standby takes its place. What was on its way to the standby is lost."""
    if not can_replicate(at.primary):
        at.not_run = [NO_STANDBY]
        return
    with Proxy(at.primary.port) as line:
        standby = standby_of(at.primary, data, through=line.port)
        follow(at.primary, standby, synchronous=synchronous)
        if not synchronous:
            line.down.delay = LAG
            time.sleep(LAG + 1)
        at.meet_work()
        line.black_out(Calls.REFUSE)
        line.cut()
        at.proxy.treat(Calls.REFUSE)
        at.proxy.cut()
        at.primary.remove()
        promote(standby)
    at.primary, at.standbys = standby, at.standbys + 1
    at.proxy.redirect(standby.port)
    at.proxy.mend()
    at.done["promotions"] += 1
    _back(at)


def fill_disks(order: Order, at: Theatre, scene: Playing, disks: ExitStack) -> None:
    """Move to a small disk by one more promotion, and fill that again and again."""
    used = size_of(at.primary.data)
    disk = disks.enter_context(small_disk(at.home / "small", bytes_used=used, account=at.primary.account))
    if disk is None or not can_replicate(at.primary):
        at.not_run.append(NO_SMALL_DISK)
        return
    fail_over(at, disk / "standby", synchronous=True)
    starts = _starts(scene)
    for _ in range(order.kills):
        at.meet_work()
        ballast = fill(disk)
        time.sleep(FULL)
        ballast.unlink()
        at.resumed_in.append(_resumed(at))
        at.done["full_disks"] += 1
    at.worker_exits = _starts(scene) - starts
    at.refused_writes = at.primary.log.read_text(errors="replace").count(NO_SPACE)


def _starts(scene: Playing) -> int:
    return sum(scene.running.starts(name) for name in scene.workers)


def _resumed(at: Theatre) -> float:
    """Seconds until something goes out again. A server that gave up is started again, as by an init system."""
    began = time.monotonic()
    if at.primary.pid() is None:
        at.primary.start()
    _back(at)
    before = count(at.ready, PUBLISHED)
    wait_until(lambda: (patiently(at.ready, PUBLISHED) or 0) > before, seconds=RESUMES + 10, every=0.1)
    return round(time.monotonic() - began, 1)


def broken(order: Order, result: Result) -> list[str]:
    sentences = [] if not result["without_intent"] else [f"{result['without_intent']} posts have no durable intent."]
    slow = [seconds for seconds in result["resumed_in"] if seconds > RESUMES]
    if slow:
        sentences.append(f"After a full disk it took {max(slow)} s until shares went out again.")
    if result["worker_exits"]:
        sentences.append(f"{result['worker_exits']} workers ended because the disk was full.")
    if result["full_disks"] and not result["refused_writes"]:
        sentences.append("The full disk refused no write: it was not tried.")
    if result["met"] < MOSTLY * result["kills"]:
        sentences.append(f"Only {result['met']} of {result['kills']} faults found shares on their way.")
    if not result["not_run"] and result["kills"] < order.kills * len(CHOSEN):
        sentences.append(f"Only {result['kills']} of {order.kills * len(CHOSEN)} faults were done.")
    return [*sentences, *faults_met(order, result), *always(result), *held_with_reason(order, result)]


def bites(control: Result) -> bool:
    return bool(control["without_intent"] > 0)


S3 = Scenario("S3", "PostgreSQL killed, restarted, replaced, out of space", play, broken, control, bites)
