"""S7: people take back, edit, disconnect, leave or are shut out within 200 ms of the time of a share, through the web.

`--shares` is the number of such pairs. Who was told that nothing goes out must be right for ever; who came too late
must have been told that.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from advocacy.local.processes import wait_until
from advocacy.local.programs import PYTHON, beat, publish_worker, wait_for_web, web
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.cast import MANY_FROM, SETTINGS
from tests.chaos.promises import always, verdict
from tests.chaos.scenario import Result, Scenario
from tests.chaos.stage import PATIENCE, RESTING, Figures, Order, Stage, begin, count, patiently, program, tell

PAIRS_A_SECOND = 25  # what two cores take with everything else on them
FEW_WEB, MANY_WEB = 2, 8  # web workers; the control, which may be late, needs one
ON_BOTH_SIDES = 0.05  # of the pairs must have been in time, and as many too late, or it was no race
CONTROLLED = 60  # pairs of the control


def play(order: Order, ready: Stage) -> Figures:
    publishers = (publish_worker(1), publish_worker(2), beat(ready.place))
    workers = MANY_WEB if order.shares >= MANY_FROM else FEW_WEB
    return {**_race(order, ready, order.shares, publishers, workers), **verdict(ready)}


def control(order: Order, ready: Stage) -> Figures:
    timer = Program("timer", (PYTHON, "-m", "tests.chaos.timer_engine"), SETTINGS)
    return _race(replace(order, within=0.0), ready, min(order.shares, CONTROLLED), (timer,), 1)


def _race(order: Order, ready: Stage, pairs: int, engine: tuple[Program, ...], workers: int) -> Figures:
    plan, answers = ready.place.folder / "plan.jsonl", ready.place.folder / "answers.jsonl"
    ready.sandbox.settings(duplicate_seconds=0)
    with _at_work(ready, (web(ready.place, workers=workers), *engine)):
        wait_for_web(ready.place)
        made = tell(ready, program("tests.chaos.consent_world", *_wanted(order, ready, pairs, plan)))
        where = ("--web", f"127.0.0.1:{ready.place.port}", "--plan", str(plan), "--answers", str(answers))
        racers = begin(ready, program("tests.chaos.consent_racers", *where))
        racers.communicate()
        if engine[0].name != "timer":
            wait_until(lambda: patiently(ready, RESTING) == 0, seconds=PATIENCE, every=0.25)
        else:
            time.sleep(1.0)  # the last timers are being answered
        unsettled = count(ready, RESTING)
        judged = tell(ready, program("tests.chaos.consent_judge", *_seen(ready, answers)))
    return {**judged, "web_workers": workers, "made_in": made["made_in"], "unsettled": unsettled}


def broken(order: Order, result: Result) -> list[str]:
    sentences = always(result)
    for name in ("posts_after_withdrawal", "late_untold", "unclear_answers", "errors"):
        if result[name]:
            sentences.append(f"{name} is {result[name]}, not 0.")
    if result["proved"] != result["public"]:
        sentences.append(f"Only {result['proved']} of {result['public']} public posts are proved.")
    for name in ("in_time", "too_late"):
        if result[name] < ON_BOTH_SIDES * result["pairs"]:
            sentences.append(f"Only {result[name]} of {result['pairs']} were {name}: that is no race.")
    return sentences


def bites(control: Result) -> bool:
    return bool(control["posts_after_withdrawal"] > 0)


@contextmanager
def _at_work(ready: Stage, programs: tuple[Program, ...]) -> Iterator[None]:
    with Supervisor(programs, folder=ready.place.folder / "logs", environment=ready.environment) as running:
        running.start()
        yield


def _wanted(order: Order, ready: Stage, pairs: int, plan: Path) -> tuple[str, ...]:
    span = order.within or max(4.0, pairs / PAIRS_A_SECOND)
    world = ("--pairs", str(pairs), "--seed", str(order.seed), "--span", str(span))
    return (*world, "--sandbox", ready.sandbox.base_url, "--plan", str(plan))


def _seen(ready: Stage, answers: Path) -> tuple[str, ...]:
    return ("--sandbox", str(ready.sandbox.folder), "--database", ready.database, "--answers", str(answers))


S7 = Scenario("S7", "consent taken back within 200 ms of its time", play, broken, control, bites)
