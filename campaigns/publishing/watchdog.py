"""Watches the engine from outside it: shares overdue, clocks that ran out, programs that are silent, and the books.

A process of its own without Celery, so that it speaks when the workers are silent. It reads and reports; it moves
nothing. What it saw last stands in its sign of life, for the operator's page and the figures.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.signs_of_life import Program, give_sign, heard
from accounts.tenancy import across_organizations
from campaigns.publishing.balance import Difference, differences
from integrations.limits import RUNNING, claim_parameters

logger = logging.getLogger(__name__)

TAKING_DOWN_FOR = timedelta(hours=4)  # twice the patience of `removal`: by then the person has been told something
OVERDUE = timedelta(minutes=5)  # by then a due share is out, or says why not and when next (design.md, promise 7)

# One question for each partial index, planned posts company by company: the whole table is never read. A frozen share
# waits with a reason, and is not overdue before the freeze's own clock says so.
_AGES = f"""
    SELECT (SELECT coalesce(sum(late.number), 0)::bigint
              FROM accounts_organization AS organization
             CROSS JOIN LATERAL (
                   SELECT count(*) AS number
                     FROM campaigns_share AS share
                     LEFT JOIN integrations_connection AS account ON account.id = share.connection_id
                    WHERE share.organization_id = organization.id AND share.state = 'scheduled'
                      AND share.due_at < statement_timestamp() - %(overdue)s
                      AND coalesce(NOT account.frozen, true)
                      AND (account.wait_until IS NULL OR account.wait_until <= statement_timestamp())
                      AND NOT EXISTS (SELECT FROM integrations_freezeswitch
                                       WHERE frozen AND scope = 'network:' || share.network)) AS late
             WHERE NOT organization.frozen AND {RUNNING}),
           (SELECT count(*) FROM campaigns_share WHERE state IN ('claimed', 'sending')
               AND lease_until < statement_timestamp() - %(overdue)s),
           unclear.late, unclear.age, held.number, held.age,
           (SELECT count(*) FROM campaigns_share AS share
             WHERE share.state = 'taking_down' AND NOT EXISTS (
                   SELECT FROM campaigns_sharemove AS asked
                    WHERE asked.share_id = share.id AND asked.to_state = 'taking_down'
                      AND asked.at >= statement_timestamp() - %(taking_down_for)s))
      FROM (SELECT count(*) FILTER (WHERE settle_at < statement_timestamp() - %(overdue)s) AS late,
                   coalesce(extract(epoch FROM statement_timestamp() - min(settle_at))::float8, 0) AS age
              FROM campaigns_share WHERE state = 'unknown') AS unclear,
           (SELECT count(*) AS number,
                   coalesce(extract(epoch FROM statement_timestamp() - min(held_at))::float8, 0) AS age
              FROM campaigns_share WHERE state = 'held') AS held
"""  # noqa: S608  # built of constants of ours


@dataclass(frozen=True, slots=True)
class Report:
    """What one look found. Ages in seconds; `silent` names programs."""

    overdue: int
    leases_over: int
    unclear_too_long: int
    oldest_unclear: float
    held: int
    oldest_held: float
    taking_down_too_long: int
    silent: tuple[str, ...]
    balance: tuple[Difference, ...]

    @property
    def is_well(self) -> bool:
        late = self.overdue or self.leases_over or self.unclear_too_long or self.taking_down_too_long
        return not (late or self.silent or self.balance)

    def as_dict(self) -> dict[str, object]:
        told = {**asdict(self), "well": self.is_well}
        told["balance"] = [{**asdict(one), "day": one.day.isoformat()} for one in self.balance]
        return told


@dataclass(slots=True)
class Books:
    """What the last look at the books found. They are counted over weeks of shares, so not at every look."""

    differences: int = 0
    at: datetime | None = None

    def found(self, balance: tuple[Difference, ...]) -> None:
        self.differences, self.at = len(balance), timezone.now()


def look(*, at_the_books: bool = True) -> Report:
    """One look. The books are counted over weeks of shares, so they need not be counted at every one."""
    with across_organizations(reason="watchdog: ages of shares"), connection.cursor() as cursor:
        given = claim_parameters() | {"overdue": OVERDUE, "taking_down_for": TAKING_DOWN_FOR}
        cursor.execute(_AGES, given)
        row = cursor.fetchone()
    silent = tuple(str(one.program) for one in heard() if one.is_silent and one.program != Program.WATCHDOG)
    balance = tuple(differences()) if at_the_books else ()
    overdue, leases_over, unclear, oldest_unclear, held, oldest_held, taking_down = row
    return Report(overdue, leases_over, unclear, oldest_unclear, held, oldest_held, taking_down, silent, balance)


def report(*, at_the_books: bool = True, books: Books | None = None) -> Report:
    """Look, log what a person on call should read, and leave it in the sign of life."""
    seen = look(at_the_books=at_the_books)
    if books is not None:
        if at_the_books:
            books.found(seen.balance)
        give_sign(Program.WATCHDOG, seen=_kept(seen, books))
    level = logging.INFO if seen.is_well else logging.ERROR
    sentence = "Nothing is overdue and the books balance." if seen.is_well else "The engine needs somebody to look."
    logger.log(level, sentence, extra={"event": "watchdog", "environment": settings.ENVIRONMENT_NAME, **_flat(seen)})
    return seen


def _kept(seen: Report, books: Books) -> Mapping[str, object]:
    at = books.at.isoformat() if books.at else ""
    return {"well": seen.is_well and not books.differences, "differences": books.differences, "books_at": at}


def _flat(seen: Report) -> dict[str, object]:
    return {
        "overdue": seen.overdue,
        "leases_over": seen.leases_over,
        "unclear": seen.unclear_too_long,
        "held": seen.held,
        "taking_down": seen.taking_down_too_long,
        "silent": ", ".join(seen.silent),
        "differences": len(seen.balance),
    }
