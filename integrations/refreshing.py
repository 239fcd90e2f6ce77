"""Looks after grants ahead of need: renews them, asks whether they still hold, and sees that their people are warned.

One round lists what is due over all companies and works it off: threads call the networks and nothing else, the
database is this thread's. Whatever is not a network's clear "no" leaves a grant as it was.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from django.conf import settings
from django.db import close_old_connections
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.database_trouble import is_database_trouble
from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from integrations.actions.grant_endings import ask_to_reconnect, warn_of_end
from integrations.breakers import flush, may_call, watched
from integrations.grant_clocks import CHECK_AFTER_SILENCE, CHECK_EVERY, LOOK_AGAIN, spread
from integrations.limits import INSTALLATION, is_of_another_epoch
from integrations.models import Connection, ConnectionState, FreezeSwitch, StoredGrant
from integrations.networks import NETWORKS, network
from integrations.networks.base import Account, Grant, NeedsReconnect, Refresh, TryLater, Unknown
from integrations.refresh_tally import forget_old_tallies
from integrations.server_readings import read_due_servers
from integrations.tokens import (
    GrantUnreadable,
    RefreshDue,
    ask_for_refresh,
    keep_refresh_surely,
    open_grant,
    take_ahead,
)

logger = logging.getLogger(__name__)
S = TypeVar("S")
T = TypeVar("T")

AT_ONCE = 8  # calls under way; a network that hangs holds up eight of them, and no share
TAKES = 25.0  # seconds of a round in which further ones are taken; the next round begins after half a minute
RENEWED_A_ROUND = 500
CHECKED_A_ROUND = 50  # LinkedIn counts such questions per app and day
WARNED_A_ROUND = 500
BROKE = "Our own program stopped while it waited for the network."


@dataclass(frozen=True, slots=True)
class Due:
    """A grant whose clock came, as plain values."""

    organization_id: int
    connection_id: int
    fence: int


@dataclass(frozen=True, slots=True)
class Check:
    """A grant to ask about, opened."""

    due: Due
    network: str
    grant: Grant


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    renewed: int = 0
    checked: int = 0
    warned: int = 0


@limited_as("engine")
def look_after_grants() -> Round:
    """One round. Nothing is asked while the installation is stopped, or is a restored backup nobody looked at yet."""
    if is_of_another_epoch() or FreezeSwitch.objects.filter(scope=INSTALLATION, frozen=True).exists():
        return Round()
    forget_old_tallies(now=timezone.now())
    done = Round(renewed=renew_ahead(), checked=check_grants(), warned=warn_people())
    read_due_servers()
    flush()
    return done


# --- renewing -----------------------------------------------------------------------------------


def renew_ahead() -> int:
    """Renew what is near its end, each by one call under its lease; answers how many were asked for."""
    free = Q(refresh_lease_until=None) | Q(refresh_lease_until__lte=Now())
    with across_organizations(reason="grants: near their end"):
        due = _listed(_live().filter(free, renew_at__lte=Now()).order_by("renew_at"), RENEWED_A_ROUND)
    return _side_by_side(due, _take, _ask, _keep)


def _take(listed: Due) -> RefreshDue | None:
    return take_ahead(listed.organization_id, listed.connection_id)


def _keep(due: RefreshDue, answer: Refresh) -> None:
    keep_refresh_surely(due, answer)
    if isinstance(answer, NeedsReconnect):
        _ask_person(Due(due.organization_id, due.connection_id, due.fence), answer.reason)


def _ask(due: RefreshDue) -> Refresh:
    try:
        return ask_for_refresh(due)
    except Exception:  # a network's file that breaks may have sent it: as good as lost
        logger.exception("A refresh broke.", extra={"event": "refresh_broke", "network": due.network})
        return Unknown(BROKE)


# --- asking whether a grant still holds ---------------------------------------------------------------


def check_grants() -> int:
    """Once a day for every grant that nothing else proved alive. A refresh is such a proof: most need no question."""
    with across_organizations(reason="grants: not heard of for a day"):
        due = _listed(_live().filter(check_at__lte=Now()).order_by("check_at"), CHECKED_A_ROUND)
    return _side_by_side(due, _open, _profile, _keep_check)


def _open(due: Due) -> Check | None:
    with acting_in(due.organization_id):
        return _begin_check(due)


def _begin_check(due: Due) -> Check | None:
    """Take it, so that no other worker asks as well; the next question comes even if this worker dies."""
    ours = StoredGrant.objects.filter(connection_id=due.connection_id, fence=due.fence, check_at__lte=Now())
    if ours.update(check_at=timezone.now() + CHECK_AFTER_SILENCE) == 0:
        return None
    connection = Connection.objects.get(pk=due.connection_id)
    try:
        grant = open_grant(connection)
    except GrantUnreadable:
        return None
    return Check(due, connection.network, grant) if may_call(connection.network, connection.server) else None


def _profile(check: Check) -> Account | NeedsReconnect | TryLater:
    try:
        with watched(check.network, check.grant.server):
            return network(check.network).profile(check.grant)
    except Exception:
        logger.exception("A question about a grant broke.", extra={"event": "check_broke", "network": check.network})
        return TryLater(timedelta(), BROKE)


def _keep_check(check: Check, answer: Account | NeedsReconnect | TryLater) -> None:
    with acting_in(check.due.organization_id):
        _write_check(check, answer)


def _write_check(check: Check, answer: Account | NeedsReconnect | TryLater) -> None:
    """Alive is alive for a day, silence says nothing. A "no" counts when it is said twice, minutes apart.

    Where the grant can be renewed a "no" settles nothing by itself: renewing it does, and is brought forward.
    """
    chance = random.random()  # noqa: S311  # jitter
    stored = StoredGrant.objects.filter(connection_id=check.due.connection_id, fence=check.due.fence)
    match answer:
        case Account():
            stored.update(check_at=timezone.now() + spread(CHECK_EVERY, chance), failures=0)
        case TryLater(after):
            stored.update(check_at=timezone.now() + spread(max(after, CHECK_AFTER_SILENCE), chance))
        case NeedsReconnect(reason):
            if stored.filter(renew_at__isnull=False).update(renew_at=Now()):
                return
            if stored.filter(failures=0).update(failures=1, check_at=timezone.now() + LOOK_AGAIN):
                return
            _ask_person(check.due, reason)


# --- telling people -----------------------------------------------------------------------------------


def warn_people() -> int:
    """Whose grant ends in a week, in a day, or ended: once each."""
    with across_organizations(reason="grants: people to warn"):
        due = _listed(_live().filter(warn_at__lte=Now()).order_by("warn_at"), WARNED_A_ROUND)
    warned = 0
    for one in due:
        with acting_in(one.organization_id):
            warned += warn_of_end(_connection(one), fence=one.fence)
    return warned


def _ask_person(due: Due, reason: str) -> None:
    with acting_in(due.organization_id):
        ask_to_reconnect(_connection(due), fence=due.fence, reason=reason)


def _connection(due: Due) -> Connection:
    return Connection.objects.select_related("member", "organization").get(pk=due.connection_id)


# --- both -----------------------------------------------------------------------------------------


def _live() -> QuerySet[StoredGrant]:
    """Grants of this environment, of live accounts, on networks that nobody stopped. Inside the crossing."""
    frozen = FreezeSwitch.objects.filter(frozen=True).values_list("scope", flat=True)
    stopped = {entry.key for entry in NETWORKS} & {scope.partition(":")[2] for scope in frozen}
    ours = StoredGrant.objects.filter(environment=settings.ENVIRONMENT_NAME)
    return ours.filter(connection__state=ConnectionState.LIVE).exclude(connection__network__in=stopped)


def _listed(rows: QuerySet[StoredGrant], most: int) -> list[Due]:
    return [Due(*row) for row in rows.values_list("organization_id", "connection_id", "fence")[:most]]


def _side_by_side(
    due: Sequence[Due], take: Callable[[Due], S | None], act: Callable[[S], T], keep: Callable[[S, T], None]
) -> int:
    """Take each, act on it in a thread and keep the answer; answers how many were acted on.

    One is taken only when a thread is free: a lease taken early would run out. After `TAKES` no further one is: a
    network that hangs must not keep a worker from everything else. Nor after trouble of the database, which is raised
    once every answer that was under way has been kept: the refresh token behind it may be spent.
    """
    under_way: dict[Future[T], S] = {}
    trouble: list[Exception] = []
    asked, until = 0, time.monotonic() + TAKES
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="grants") as threads:
        for one in due:
            taken = _apart(partial(take, one), trouble)
            if taken is not None:
                under_way[threads.submit(act, taken)] = taken
                asked += 1
            if len(under_way) == AT_ONCE:
                _keep_finished(under_way, keep, trouble)
            if trouble or time.monotonic() > until:
                break
        while under_way:
            _keep_finished(under_way, keep, trouble)
    if trouble:
        raise trouble[0]
    return asked


def _keep_finished(under_way: dict[Future[T], S], keep: Callable[[S, T], None], trouble: list[Exception]) -> None:
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        _apart(partial(keep, under_way.pop(future), future.result()), trouble)


def _apart(step: Callable[[], T], trouble: list[Exception]) -> T | None:
    """One grant that breaks holds up no other."""
    try:
        return step()
    except Exception as error:
        logger.exception("A step of a round over the grants broke.", extra={"event": "grant_step_broke"})
        if is_database_trouble(error):
            trouble.append(error)
            close_old_connections()
        return None
