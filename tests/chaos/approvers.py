"""People who press *Approve* on a web that is killed under their hands, and what the database then shows of each.

It plays them over HTTP alone and knows nothing of the product but the rows that one approval is made of. Row 16 of the
project's list of risks.
"""

from __future__ import annotations

import http.client
import json
import random
import signal
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advocacy.local.processes import wait_until
from advocacy.local.programs import wait_for_web, web
from advocacy.local.supervisor import Supervisor
from tests.chaos.stage import Figures, Order, Stage, program, rows, tell

AT_ONCE = 6  # people who press at the same time
WEB_WORKERS = 2
EACH = 5  # drafts of a person
PATIENCE = 60.0  # seconds for one answer
MOMENTS = (0.05, 0.35)  # seconds between the web's first answer and its end
APPROVED = 302  # a refusal shows the page again

# Of each share: is it planned under an approval, and how many approvals, moves and audit rows there are of it.
ROWS = """
    SELECT share.id,
           (share.state = 'scheduled' AND share.approval_id IS NOT NULL)::int,
           (SELECT count(*) FROM campaigns_approval AS approval WHERE approval.share_id = share.id),
           (SELECT count(*) FROM campaigns_sharemove AS move WHERE move.share_id = share.id),
           (SELECT count(*) FROM accounts_auditentry AS entry
             WHERE entry.action = 'approve_share' AND entry.subject = 'share ' || share.public_id)
      FROM campaigns_share AS share
"""
ABSENT, WHOLE = (0, 0, 0, 0), (1, 1, 1, 1)
AT_WORK = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'advocacy_app' AND state <> 'idle'"
Form = dict[str, Any]


@dataclass
class Pressed:
    """What people heard: by share, the last status; and the shares of which nobody heard anything once."""

    answers: dict[int, int] = field(default_factory=dict)
    unanswered: set[int] = field(default_factory=set)


def press(where: str, form: Form, heard: Pressed) -> None:
    """Send the form once it can be sent; an answer that is lost is not asked for again."""
    while True:
        line = http.client.HTTPConnection(where, timeout=PATIENCE)
        try:
            line.connect()
        except OSError:  # nobody was there to hear it
            time.sleep(0.05)
            continue
        with suppress(OSError, http.client.HTTPException):
            line.request("POST", form["path"], body=form["body"], headers=form["headers"])
            heard.answers[form["share"]] = line.getresponse().status
            return line.close()
        line.close()
        heard.unanswered.add(form["share"])
        return None


def press_all(where: str, forms: Iterable[Form]) -> Pressed:
    heard = Pressed()
    with ThreadPoolExecutor(AT_ONCE) as people:
        list(people.map(lambda form: press(where, form, heard), forms))
    return heard


def kill_again_and_again(running: Supervisor, ready: Stage, order: Order) -> int:
    """-9 to the web with all its workers, a random moment after it answers; it is started again."""
    chance, done = random.Random(order.seed), 0
    for _ in range(order.kills):
        assert wait_for_web(ready.place)
        time.sleep(chance.uniform(*MOMENTS))
        done += running.kill("web", signal.SIGKILL)
        wait_until(lambda: running.pid("web") is None, seconds=5)
    assert wait_for_web(ready.place)
    return done


def play(order: Order, ready: Stage) -> Figures:
    """`shares` approvals while the web is killed `kills` times; then everybody sends the same form again."""
    forms = _forms(order, ready)
    where = f"127.0.0.1:{ready.place.port}"
    programs, folder = (web(ready.place, workers=WEB_WORKERS),), ready.place.folder / "logs"
    with (
        Supervisor(programs, folder=folder, environment=ready.environment) as running,
        ThreadPoolExecutor(1) as beside,
    ):
        running.start()
        assert wait_for_web(ready.place)
        pressing = beside.submit(press_all, where, forms)
        kills = kill_again_and_again(running, ready, order)
        first = pressing.result()
        between = _rows(ready)
        again = press_all(where, forms)
        after = _rows(ready)
    return {
        "kills": kills,
        "pressed": len(forms),
        "unanswered": len(first.unanswered),
        "refused": sorted({*first.answers.values(), *again.answers.values()} - {APPROVED}),
        "half": sum(made not in (ABSENT, WHOLE) for made in between.values()),
        "absent": sum(made == ABSENT for made in between.values()),
        "whole_unheard": sum(between[share] == WHOLE for share in first.unanswered),
        "promised_and_absent": sum(between[share] != WHOLE for share in first.answers),
        "not_once_in_the_end": sum(made != WHOLE for made in after.values()),
        "unanswered_again": len(again.unanswered),
    }


def _forms(order: Order, ready: Stage) -> list[Form]:
    path = ready.place.folder / "ceremonies.jsonl"
    words = ("--people", str(-(-order.shares // EACH)), "--each", str(EACH), "--plan", str(path))
    tell(ready, program("tests.chaos.ceremonies", *words))
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def _rows(ready: Stage) -> dict[int, tuple[int, ...]]:
    """When nobody is at work any more: the server ends by itself what a killed program had begun."""
    assert wait_until(lambda: _nobody_works(ready), seconds=PATIENCE, every=0.1)
    return {share: tuple(made) for share, *made in rows(ready.database, ROWS)}


def _nobody_works(ready: Stage) -> bool:
    ((number,),) = rows(ready.superuser, AT_WORK)
    return int(number) == 0
