"""S10: a disaster's day. A backup, more posts, the database lost and restored, old workers still running elsewhere, a
staging copy started by mistake, and a night in which the clocks change.

A restored database does not know what went out since its backup. Until its operator releases it nothing may be sent,
by nobody; then networks and people are asked, and nothing goes out twice.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from advocacy.local.processes import wait_until
from advocacy.local.programs import PYTHON, Place, beat, mail_worker, publish_worker, watchdog, work_worker
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.backups import back_up, lose, name_of, restore, switch_in
from tests.chaos.cast import SETTINGS
from tests.chaos.crowd import crowd
from tests.chaos.promises import always, verdict
from tests.chaos.proxy import Proxy
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import (
    PATIENCE,
    RESTING,
    Figures,
    Order,
    Stage,
    count,
    on_database,
    patiently,
    program,
    rows,
    tell,
    wait_for_rest,
)
from tests.chaos.storm import broker

WATCHED = 8.0  # seconds during which nobody may send from a restored database or a copy
UNTIL_BACKUP = 0.6  # of the first wave's span: some of it is on its way when the dump is made
UNTIL_BACKED_UP = 12.0  # seconds in which a dump is made, before the second wave comes due
BEFORE, SINCE, PLANNED = 0, 1, 2  # waves: out before the backup, out since, and planned for another day
ANSWERED = "SELECT count(*) FROM accounts_errand WHERE kind = 'ask_after_restore' AND state = 'waiting'"
DUE = "SELECT count(*) FROM campaigns_share WHERE state = 'scheduled' AND due_at <= statement_timestamp()"
FOUND = "SELECT count(*) FROM campaigns_statement WHERE kind = 'found'"
BY_STATE = "SELECT state, held_reason, count(*) FROM campaigns_share GROUP BY 1, 2"
SHUT_OUT = "SELECT count(*) FROM integrations_installation WHERE epoch LIKE 'restored%'"
RELEASE = ("release_restored_database", "--yes", "--because", "a drill")
# What must have been there for a run to prove anything; None: as many as went out since the backup.
LEAST = {"due_again": None, "staging_due": None, "night_planned": 30, "gaps_refused": 4, "old_workers_alive": 1}
THE_NIGHT = "The night of 2026-10-25 is over: the same change of clocks in 2027 was planned by its wall times instead."
NO_RECURRENCE = "Recurring posts: there are none, each post is approved by itself."


@dataclass(frozen=True)
class Waves:
    before: int
    since: int
    planned: int

    @classmethod
    def of(cls, shares: int) -> Waves:
        """Of 3,000: 2,000 before the backup, 500 since, 500 for another day."""
        return cls(shares - 2 * (shares // 6), shares // 6, shares // 6)


def play(order: Order, ready: Stage) -> Figures:
    waves, dump = Waves.of(order.shares), ready.place.folder / "backup.dump"
    new = _second_life(ready)
    with ExitStack() as running:
        old = running.enter_context(_at_work("old", ready, _publishers()))
        backed_up = _until_the_disaster(order, ready, waves, dump)
        posted = _accepted(ready)
        lose(ready)
        lost_at = time.monotonic()
        restore(ready, dump, aside := f"{name_of(ready)}_restored")
        _first_program(new, aside)
        switch_in(ready, aside)
        running.enter_context(_at_work("new", new, (*_publishers(), mail_worker(), work_worker())))
        figures = _watch(ready, posted)
        figures["old_workers_alive"] = sum(old.pid(name) is not None for name in old.names)
        figures["released"] = tell(new, [PYTHON, "manage.py", *RELEASE])
        figures |= {"rto_minutes": _minutes(lost_at), "rpo_minutes": round((lost_at - backed_up) / 60, 2)}
        figures |= tell(new, program("tests.chaos.dst_night", *_night(order, ready)))
        figures |= {"unsettled": _come_to_rest(ready), "found": count(ready, FOUND), **_staging(ready, dump)}
    figures |= {"ends": _ends(ready), "waves": vars(waves), "not_run": [THE_NIGHT, NO_RECURRENCE]}
    return {**verdict(ready), **figures}


def control(order: Order, ready: Stage) -> Figures:
    """Nobody says that the database is of an earlier life: the workers go on with what they find."""
    waves, dump = Waves.of(min(order.shares, 120)), ready.place.folder / "backup.dump"
    with _at_work("old", ready, _publishers()):
        _until_the_disaster(order, ready, waves, dump)
        lose(ready)
        restore(ready, dump, aside := f"{name_of(ready)}_restored")
        switch_in(ready, aside)
        unsettled = wait_for_rest(ready)
    return {**verdict(ready, books=False), "unsettled": unsettled, "waves": vars(waves)}


def broken(order: Order, result: Result) -> list[str]:
    sentences = always(result)
    for name in ("sends_before_release", "staging_calls", "night_wrong", "held_untold"):
        if result[name]:
            sentences.append(f"{name} is {result[name]}, not 0.")
    since = Waves.of(order.shares).since
    for name, least in LEAST.items():
        if result[name] < (least or since):
            sentences.append(f"{name} is {result[name]}, at least {least or since} were due: that proves nothing.")
    if result["found"] < result["due_askable"]:
        sentences.append(f"Only {result['found']} of {result['due_askable']} were found at networks that can be asked.")
    return sentences


def bites(control: Result) -> bool:
    return bool(control["extra"] > 0)


# --- the day ------------------------------------------------------------------------------------


def _publishers() -> tuple[Program, ...]:
    return (publish_worker(1), Program("publish-alone", (PYTHON, "manage.py", "publish"), SETTINGS))


def _at_work(who: str, ready: Stage, programs: tuple[Program, ...]) -> Supervisor:
    """Started; the block that it is entered for ends them."""
    (folder := ready.place.folder / who).mkdir(exist_ok=True)
    clock = beat(Place(folder, ready.place.port, ready.place.sandbox_port))
    running = Supervisor((*programs, clock), folder=folder / "logs", environment=ready.environment)
    running.start()
    return running


def _until_the_disaster(order: Order, ready: Stage, waves: Waves, dump: Path) -> float:
    """Two waves go out; a backup is made during the first one. Answers when."""
    accounts = max(30, order.shares // 6)
    with crowd(ready, waves.before, waves.since, waves.planned, accounts=accounts, seed=order.seed) as people:
        people.forward(BEFORE, span=(span := max(4.0, waves.before / 60)))
        time.sleep(span * UNTIL_BACKUP)
        due_in = people.announce(SINCE, span=max(2.0, waves.since / 60), after=UNTIL_BACKED_UP)
        begins = time.monotonic() + due_in
        back_up(ready, dump)
        backed_up = time.monotonic()
        assert backed_up < begins, "The dump took so long that it knows of what came after it."
        time.sleep(begins - backed_up)
        wait_until(lambda: patiently(ready, RESTING) == 0, seconds=PATIENCE, every=0.25)
    return backed_up


def _second_life(ready: Stage) -> Stage:
    """As the operator starts it: the next epoch, and a broker of its own."""
    return ready.but(RESTORE_EPOCH="2", REDIS_URL=broker(ready.environment["REDIS_URL"], 4))


def _first_program(new: Stage, database: str) -> None:
    """The runbook's watchdog alone: it shuts out the old life before anybody of it can reach the database."""
    there = new.but(
        database=on_database(new.database, database),
        DATABASE_URL=on_database(new.environment["DATABASE_URL"], database),
    )
    folder = new.place.folder / "first"
    with Supervisor((watchdog(),), folder=folder, environment=there.environment) as running:
        running.start()
        assert wait_until(lambda: count(there, SHUT_OUT) == 1, seconds=30, every=0.1)


