"""Asks the networks about unclear sends: every call in a thread of its own, every grant and finding in the caller's.

Never more at once than there are threads: a refresh that waited in line would outlive its lease. It decides nothing;
what a finding means stands in `findings.py`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db import close_old_connections

from accounts.database_trouble import is_database_trouble
from campaigns.publishing.apart import apart
from campaigns.publishing.findings import record_finding
from campaigns.share_lifecycle import ShareState
from integrations.breakers import may_call, watched
from integrations.networks import network
from integrations.networks.base import Absent, CannotTell, Finding, Grant, NeedsReconnect, Post, Refresh, TryLater
from integrations.networks.replies import UNAVAILABLE
from integrations.tokens import RefreshDue, ask_for_refresh, keep_refresh_surely, take_grant

logger = logging.getLogger(__name__)
T = TypeVar("T")

LOOKERS = 32


@dataclass(frozen=True, slots=True)
class Left:
    """A share whose clock ran out, as plain values."""

    share_id: int
    organization_id: int
    fence: int


@dataclass(frozen=True, slots=True)
class LookUp:
    """What to ask the network about one share."""

    left: Left
    connection_id: int
    post: Post
    attempt_key: str
    since: datetime
    before_repeat: bool = False  # it will be sent again under the same key if it never came
    waiting: tuple[str, ...] = ()  # what its unclear sends were to publish; empty where a send had nothing waiting


def look_up_all(wanted: list[LookUp]) -> None:
    """Ask about each of them, at most `LOOKERS`, and write down what was found.

    Trouble of the database is raised when all is through: by then every refresh that was begun has been kept, for its
    old token may be spent. What it kept from being written is asked about in a later round.
    """
    round_ = _Round()
    with ThreadPoolExecutor(LOOKERS, thread_name_prefix="look-up") as threads:
        begun = [(one, round_.step(partial(_begin_grant, one, threads))) for one in wanted]
        granted = [(one, round_.step(partial(_refreshed, grant))) for one, grant in begun if grant is not None]
        asked = [(one, threads.submit(_ask, one, grant)) for one, grant in granted if isinstance(grant, Grant)]
        for one, grant in granted:
            if isinstance(grant, NeedsReconnect | TryLater):
                finding = CannotTell(grant.reason)
                round_.step(partial(_record, one, finding, may_ask_again=isinstance(grant, TryLater)))
        for one, answer in asked:
            round_.step(partial(_record, one, answer.result()))
    if round_.trouble is not None:
        raise round_.trouble


Refreshing = tuple[RefreshDue, Future[Refresh]]


def _begin_grant(one: LookUp, threads: ThreadPoolExecutor) -> Grant | Refreshing | NeedsReconnect | TryLater:
    if not may_call(one.post.network, one.post.server):
        return TryLater(timedelta(), UNAVAILABLE)
    taken = take_grant(one.left.organization_id, one.connection_id)
    return (taken, threads.submit(ask_for_refresh, taken)) if isinstance(taken, RefreshDue) else taken


def _refreshed(begun: Grant | Refreshing | NeedsReconnect | TryLater) -> Grant | NeedsReconnect | TryLater:
    return keep_refresh_surely(begun[0], begun[1].result()) if isinstance(begun, tuple) else begun


class _Round:
    """Steps that break apart from each other."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None  # the first that the database made

    def step(self, step: Callable[[], T]) -> T | TryLater | None:
        """A grant that breaks leaves its own share open, and the others go on. None: the database had trouble."""
        try:
            return step()
        except Exception as error:
            logger.exception("A step of a look-up broke.", extra={"event": "look_up_broke"})
            if not is_database_trouble(error):
                return TryLater(timedelta(), type(error).__name__)
            self.trouble = self.trouble or error
            close_old_connections()
            return None


def _ask(one: LookUp, grant: Grant) -> Finding:
    """In a thread: the network alone, no database."""
    try:
        with watched(one.post.network, one.post.server):
            return _find(one, grant)
    except Exception as error:  # a network's file that breaks leaves it open, and the others go on
        logger.exception("A look-up broke.", extra={"event": "look_up_broke", "share": one.left.share_id})
        return CannotTell(type(error).__name__)


def _find(one: LookUp, grant: Grant) -> Finding:
    where = network(one.post.network)
    found = where.find(one.post, grant, one.attempt_key, one.since)
    if isinstance(found, CannotTell) and any(one.waiting):
        found = where.became_of(one.post, grant, one.waiting, found)
    if one.before_repeat and isinstance(found, Absent):
        return where.never_came(one.post, grant, one.since)
    return found


def _record(one: LookUp, finding: Finding, *, may_ask_again: bool = True) -> None:
    left = one.left
    where = (left.organization_id, left.share_id)
    asks = {"may_ask_again": may_ask_again, "before_repeat": one.before_repeat}
    step = partial(record_finding, *where, left.fence, finding, **asks)
    apart(*where, step, fence=left.fence, state=ShareState.UNKNOWN)
