"""Shares per second through the whole engine, against the bare loop, in turns."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import bare, engine
from tests.benchmarks.figures import Figure, at_least, median
from tests.benchmarks.sizes import Size
from tests.benchmarks.stage import Stage, workers
from tests.benchmarks.world import Crowd, crowds, plan

GOAL = 0.6


def measure(ready: Stage, size: Size) -> Iterator[Figure]:
    bare.make_table(ready)
    with workers(ready):
        for accounts in size.accounts:
            at = crowds(ready.sandbox, companies=max(2, accounts // size.people), accounts=accounts)
            yield _in_turns(ready, at, size, accounts)


def _in_turns(ready: Stage, at: list[Crowd], size: Size, accounts: int) -> Figure:
    each = max(1, size.posts // accounts)
    engine.run(ready, [engine.Due(crowd, plan(crowd, each=1)) for crowd in at])  # warm: first calls, first statistics
    ours, least = [], []
    for _ in range(size.rounds):
        dues = [engine.Due(crowd, plan(crowd, each=each)) for crowd in at]
        ours.append(engine.run(ready, dues).rate)
        organizations = [crowd.organization.pk for crowd in at]
        with ready.quiet():
            least.append(bare.run(organizations, posts=each * accounts, each=each).rate)
    return at_least(
        f"publish_{accounts}_accounts",
        median(ours),
        "shares/s",
        baseline=median(least),
        ratio=GOAL,
        companies=len(at),
        posts=each * accounts,
        rounds=[{"engine": round(a, 1), "bare": round(b, 1)} for a, b in zip(ours, least, strict=True)],
    )