def _watch(ready: Stage, posted: int) -> Figures:
    """How many shares were due again, and what was sent, while old and new workers looked at them."""
    figures = {"due_again": count(ready, DUE), "due_askable": count(ready, f"{DUE} AND network <> 'linkedin'")}
    time.sleep(WATCHED)
    return {**figures, "sends_before_release": _accepted(ready) - posted}


def _staging(ready: Stage, dump: Path) -> Figures:
    """The same dump under another environment's name, with nothing else to stop it: epoch and addresses are its own."""
    name = f"{name_of(ready)}_staging"
    restore(ready, dump, name)
    copy = ready.but(
        database=on_database(ready.database, name),
        ENVIRONMENT_NAME="staging",
        DATABASE_URL=on_database(ready.environment["DATABASE_URL"], name),
        REDIS_URL=broker(ready.environment["REDIS_URL"], 5),
    )
    posted, due = _accepted(ready), count(copy, DUE)
    with Proxy(ready.sandbox.port) as wire:
        began = time.monotonic()
        there = copy.but(
            SANDBOX_URL=f"http://127.0.0.1:{wire.port}",
            OUTBOUND_ALLOWED_HOSTS=f"127.0.0.1:{wire.port},127.0.0.1:{ready.sandbox.port}",
        )
        with _at_work("staging", there, (*_publishers(), mail_worker())):
            wait_until(lambda: count(copy, DUE) == 0, seconds=30, every=0.25)
            time.sleep(2.0)
        calls = wire.called_since(began) + _accepted(ready) - posted
    return {"staging_due": due, "staging_left": count(copy, DUE), "staging_calls": calls}


def _night(order: Order, ready: Stage) -> tuple[str, ...]:
    return ("--sandbox", ready.sandbox.base_url, "--seed", str(order.seed), "--span", "6")


def _come_to_rest(ready: Stage) -> int:
    wait_until(lambda: patiently(ready, ANSWERED) == 0, seconds=PATIENCE, every=0.25)
    return wait_for_rest(ready)


def _accepted(ready: Stage) -> int:
    return len(ready.sandbox.acceptances())


def _minutes(since: float) -> float:
    return round((time.monotonic() - since) / 60, 2)


def _ends(ready: Stage) -> Figures:
    return {f"{state} {why}".strip(): number for state, why, number in rows(ready.database, BY_STATE)}


S10 = Scenario("S10", "a backup is restored while others still run", play, broken, control, bites)
