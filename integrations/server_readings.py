"""What servers say of their own limits: asked soon after somebody connected there, once a day, and after a refusal.

Nobody waits for it in a page: what is not known yet is what the network declares, for half a minute as a rule. Kept for
all companies together (`models.Server`), as long as somebody is connected there. Read by `selectors/servers.py`.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import DataError
from django.db.models import Q
from django.utils import timezone

from accounts.tenancy import across_organizations
from integrations.breakers import tries_again_at
from integrations.grant_clocks import spread
from integrations.models import Connection, ConnectionState, Server
from integrations.networks import NETWORKS, network
from integrations.networks.base import Network, ServerLimits, TryLater

logger = logging.getLogger(__name__)

EVERY = timedelta(days=1)
AFTER_SILENCE = timedelta(hours=1)
AFTER_A_REFUSAL = timedelta(minutes=10)  # no sooner: a post that is refused for its words says nothing of limits
A_ROUND = 8  # servers, side by side: one that hangs holds up nobody's grant for longer than its own time


def expect_server(chosen: Network, server: str) -> None:
    """Somebody is connected there from now on: the next round asks it."""
    if chosen.servers_have_limits and server:
        _expect([(chosen.key, server)], timezone.now())


def _expect(servers: Collection[tuple[str, str]], ask_at: datetime) -> None:
    rows = [Server(network=key, server=server, ask_at=ask_at) for key, server in servers]
    Server.objects.bulk_create(rows, ignore_conflicts=True)


def read_new_server(connection: Connection) -> None:
    """At once, for whoever may wait for it; no page may. One that does not answer is asked later."""
    new = Server.objects.filter(network=connection.network, server=connection.server, read_at=None).first()
    if new is not None and _take(new):
        _keep(new, _ask(new))


def ask_again_soon(key: str, server: str) -> None:
    """It refused a post: what we believe of its limits may be old."""
    known = Server.objects.filter(network=key, server=server, read_at__lte=timezone.now() - AFTER_A_REFUSAL)
    known.update(ask_at=timezone.now())


def read_due_servers() -> int:
    """One round, outside any transaction; answers how many were asked. A server without anybody is forgotten."""
    now, keys = timezone.now(), [one.key for one in NETWORKS if one.servers_have_limits]
    peopled, ours = _peopled(keys), Server.objects.filter(network__in=keys)
    # Of whoever connected before servers were asked, or in the moment in which theirs was forgotten.
    _expect(peopled - set(ours.values_list("network", "server")), now)
    due = list(ours.filter(ask_at__lte=now).order_by("ask_at")[:A_ROUND])
    Server.objects.filter(pk__in=[row.pk for row in due if (row.network, row.server) not in peopled]).delete()
    wanted = [row for row in due if (row.network, row.server) in peopled and _take(row)]
    reached = [row for row in wanted if tries_again_at(row.network, row.server) is None]
    with ThreadPoolExecutor(A_ROUND, thread_name_prefix="servers") as threads:
        for row, answer in zip(reached, threads.map(_ask, reached), strict=True):
            _keep(row, answer)
    return len(reached)


def _peopled(keys: Collection[str]) -> set[tuple[str, str]]:
    ours = Q(stored_grant__environment=settings.ENVIRONMENT_NAME)  # a copy of the database calls nobody
    with across_organizations(reason="servers: those where somebody is connected"):
        there = Connection.objects.exclude(state=ConnectionState.DISCONNECTED).exclude(server="")
        there = there.filter(ours, network__in=keys)
        return set(there.order_by().values_list("network", "server").distinct())


def _take(row: Server) -> bool:
    """So that no other worker asks as well; the next question comes even if this worker dies."""
    ours = Server.objects.filter(pk=row.pk, ask_at=row.ask_at)
    return ours.update(ask_at=timezone.now() + AFTER_SILENCE) == 1


def _ask(row: Server) -> ServerLimits | TryLater:
    try:
        return network(row.network).limits_of(row.server)
    except Exception:  # one server must not keep the others from being asked
        logger.exception("A server could not be asked for its limits.", extra={"event": "server_not_asked"})
        return TryLater(AFTER_SILENCE, "")


def _keep(row: Server, answer: ServerLimits | TryLater) -> None:
    if isinstance(answer, TryLater):
        return
    now = timezone.now()
    next_time = now + spread(EVERY, random.random())  # noqa: S311  # chance that spreads calls, not a secret
    try:
        Server.objects.filter(pk=row.pk).update(limits=answer.kept(), read_at=now, ask_at=next_time)
    except (DataError, ValueError):  # nor from being kept
        logger.exception("What a server said cannot be kept.", extra={"event": "server_not_kept"})
