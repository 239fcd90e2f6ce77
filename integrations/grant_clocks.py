"""When a grant is renewed ahead of need, when its person is warned, and how long to wait after a failure. Pure.

Chance comes in as an argument (0 to 1): grants that were given together must not be renewed together for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LAST_FIFTH = 5
SHORT_AHEAD = timedelta(hours=1)  # a fifth of two hours would not outlast a network's outage
WARNINGS = (timedelta(days=7), timedelta(days=1), timedelta())  # before the end; the last one is the end itself
CHECK_EVERY = timedelta(days=1)
LOOK_AGAIN = timedelta(minutes=10)
CHECK_AFTER_SILENCE = timedelta(hours=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class GrantClocks:
    """Each is None where nothing is to come."""

    renew_at: datetime | None
    warn_at: datetime | None
    check_at: datetime


def clocks_of(expires_at: datetime | None, *, renewable: bool, now: datetime, chance: float) -> GrantClocks:
    """The clocks of a grant that was just given."""
    return GrantClocks(
        renew_at=renew_at(expires_at, now=now, chance=chance) if renewable and expires_at else None,
        warn_at=next_warning(expires_at, now=now) if expires_at and not renewable else None,
        check_at=now + spread(CHECK_EVERY, chance),
    )


def renew_at(expires_at: datetime, *, now: datetime, chance: float) -> datetime:
    """With a fifth of its life left; with an hour left where it lives for hours, but never before half its life."""
    life = max(expires_at - now, timedelta())
    ahead = max(life / LAST_FIFTH, min(SHORT_AHEAD, life / 2))
    return expires_at - ahead + ahead * chance / 4


def next_warning(expires_at: datetime, *, now: datetime) -> datetime | None:
    """The first warning that is still to come; None where even the end is past."""
    return next((expires_at - before for before in WARNINGS if expires_at - before > now), None)


def days_left(expires_at: datetime, *, now: datetime) -> int:
    """Which warning is due now: 7 or 1 days, or 0 where it is over."""
    left = expires_at - now
    if left <= timedelta():
        return 0
    return 1 if left <= WARNINGS[1] else WARNINGS[0].days


def pause_after(failures: int, *, asked: timedelta, chance: float) -> timedelta:
    """Twice as long after each failure, at most five minutes, jittered; never shorter than the network asked for."""
    grown = min(FIRST_PAUSE * (1 << min(max(failures, 1) - 1, 10)), LONGEST_PAUSE)
    return max(min(asked, LONGEST_PAUSE), spread(grown, chance))


def spread(wait: timedelta, chance: float) -> timedelta:
    """A quarter more or less."""
    return wait * (0.75 + chance / 2)
