"""A million shares ahead in 2,000 companies, and what that does to the claim, to a share's cost and to memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

from campaigns.publishing.claim import TURNS, claim, who_waits
from tests.benchmarks import engine, filling
from tests.benchmarks.figures import Figure, at_most, median, percentile
from tests.benchmarks.filling import Model
from tests.benchmarks.sizes import Size
from tests.benchmarks.stage import WORKERS, Stage, memory_mb, workers
from tests.benchmarks.world import Crowd, crowds, plan

ACCOUNTS = 50  # a company of the filling
BATCH = 100
T = TypeVar("T")
LOOKS = 20  # at who waits
AGAIN = 10  # claims between two looks, as in a busy second

# The least a claim can be: no company, no condition, no move, no bucket. As in the proofs of the design.
_BARE_CLAIM = """
    WITH chosen AS MATERIALIZED (
        SELECT id FROM campaigns_share
         WHERE organization_id = ANY(%s) AND state = 'scheduled' AND due_at <= statement_timestamp()
         ORDER BY due_at, id LIMIT %s FOR UPDATE SKIP LOCKED)
    UPDATE campaigns_share AS share
       SET state = 'claimed', fence = fence + 1, lease_until = statement_timestamp() + interval '1 minute'
      FROM chosen WHERE share.id = chosen.id
    RETURNING share.id
"""


def measure(ready: Stage, size: Size) -> Iterator[Figure]:
    at = crowds(ready.sandbox, companies=4, accounts=min(200, size.posts))
    like = Model(at[0].organization.pk, plan(at[0], each=1)[0])
    few, many = size.rows
    companies = [max(1, rows * size.organizations // many) for rows in size.rows]
    shares = max(1, many // (size.organizations * ACCOUNTS))
    filling.companies(ready, like, first=1, last=companies[0], accounts=ACCOUNTS, shares=shares)
    with workers(ready) as running:
        names = [f"publish-{number + 1}" for number in range(WORKERS)]
        at_few = _cost(ready, at, size)
        before = memory_mb(running, names)
        filling.companies(ready, like, first=companies[0] + 1, last=companies[1], accounts=ACCOUNTS, shares=shares)
        at_many = _cost(ready, at, size)
        grown = (memory_mb(running, names) - before) / WORKERS
    yield at_most(
        "cost_per_share_at_many_rows",
        at_many * 1000,
        "ms",
        limit=at_few * 1000 * 1.2,
        baseline=at_few * 1000,
        rows=[few, many],
        slope=round(at_many / at_few, 2),
    )
    yield at_most("worker_memory_growth", grown, "MB", limit=50, baseline=before / WORKERS)
    yield from _claims(ready, like, size, companies[1])


def _cost(ready: Stage, at: Sequence[Crowd], size: Size) -> float:
    """Seconds a share, the median of some runs; the first of them warms up."""
    accounts = sum(len(one.accounts) for one in at)
    runs = [
        engine.run(ready, [engine.Due(one, plan(one, each=max(1, size.posts // 2 // accounts))) for one in at])
        for _ in range(size.rounds + 1)
    ]
    return median([1 / run.rate for run in runs[1:]])


def _claims(ready: Stage, like: Model, size: Size, companies: int) -> Iterator[Figure]:
    filling.nothing_is_due(ready)
    spread = companies // 5
    filling.first_shares_come_due(ready, first=1, last=spread)
    engine.settle_down(ready)
    waiting = [_timed(who_waits) for _ in range(LOOKS)]
    limits = {"rows": size.rows[1], "companies": companies}
    yield at_most("who_waits_p95", percentile([ms for ms, _ in waiting], 95), "ms", limit=20, baseline=None, **limits)
    yield _claim_figure(ready, "claim_100_p95", size, limit=5)
    filling.nothing_is_due(ready)
    first = companies + 1
    filling.companies(ready, like, first=first, last=first, accounts=size.behind, shares=1)
    filling.first_shares_come_due(ready, first=first, last=first)
    filling.first_shares_come_due(ready, first=1, last=10)
    engine.settle_down(ready)
    name = f"claim_100_while_{size.behind}_of_one_wait_p95"
    yield _claim_figure(ready, name, size, limit=8)


def _claim_figure(ready: Stage, name: str, size: Size, *, limit: float) -> Figure:
    """Ours and the bare claim in turns, over the same rows; what was claimed counts as published at once."""
    ours, least, taken = [], [], 0
    organizations: list[int] = []
    for number in range(size.claims):
        if number % AGAIN == 0:
            organizations = list(who_waits().organizations)
        turn, organizations = organizations[:TURNS], organizations[TURNS:] + organizations[:TURNS]
        ms, claimed = _timed(partial(claim, turn, limit=BATCH))
        ours.append(ms)
        taken += len(claimed)
        _publish(ready, [one.share_id for one in claimed])
        least.append(_bare_claim(ready, turn))
    return at_most(
        name,
        percentile(ours, 95),
        "ms",
        limit=limit,
        baseline=percentile(least, 95),
        p50=round(median(ours), 2),
        shares_a_claim=round(taken / size.claims, 1),
    )


def _bare_claim(ready: Stage, organizations: list[int]) -> float:
    with ready.session() as session, session.cursor() as cursor:
        cursor.execute("SELECT 1")
        began = time.perf_counter()
        cursor.execute(_BARE_CLAIM, [organizations, BATCH])
        ids = [share for (share,) in cursor.fetchall()]
        session.commit()
        ms = (time.perf_counter() - began) * 1000
    _publish(ready, ids)
    return ms


def _publish(ready: Stage, shares: list[int]) -> None:
    ready.ask("UPDATE campaigns_share SET state = 'published', published_at = now() WHERE id = ANY(%s)", shares)


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    began = time.perf_counter()
    answer = work()
    return (time.perf_counter() - began) * 1000, answer
