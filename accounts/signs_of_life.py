"""Signs of life: each kind of program writes down, every few seconds, that it works; who is silent is an alert.

One row a kind, whatever number of processes there are. Writing a sign never breaks the work it tells of.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection

from accounts.models import SignOfLife

logger = logging.getLogger(__name__)

EVERY = 5.0  # seconds between two signs of one process
SILENT_AFTER = timedelta(seconds=90)  # with the watchdog's 30 seconds between two looks: known within two minutes


class Program(StrEnum):
    """Who gives signs, by what it does."""

    PUBLISHING = "publishing"  # the loop that claims and sends
    CLOCKS = "clocks"  # leases, unclear sends, due shares that no claim takes
    BEAT = "beat"  # its own message, carried through the broker to a worker
    MAIL = "mail"
    ERRANDS = "errands"
    GRANTS = "grants"  # renewed ahead of need
    WATCHDOG = "watchdog"


PATIENCE = {Program.GRANTS: timedelta(minutes=10)}  # a round of many renewals takes its time


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of one kind of program in this life of the database; `at` None: never heard."""

    program: Program
    first_at: datetime | None
    at: datetime | None
    silence: timedelta
    seen: Mapping[str, object]

    @property
    def is_silent(self) -> bool:
        return self.silence > PATIENCE.get(self.program, SILENT_AFTER)


_last: dict[Program, float] = {}
_guard = threading.Lock()

_SIGN = """
    INSERT INTO accounts_signoflife AS sign (name, epoch, first_at, at, seen)
    VALUES (%(name)s, %(epoch)s, statement_timestamp(), statement_timestamp(), %(seen)s)
    ON CONFLICT (name, epoch) DO UPDATE
       SET at = greatest(sign.at, excluded.at), seen = CASE WHEN %(says)s THEN excluded.seen ELSE sign.seen END
"""


def give_sign(program: Program, *, seen: Mapping[str, object] | None = None) -> None:
    """Write down that `program` works; at most every few seconds a process, unless it has something to say.

    A database that is away or may not be written makes no difference to the work: silence is the sign.
    """
    if not _is_time(program) and seen is None:
        return
    given: dict[str, str | bool] = {"name": str(program), "epoch": settings.RESTORE_EPOCH}
    given |= {"seen": json.dumps(dict(seen or {})), "says": bool(seen)}
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SIGN, given)
    except DatabaseError as error:
        if connection.in_atomic_block:
            raise
        logger.warning("A sign of life could not be written: %s", type(error).__name__, extra={"event": "no_sign"})


def _is_time(program: Program) -> bool:
    with _guard:
        now = time.monotonic()
        if now - _last.get(program, float("-inf")) < EVERY:
            return False
        _last[program] = now
        return True


_HEARD = """
    SELECT name, first_at, at, extract(epoch FROM statement_timestamp() - at)::float8, seen,
           extract(epoch FROM statement_timestamp() - min(first_at) OVER ())::float8
      FROM accounts_signoflife WHERE epoch = %s
"""


def heard() -> list[Heard]:
    """Every kind of program. One that was never heard is silent since the first of the others was."""
    with connection.cursor() as cursor:
        cursor.execute(_HEARD, [settings.RESTORE_EPOCH])
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    since_first = max((row[4] for row in rows.values()), default=0.0)
    told = []
    for program in Program:
        first_at, at, silence, seen, _ = rows.get(program, (None, None, since_first, "{}", 0.0))
        known = json.loads(seen) if isinstance(seen, str) else seen
        told.append(Heard(program, first_at, at, timedelta(seconds=max(silence, 0.0)), known))
    return told


def this_life_began() -> datetime | None:
    """When the first program of this life of the database was heard; None where none was yet."""
    signs = SignOfLife.objects.filter(epoch=settings.RESTORE_EPOCH).order_by("first_at")
    return signs.values_list("first_at", flat=True).first()


def earlier_life_ended() -> datetime | None:
    """The last sign of an earlier life that this database carries: about when the backup was made."""
    signs = SignOfLife.objects.exclude(epoch=settings.RESTORE_EPOCH).order_by("-at")
    return signs.values_list("at", flat=True).first()
