"""Looks after grants ahead of need: renews them, asks whether they still hold, and sees that their people are warned.

One round lists what is due over all companies and works it off: threads call the networks and nothing else, the
database is this thread's. Whatever is not a network's clear "no" leaves a grant as it was.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.tenancy import across_organizations, acting_in
from integrations.actions.grant_endings import ask_to_reconnect, warn_of_end
from integrations.breakers import flush, may_call, watched
from integrations.grant_clocks import CHECK_AFTER_SILENCE, CHECK_EVERY, LOOK_AGAIN, spread
from integrations.limits import INSTALLATION, is_of_another_epoch
from integrations.models import Connection, ConnectionState, FreezeSwitch, StoredGrant
from integrations.networks import NETWORKS, network
from integrations.networks.base import Account, Grant, NeedsReconnect, Refresh, TryLater, Unknown
from integrations.refresh_tally import forget_old_tallies
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


def look_after_grants() -> Round:
    """One round. Nothing is asked while the installation is stopped, or is a restored backup nobody looked at yet."""
    if is_of_another_epoch() or FreezeSwitch.objects.filter(scope=INSTALLATION, frozen=True).exists():
        return Round()
    forget_old_tallies(now=timezone.now())
    done = Round(renewed=renew_ahead(), checked=check_grants(), warned=warn_people())
    flush()
    return done


# --- renewing -----------------------------------------------------------------------------------


def renew_ahead() -> int:
    """Renew what is near its end, each by one call under its lease; answers how many were asked for."""
    free = Q(refresh_lease_until=None) | Q(refresh_lease_until__lte=Now())
    with across_organizations(reason="grants: near their end"):
        due = _listed(_live().filter(free, renew_at__lte=Now()).order_by("renew_at"), RENEWED_A_ROUND)
    taken = (one for listed in due if (one := take_ahead(listed.organization_id, listed.connection_id)))
    asked = 0
    for one, answer in _side_by_side(taken, _ask):
        asked += 1
        _keep(one, answer)
    return asked


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
    asked = 0
    for check, answer in _side_by_side(_opened(due), _profile):
        asked += 1
        with acting_in(check.due.organization_id):
            _keep_check(check, answer)
    return asked


def _opened(due: list[Due]) -> Iterator[Check]:
    for one in due:
        with acting_in(one.organization_id):
            check = _begin_check(one)
        if check is not None:
            yield check


def _begin_check(due: Due) -> Check | None:
    """Take it, so that no other worker asks as well; the next question comes even if this worker dies."""
    ours = StoredGrant.objects.filter(connection_id=due.connection_id, fence=due.fence, check_at__lte=Now())
    if ours.update(check_at=timezone.now() + CHECK_AFTER_SILENCE) == 0:
        return None
    connection = Connection.objects.get(pk=due.connection_id)
    if not may_call(connection.network, connection.server):
        return None
    try:
        return Check(due, connection.network, open_grant(connection))
    except GrantUnreadable:
        return None


def _profile(check: Check) -> Account | NeedsReconnect | TryLater:
    try:
        with watched(check.network, check.grant.server):
            return network(check.network).profile(check.grant)
    except Exception:
        logger.exception("A question about a grant broke.", extra={"event": "check_broke", "network": check.network})
        return TryLater(timedelta(), BROKE)


def _keep_check(check: Check, answer: Account | NeedsReconnect | TryLater) -> None:
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


def _side_by_side(items: Iterable[S], act: Callable[[S], T]) -> Iterator[tuple[S, T]]:
    """Act on each in a thread. An item is taken only when a thread is free: a lease taken early would run out.

    After `TAKES` no further one is taken: a network that hangs must not keep a worker from everything else.
    """
    under_way: dict[Future[T], S] = {}
    until = time.monotonic() + TAKES
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="grants") as threads:
        for item in items:
            under_way[threads.submit(act, item)] = item
            if len(under_way) == AT_ONCE:
                yield from _finished(under_way)
            if time.monotonic() > until:
                break
        while under_way:
            yield from _finished(under_way)


def _finished(under_way: dict[Future[T], S]) -> Iterator[tuple[S, T]]:
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in done:
        yield under_way.pop(future), future.result()
