"""Which servers answer: hears how calls went, keeps the circuits' rows, and says whether a call may be made now.

What follows from the news is `breaker_rules.py`'s. The claim reads the rows by the SQL below; look-ups and refreshes
ask `may_call`. Threads only note; the rows are written by whoever owns a database connection, about once a second.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from integrations import http
from integrations.breaker_rules import MINIMUM, Calls, Circuit, CircuitState, heard, pause, rate
from integrations.models import Breaker

Place = tuple[str, str]  # network, server

EVERY = 1.0  # seconds between two writings of the news; sooner where it looks as if a server were gone
FIGURES = "figures"  # no network's key: under it stand the circuits of counting
LONGEST_SERVER = 200  # of the row's column
PAUSES = 8  # probes in a row, after which the pause grows no more

# --- SQL, read by campaigns/publishing/claim.py ---------------------------------------------------

# How many calls a server may get now: one probe where its time has come, a few while it recovers.
ALLOWED = """CASE WHEN breaker.state = 'open' THEN (breaker.retry_at <= statement_timestamp())::int::float8
    ELSE floor(least(greatest(breaker.rate, 1), breaker.tokens + breaker.rate
         * greatest(0, extract(epoch FROM statement_timestamp() - breaker.refilled_at))::float8)) END"""

# What becomes of a circuit's row when `use.calls` of them are on their way.
PASSED = """SET pauses = CASE WHEN breaker.state = 'open' THEN breaker.pauses + 1 ELSE breaker.pauses END,
        retry_at = CASE WHEN breaker.state = 'open' THEN statement_timestamp() + make_interval(
            secs => (%(pauses)s::float8[])[least(breaker.pauses + 2, cardinality(%(pauses)s::float8[]))])
            ELSE breaker.retry_at END,
        tokens = greatest(0, least(greatest(breaker.rate, 1), breaker.tokens + breaker.rate
            * greatest(0, extract(epoch FROM statement_timestamp() - breaker.refilled_at))::float8) - use.calls),
        refilled_at = statement_timestamp()"""

_TURN = f"""
    UPDATE integrations_breaker AS breaker {PASSED} FROM (SELECT 1 AS calls) AS use
     WHERE breaker.scope = %(scope)s AND breaker.state <> 'closed' AND {ALLOWED} >= 1
    RETURNING breaker.scope
"""  # noqa: S608  # built of constants of ours


def probe_parameters() -> dict[str, Any]:
    """What `PASSED` needs: the pause by the number of probes so far."""
    return {"pauses": [pause(number, dice=_dice()).total_seconds() for number in range(PAUSES)]}


# --- what threads say, and what owners ask ----------------------------------------------------------


@contextmanager
def watched(network: str, server: str) -> Iterator[None]:
    """Around one call of a network's method, in whatever thread: notes whether somebody was there to answer."""
    answers: list[bool] = []
    token = http.calls_heard.set(answers)
    try:
        yield
    finally:
        http.calls_heard.reset(token)
        if answers:
            _watch.note((network, server), failed=not all(answers))


def flush() -> None:
    """Write the news down, about once a second. In a short transaction of its own, by who owns the connection."""
    _watch.flush()


def may_call(network: str, server: str) -> bool:
    """May a look-up or a refresh go to this server now? Costs nothing while everything answers."""
    return _watch.may_call((network, server))


def tries_again_at(network: str, server: str) -> datetime | None:
    """When a server that does not answer is tried again; None where nothing is wrong with it."""
    rows = Breaker.objects.filter(pk=scope_of((network, server)), state=CircuitState.OPEN)
    return rows.values_list("retry_at", flat=True).first()


def not_answering() -> list[Breaker]:
    """Every circuit of posting that is not closed, for figures and the operator."""
    return list(_open_circuits().exclude(network=FIGURES))


def figures_circuit(network: str, server: str) -> Place:
    """That of questions about figures, beside posting's of the same server: neither hears of the other's calls."""
    return FIGURES, f"{network}|{server}"[:LONGEST_SERVER]


