"""What the operator of the installation watches: how late posts are, what waits and for how long, who does not answer.

Read from PostgreSQL when it is asked, so that no process keeps counters that die with it. Over all companies, and
therefore without anything of a company but its public id, and without anything of a person. It reads small partial
indexes: what is over (posted, withdrawn, too late) is never counted, so old shares cost a reading nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.signs_of_life import Heard, Program, heard
from accounts.tenancy import across_organizations
from accounts.time_limits import limited_as
from campaigns.share_lifecycle import ShareState
from integrations.breakers import not_answering
from integrations.limits import INSTALLATION, is_of_another_epoch
from integrations.models import Breaker, FreezeSwitch
from integrations.refresh_tally import RefreshFigures, refresh_figures

S = ShareState
WINDOW = timedelta(minutes=15)
REFRESHES_OF = timedelta(hours=24)
LATEST_SENDS = 50_000  # of the window are read at most: 55 posts a second
COUNTED = (S.IN_REVIEW, S.SCHEDULED, S.CLAIMED, S.SENDING, S.UNKNOWN, S.HELD, S.TAKING_DOWN)  # what is on its way
SMALL = 5  # accounts; a server with fewer is not named, for its name may be a person's
COMPANIES = 20  # named by their public ids; the rest are one sum
FRESH_FOR = 5.0  # seconds: a page and a collector that ask at once cost one reading


@dataclass(frozen=True, slots=True)
class Lateness:
    """Seconds from the chosen time to the intent, of the posts of the last quarter of an hour."""

    posts: int
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Depth:
    """Planned posts of one company: those that are due and not taken yet, and those for later."""

    organization: str  # its public id; '' for all the others together
    due: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Silent:
    """A server that does not answer, or is being tried again. Of a small one `server` is a code, always the same."""

    network: str
    server: str
    is_small: bool
    state: str
    since: datetime | None
    retry_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stop:
    """Posting is stopped: everywhere (`network` is '') or on one network."""

    network: str
    since: datetime | None
    because: str


@dataclass(frozen=True, slots=True)
class EngineFigures:
    at: datetime
    lateness: Lateness
    shares: Mapping[str, int]
    oldest_unclear: float  # seconds since it was sent
    oldest_held: float
    oldest_due: float  # of what is due and not taken
    depths: tuple[Depth, ...]
    errands: int  # due and not done
    oldest_errand: float
    given_up: int  # errands, in the last day
    refreshes: Mapping[str, RefreshFigures]
    silent_servers: tuple[Silent, ...]
    stops: tuple[Stop, ...]
    is_restored: bool
    programs: tuple[Heard, ...]

    @property
    def watchdog(self) -> Heard:
        return next(one for one in self.programs if one.program == Program.WATCHDOG)

    @property
    def differences(self) -> int | None:
        """What does not add up in the books; None where the watchdog has not looked yet."""
        found = self.watchdog.seen.get("differences")
        return found if isinstance(found, int) and self.watchdog.seen.get("books_at") else None


# The time that was chosen is asked for post by post: a join might read every share there is.
_LATENESS = f"""
    SELECT count(*), coalesce(percentile_cont(0.5) WITHIN GROUP (ORDER BY late), 0),
           coalesce(percentile_cont(0.95) WITHIN GROUP (ORDER BY late), 0),
           coalesce(percentile_cont(0.99) WITHIN GROUP (ORDER BY late), 0)
      FROM (SELECT greatest(extract(epoch FROM latest.intent_at
                   - (SELECT due_at FROM campaigns_share WHERE id = latest.share_id))::float8, 0) AS late
              FROM (SELECT share_id, intent_at FROM campaigns_attempt ORDER BY id DESC LIMIT {LATEST_SENDS}) AS latest
             WHERE latest.intent_at >= statement_timestamp() - %(window)s) AS sends
"""  # noqa: S608  # built of constants of ours
_STATES = f"""
    SELECT state, count(*), 0::float8 FROM campaigns_share
     WHERE state IN ('{S.CLAIMED}', '{S.SENDING}') GROUP BY state
    UNION ALL
    SELECT '{S.UNKNOWN}', count(*), 0 FROM campaigns_share WHERE state = '{S.UNKNOWN}'
    UNION ALL
    SELECT '{S.TAKING_DOWN}', count(*), 0 FROM campaigns_share WHERE state = '{S.TAKING_DOWN}'
    UNION ALL
    SELECT '{S.IN_REVIEW}', count(*), 0 FROM campaigns_share WHERE state = '{S.IN_REVIEW}'
    UNION ALL
    SELECT '{S.HELD}', count(*), coalesce(extract(epoch FROM statement_timestamp() - min(held_at))::float8, 0)
      FROM campaigns_share WHERE state = '{S.HELD}'
"""  # noqa: S608  # built of constants of ours
_UNCLEAR = f"""
    SELECT coalesce(extract(epoch FROM statement_timestamp() - min(sent.at))::float8, 0)
      FROM campaigns_share AS share
     CROSS JOIN LATERAL (SELECT min(intent_at) AS at FROM campaigns_attempt AS attempt
                          WHERE attempt.share_id = share.id AND attempt.attempt_key = share.attempt_key
                            AND attempt.outcome IN ('', 'unknown')) AS sent
     WHERE share.state = '{S.UNKNOWN}'
