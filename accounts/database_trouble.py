"""Which errors speak of the database, which of somebody else at work on the same rows, and which of a row itself.

Loops that go through many rows ask it: trouble ends the round, a row that others hold is left for the next one.
"""

from __future__ import annotations

from django.db import InterfaceError, InternalError, OperationalError

READ_ONLY = "25006"  # a failover's other side, or a full disk's
RACES = ("40P01", "40001", "55P03")  # deadlock detected, serialization failure, a lock not had in time


def code_of(error: BaseException) -> str:
    """PostgreSQL's own code of an error; empty where it never answered."""
    return str(getattr(error.__cause__, "pgcode", None) or "")


def is_database_trouble(error: BaseException) -> bool:
    """It is away, too slow, or takes no writes: nothing that was tried says anything about a row."""
    if isinstance(error, InternalError):
        return code_of(error) == READ_ONLY
    return isinstance(error, OperationalError | InterfaceError) and not is_race(error)


def is_passing(error: BaseException) -> bool:
    """Trouble or a race: the same thing may well go through a moment later."""
    return is_database_trouble(error) or is_race(error)


def is_race(error: BaseException) -> bool:
    """Somebody else wanted the same rows; asked again, there is nothing to wait for."""
    return isinstance(error, OperationalError) and code_of(error) in RACES