def _open_circuits() -> QuerySet[Breaker]:
    return Breaker.objects.exclude(state=CircuitState.CLOSED).order_by("pk")


def scope_of(place: Place) -> str:
    return "|".join(place)


# --- one process's watch ----------------------------------------------------------------------------


@dataclass
class Watch:
    """What this process heard since it last wrote, and which circuits it last saw not closed."""

    _news: dict[Place, Calls] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _flushed: float = float("-inf")
    _shut: frozenset[str] = frozenset()
    _looked: float = float("-inf")

    def note(self, place: Place, *, failed: bool) -> None:
        with self._lock:
            self._news[place] = self._news.get(place, Calls()) + Calls(1, int(failed))

    def flush(self) -> None:
        news = self._take_news()
        if not news:
            return
        try:
            write_down(news)
        except Exception:
            with self._lock:
                for place, calls in news.items():
                    self._news[place] = self._news.get(place, Calls()) + calls
            raise
        self._looked = float("-inf")

    def _take_news(self) -> dict[Place, Calls]:
        with self._lock:
            alarming = any(calls.failed >= MINIMUM and calls.mostly_failed for calls in self._news.values())
            if not alarming and time.monotonic() - self._flushed < EVERY:
                return {}
            news, self._news, self._flushed = self._news, {}, time.monotonic()
            return news

    def may_call(self, place: Place) -> bool:
        if time.monotonic() - self._looked >= EVERY:
            self._looked = time.monotonic()
            self._shut = frozenset(_open_circuits().values_list("scope", flat=True))
        scope = scope_of(place)
        if scope not in self._shut:
            return True
        with connection.cursor() as cursor:
            cursor.execute(_TURN, {"scope": scope, **probe_parameters()})
            return cursor.fetchone() is not None


_watch = Watch()


def write_down(news: Mapping[Place, Calls]) -> None:
    """Bring the circuits of these servers up to date; many workers may do so at once."""
    by_scope = {scope_of(place): (place, calls) for place, calls in news.items()}
    with transaction.atomic():
        known = set(Breaker.objects.filter(pk__in=by_scope).values_list("pk", flat=True))
        missing = [
            Breaker(scope=scope, network=place[0], server=place[1])
            for scope, (place, _calls) in by_scope.items()
            if scope not in known
        ]
        if missing:
            Breaker.objects.bulk_create(missing, ignore_conflicts=True)
        rows = list(Breaker.objects.filter(pk__in=by_scope).select_for_update().order_by("pk").annotate(clock=Now()))
        for row in rows:
            _update(row, by_scope[row.pk][1], now=row.clock)
        Breaker.objects.bulk_update(rows, _WRITTEN)


_WRITTEN = ["state", "recent", "since", "retry_at", "pauses", "steady_rate", "rate", "tokens", "refilled_at"]


def _update(row: Breaker, calls: Calls, *, now: datetime) -> None:
    before = circuit_of(row)
    circuit = heard(before, calls, now=now, dice=_dice())
    row.recent = {str(slot): [seen.made, seen.failed] for slot, seen in (circuit.recent or {}).items()}
    row.state, row.since, row.retry_at = circuit.state, circuit.since, circuit.retry_at
    row.pauses, row.steady_rate = circuit.pauses, circuit.steady_rate
    if circuit.state is CircuitState.RECOVERING:
        row.rate = rate(circuit, now=now)
        if before.state is not circuit.state:  # begins with nothing in hand
            row.tokens, row.refilled_at = 0.0, now


def circuit_of(row: Breaker) -> Circuit:
    return Circuit(
        state=CircuitState(row.state),
        recent={int(slot): Calls(*seen) for slot, seen in row.recent.items()},
        since=row.since,
        retry_at=row.retry_at,
        pauses=row.pauses,
        steady_rate=row.steady_rate,
    )


def _dice() -> float:
    return random.random()  # noqa: S311  # chance that spreads calls, not a secret
