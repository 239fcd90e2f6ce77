"""Lets planned shares come due in a running installation and tells, from the rows, how it went.

The clock begins at the instant the shares are due and ends with the last recorded result.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg2
from django.utils import timezone

from advocacy.local.processes import wait_until
from tests.benchmarks.stage import Stage, StageTrouble
from tests.benchmarks.world import Crowd, come_due

HEAD_START = timedelta(seconds=1.5)  # the workers know by now when the next share is due
PATIENCE = 240.0


@dataclass(frozen=True)
class EngineRun:
    posts: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.posts / self.seconds


@dataclass(frozen=True)
class Due:
    """Shares of one company that come due together, so long after the first of all."""

    at: Crowd
    shares: Sequence[int]
    after: timedelta = timedelta()


def run(ready: Stage, dues: Sequence[Due]) -> EngineRun:
    """All of them, from the first due instant to the last result."""
    settle_down(ready)
    begin = let_come_due(dues)
    shares = [share for due in dues for share in due.shares]
    wait_for_rest(ready, shares)
    return EngineRun(len(shares), (last_result(ready, shares) - begin).total_seconds())


def settle_down(ready: Stage) -> None:
    """What autovacuum would have done by now: the rows were made seconds ago, and nobody counted them yet."""
    with closing(psycopg2.connect(ready.all_seeing)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def let_come_due(dues: Sequence[Due]) -> datetime:
    began = time.monotonic()
    begin = timezone.now() + HEAD_START + timedelta(seconds=0.0005 * sum(len(due.shares) for due in dues))
    for due in dues:
        come_due(due.at, begin + due.after, due.shares)
    if timezone.now() > begin:
        raise StageTrouble(f"Moving the times took {time.monotonic() - began:.1f} s: shares came due on the way.")
    return begin


def wait_for_rest(ready: Stage, shares: Sequence[int]) -> None:
    """Until every one of them is out; anything else is no measurement."""
    question = "SELECT count(*) FROM campaigns_share WHERE id = ANY(%s) AND state <> 'published'"

    def all_out() -> bool:
        return ready.ask(question, list(shares)) == [(0,)]

    if not wait_until(all_out, seconds=PATIENCE, every=0.25):
        states = ready.ask(
            "SELECT state, held_reason, count(*) FROM campaigns_share WHERE id = ANY(%s) GROUP BY 1, 2", list(shares)
        )
        raise StageTrouble(f"Not all shares went out: {states}")


def last_result(ready: Stage, shares: Sequence[int]) -> datetime:
    ((last,),) = ready.ask("SELECT max(ended_at) FROM campaigns_attempt WHERE share_id = ANY(%s)", list(shares))
    assert isinstance(last, datetime)
    return last


def lateness(ready: Stage, shares: Sequence[int]) -> list[float]:
    """Seconds from due to the network's acceptance, by the network's own file."""
    keys = dict(ready.ask("SELECT attempt_key::text, due_at FROM campaigns_share WHERE id = ANY(%s)", list(shares)))
    accepted = {str(line["attempt_key"]): str(line["at"]) for line in ready.sandbox.acceptances()}
    return [(datetime.fromisoformat(accepted[key]) - due_at).total_seconds() for key, due_at in keys.items()]
