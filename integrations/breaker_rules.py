"""When do we stop calling a server that does not answer, and how do we begin again? Pure: no Django, no clock.

A circuit is closed (all calls go), open (one probe at growing intervals) or recovering (a few a second, then more).
It opens where at least half of a minute's calls found nobody there. Rates are calls a second, `dice` is 0 to 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=1)
SLOT = 5  # seconds; what is older than the window falls out slot by slot
MINIMUM = 10  # calls in the window below which nothing is concluded
MINIMUM_RECOVERING = 4  # it was down a moment ago: less is enough to believe it again
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(seconds=60)
# After its return a server gets little more than it was used to, so that its busiest second stays below twice a calm
# one, for as long as the backlog needs to thin out; then the limit doubles until the ordinary buckets are narrower.
RETURN = 1.25
GENTLE = timedelta(minutes=2)
DOUBLING = timedelta(seconds=30)
LEAST_RATE = 1.0
FREE_RATE = 100.0  # beyond it the circuit is closed: no bucket of ours lets as much through


class CircuitState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    RECOVERING = "recovering"


@dataclass(frozen=True, slots=True)
class Calls:
    """How many calls, and how many of them found nobody there."""

    made: int = 0
    failed: int = 0

    def __add__(self, other: Calls) -> Calls:
        return Calls(self.made + other.made, self.failed + other.failed)

    @property
    def mostly_failed(self) -> bool:
        return 2 * self.failed >= self.made > 0


@dataclass(frozen=True, slots=True)
class Circuit:
    """`recent`: calls by slot, the slot being seconds since 1970 over `SLOT`. `pauses`: probes sent in a row
    since it last answered for good; whoever sends one counts it and sets `retry_at` to the next."""

    state: CircuitState = CircuitState.CLOSED
    recent: Mapping[int, Calls] | None = None
    since: datetime | None = None  # in this state
    retry_at: datetime | None = None  # the next probe, while open
    pauses: int = 0
    steady_rate: float = 0.0  # before it opened


def heard(circuit: Circuit, calls: Calls, *, now: datetime, dice: float) -> Circuit:
    """The circuit after news of some calls."""
    recent = _with(circuit.recent or {}, calls, now=now)
    seen = sum(recent.values(), Calls())
    circuit = replace(circuit, recent=recent)
    match circuit.state:
        case CircuitState.CLOSED:
            if seen.made >= MINIMUM and seen.mostly_failed:
                steady = seen.made / WINDOW.total_seconds()
                return _opened(replace(circuit, steady_rate=steady, pauses=0), now=now, dice=dice)
        case CircuitState.OPEN:
            if calls.made and not calls.mostly_failed:
                return replace(circuit, state=CircuitState.RECOVERING, recent={}, since=now, retry_at=None)
            # A failure says nothing new, be it the probe's or an earlier call's: who sent the probe set the next one.
        case CircuitState.RECOVERING:
            if seen.made >= MINIMUM_RECOVERING and seen.mostly_failed:
                return _opened(replace(circuit, pauses=circuit.pauses + 1), now=now, dice=dice)
            if rate(circuit, now=now) >= FREE_RATE:
                return replace(circuit, state=CircuitState.CLOSED, since=now, pauses=0)
    return circuit


def rate(circuit: Circuit, *, now: datetime) -> float:
    """Calls a second while recovering: gently at first, then more and more."""
    top = RETURN * max(circuit.steady_rate, LEAST_RATE)
    over = (now - (circuit.since or now)) - GENTLE
    return top if over <= timedelta() else min(top * 2 ** (over / DOUBLING), FREE_RATE)


def pause(pauses: int, *, dice: float) -> timedelta:
    """Until the next probe: twice as long each time, at most a minute; between half of it and the whole."""
    longer: int = 2 ** min(pauses, 10)
    whole = min(FIRST_PAUSE * longer, LONGEST_PAUSE)
    return whole * (0.5 + dice / 2)


def _opened(circuit: Circuit, *, now: datetime, dice: float) -> Circuit:
    retry_at = now + pause(circuit.pauses, dice=dice)
    return replace(circuit, state=CircuitState.OPEN, recent={}, since=now, retry_at=retry_at)


def _with(recent: Mapping[int, Calls], calls: Calls, *, now: datetime) -> dict[int, Calls]:
    slot = int(now.timestamp()) // SLOT
    oldest = slot - int(WINDOW.total_seconds()) // SLOT
    kept = {number: seen for number, seen in recent.items() if number > oldest}
    return kept | {slot: kept.get(slot, Calls()) + calls} if calls.made else kept