"""  # noqa: S608  # built of constants of ours
_DEPTHS = f"""
    SELECT organization.public_id, planned.due, planned.total, planned.oldest
      FROM accounts_organization AS organization
     CROSS JOIN LATERAL (
           SELECT count(*) FILTER (WHERE due_at <= statement_timestamp()) AS due, count(*) AS total,
                  greatest(extract(epoch FROM statement_timestamp() - min(due_at))::float8, 0) AS oldest
             FROM campaigns_share AS share
            WHERE share.organization_id = organization.id AND share.state = '{S.SCHEDULED}') AS planned
     WHERE planned.total > 0
     ORDER BY 2 DESC, 3 DESC, 1
"""  # noqa: S608  # built of constants of ours
_ERRANDS = """
    SELECT waiting.number + taken.number,
           coalesce(extract(epoch FROM statement_timestamp() - least(waiting.oldest, taken.oldest))::float8, 0),
           (SELECT count(*) FROM accounts_errand
             WHERE state = 'given_up' AND ended_at >= statement_timestamp() - interval '1 day')
      FROM (SELECT count(*) AS number, min(due_at) AS oldest FROM accounts_errand
             WHERE state = 'waiting' AND due_at <= statement_timestamp()) AS waiting,
           (SELECT count(*) AS number, min(due_at) AS oldest FROM accounts_errand
             WHERE state = 'taken' AND due_at <= statement_timestamp()) AS taken
"""
_ACCOUNTS = """
    SELECT count(*) FROM (SELECT FROM integrations_connection
                           WHERE network = %(network)s AND server = %(server)s LIMIT %(enough)s) AS accounts
"""

_guard = threading.Lock()
_kept: tuple[float, EngineFigures] | None = None


def engine_figures(*, fresh: bool = False) -> EngineFigures:
    """As they stand; read anew where they are older than a few seconds, or `fresh` is asked for."""
    global _kept
    with _guard:
        if fresh or _kept is None or time.monotonic() - _kept[0] > FRESH_FOR:
            _kept = (time.monotonic(), _read())
        return _kept[1]


def _read() -> EngineFigures:
    with (
        limited_as("engine"),
        across_organizations(reason="operator: the engine's figures"),
        connection.cursor() as cursor,
    ):
        lateness = Lateness(*_rows(cursor, _LATENESS, {"window": WINDOW})[0])
        states = {state: (number, age) for state, number, age in _rows(cursor, _STATES)}
        ((oldest_unclear,),) = _rows(cursor, _UNCLEAR)
        depths = _rows(cursor, _DEPTHS)
        ((errands, oldest_errand, given_up),) = _rows(cursor, _ERRANDS)
        silent_servers = tuple(_silent(cursor, one) for one in not_answering())
    states[S.SCHEDULED] = (sum(total for _, _, total, _ in depths), max((row[3] for row in depths), default=0.0))
    now = timezone.now()
    return EngineFigures(
        at=now,
        lateness=lateness,
        shares={state: states.get(state, (0, 0.0))[0] for state in COUNTED},
        oldest_unclear=oldest_unclear,
        oldest_held=states.get(S.HELD, (0, 0.0))[1],
        oldest_due=states[S.SCHEDULED][1],
        depths=_deepest(depths),
        errands=errands,
        oldest_errand=oldest_errand,
        given_up=given_up,
        refreshes=refresh_figures(since=now - REFRESHES_OF),
        silent_servers=silent_servers,
        stops=_stops(),
        is_restored=is_of_another_epoch(),
        programs=tuple(heard()),
    )


def _rows(cursor: Any, statement: str, values: Mapping[str, object] | None = None) -> list[tuple[Any, ...]]:
    cursor.execute(statement, values)
    found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _deepest(rows: list[tuple[Any, ...]]) -> tuple[Depth, ...]:
    """Most due first; what is due and what is for later, apart."""
    depths = [Depth(name, due, total - due) for name, due, total, _oldest in rows]
    others = depths[COMPANIES:]
    rest = Depth("", sum(one.due for one in others), sum(one.waiting for one in others))
    return (*depths[:COMPANIES], rest) if others else tuple(depths)


def _silent(cursor: Any, one: Breaker) -> Silent:
    """A server of one person or a handful is told from others by a code: its name would say who posts from it."""
    asked = {"network": one.network, "server": one.server, "enough": SMALL}
    is_small = bool(one.server) and _rows(cursor, _ACCOUNTS, asked)[0][0] < SMALL
    server = salted_hmac("engine_figures.server", one.pk).hexdigest()[:6] if is_small else one.server
    return Silent(one.network, server, is_small, str(one.state), one.since, one.retry_at)


def _stops() -> tuple[Stop, ...]:
    switches = FreezeSwitch.objects.filter(frozen=True).order_by("scope")
    return tuple(
        Stop("" if one.scope == INSTALLATION else one.scope.partition(":")[2], one.since, one.because)
        for one in switches
    )
