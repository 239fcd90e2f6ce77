"""How long after its instant a share is out, by the network's own file: alone, a hundred at once, behind a crowd."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

from tests.benchmarks import bare, engine
from tests.benchmarks.figures import Figure, at_least, at_most, median, percentile
from tests.benchmarks.sizes import Size
from tests.benchmarks.stage import Stage, workers
from tests.benchmarks.world import Crowd, crowd, plan

APART = 1.3  # seconds between lone shares; no whole second, so that no clock of ours helps
BEHIND = timedelta(seconds=1)


def measure(ready: Stage, size: Size) -> Iterator[Figure]:
    bare.make_table(ready)
    with workers(ready):
        people = crowd(ready.sandbox, max(size.at_once, size.lone))
        one_call = _one_call(ready, people)
        yield from _lone(ready, people, size, one_call)
        yield _at_once(ready, people, size)
        yield from _behind_a_crowd(ready, size, one_call)


def _one_call(ready: Stage, people: Crowd) -> float:
    """The least a post can be late: one bare post."""
    with ready.quiet():
        return min(bare.run([people.organization.pk], posts=1, each=1, processes=1).seconds for _ in range(3))


def _lone(ready: Stage, people: Crowd, size: Size, one_call: float) -> Iterator[Figure]:
    chance = random.Random(1)
    shares = plan(people, each=1, accounts=people.accounts[: size.lone])
    dues = [
        engine.Due(people, [share], timedelta(seconds=place * APART + chance.uniform(0, 0.5)))
        for place, share in enumerate(shares)
    ]
    engine.run(ready, dues)
    late = engine.lateness(ready, shares)
    notes = {"shares": len(late)}
    yield at_most("lone_share_p50", median(late), "s", limit=0.5, baseline=one_call, **notes)
    yield at_most("lone_share_max", max(late), "s", limit=1.5, baseline=one_call, **notes)


def _at_once(ready: Stage, people: Crowd, size: Size) -> Figure:
    shares = plan(people, each=1, accounts=people.accounts[: size.at_once])
    engine.run(ready, [engine.Due(people, shares)])
    with ready.quiet():
        least = bare.run([people.organization.pk], posts=size.at_once, each=1).seconds
    last = max(engine.lateness(ready, shares))
    return at_most(f"{size.at_once}_due_at_once_last", last, "s", limit=3, baseline=least)


def _behind_a_crowd(ready: Stage, size: Size, one_call: float) -> Iterator[Figure]:
    """A big company's posts come due at one instant; a second later those of a small one."""
    big, small = crowd(ready.sandbox, size.behind_accounts), crowd(ready.sandbox, size.small_company)
    each = size.behind // size.behind_accounts
    many, few = plan(big, each=each), plan(small, each=1)
    drained = engine.run(ready, [engine.Due(big, many), engine.Due(small, few, BEHIND)])
    with ready.quiet():
        least = bare.run([big.organization.pk], posts=len(many), each=each)
    yield at_least(
        f"drained_{size.behind}_due_at_once", drained.rate, "shares/s", baseline=least.rate, ratio=0.6, posts=len(many)
    )
    late = engine.lateness(ready, few)
    name = f"small_company_behind_{size.behind}_p95"
    yield at_most(name, percentile(late, 95), "s", limit=2, baseline=one_call, shares=len(late))
