"""Asks the networks once a day how many follow an account, for its person alone: one round, over all companies.

Beside the posts' figures (`figure_reading.py`): the same queue, the same bucket and circuit, the same patience. The
first look makes an account's clock; an account that is connected no more, or whose person left, is asked about no more.
"""

from __future__ import annotations

import logging
import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from campaigns.figure_reading import A_DAY, BROKE, LEASE, MOST, NOT_KEPT, READERS, may_ask
from campaigns.figure_rules import SHORTEST_WAIT, not_now
from campaigns.models import FollowerClock, FollowerReading
from campaigns.rounds import ask_in_round
from integrations.breakers import figures_circuit, flush, watched
from integrations.limits import frozen_among, leave_figures_alone
from integrations.models import Connection, ConnectionState
from integrations.network_settings import network_settings
from integrations.networks import NETWORKS, network
from integrations.networks.base import Followers, Grant, NeedsReconnect, TryLater
from integrations.tokens import fresh_grant

logger = logging.getLogger(__name__)

LONGEST_ROUND = timedelta(seconds=10)  # after the posts' own
Answer = Followers | NeedsReconnect | TryLater


@dataclass(frozen=True, slots=True)
class Due:
    """An account whose followers are to be counted, as plain values."""

    organization_id: int
    connection_id: int
    network: str
    server: str


@dataclass(frozen=True, slots=True)
class Question:
    due: Due
    grant: Grant | NeedsReconnect | TryLater


@limited_as("work")
def read_due_followers() -> int:
    """One round; answers how many accounts were asked about."""
    asked = ask_in_round(
        _wanted(), take=_take, ask=_ask, keep=_keep, at_once=READERS, longest=LONGEST_ROUND, name="followers"
    )
    flush()
    return asked


def _wanted() -> list[Due]:
    """Accounts never counted yet, then the one that waited longest; none of a network that is stopped."""
    keys = {one.key for one in NETWORKS if one.gives_followers and network_settings(one.key).figures}
    keys -= frozen_among(keys)
    never = Q(follower_clock=None)
    with across_organizations(reason="followers: accounts to look at"):
        live = Connection.objects.filter(state=ConnectionState.LIVE, frozen=False, network__in=keys)
        rows = live.filter(never | Q(follower_clock__next_at__lte=Now())).order_by("follower_clock__next_at", "pk")
        return [Due(*row) for row in rows.values_list("organization_id", "pk", "network", "server")[:MOST]]


def _take(due: Due) -> Question | None:
    """None where it is not the moment: then it waits."""
    with acting_in(due.organization_id):
        account = Connection.objects.filter(pk=due.connection_id, state=ConnectionState.LIVE, frozen=False).first()
        if account is None:
            return None
        if not may_ask(account):
            _set(due, timezone.now() + not_now(dice=random.random()))  # noqa: S311  # chance that spreads questions
            return None
        _set(due, timezone.now() + LEASE)
    return Question(due, fresh_grant(due.organization_id, due.connection_id))


def _ask(question: Question) -> Answer:
    """In a thread: the network alone, no database."""
    if not isinstance(question.grant, Grant):
        return question.grant
    due = question.due
    try:
        with watched(*figures_circuit(due.network, due.server)):
            return network(due.network).followers(question.grant)
    except Exception:  # a network's file that breaks holds up no other account
        logger.exception("Counting followers broke.", extra={"event": "followers_broke", "network": due.network})
        return TryLater(LEASE, BROKE)


def _keep(question: Question, answer: Answer) -> None:
    try:
        record_followers(question.due, answer)
    except Exception:
        logger.exception("Followers could not be kept.", extra={"event": "followers_not_kept"})
        with suppress(Exception):
            record_followers(question.due, TryLater(A_DAY, NOT_KEPT))


def record_followers(due: Due, answer: Answer) -> None:
    with acting_in(due.organization_id), transaction.atomic():
        accounts = Connection.objects.filter(pk=due.connection_id, state=ConnectionState.LIVE)
        if not accounts.select_for_update(no_key=True).exists():  # disconnected, or left, meanwhile
            FollowerClock.objects.filter(connection_id=due.connection_id).delete()
            return
        now = timezone.now()
        match answer:
            case Followers(count):
                if count is not None:
                    keep_until = now + network(due.network).keep_figures_for
                    FollowerReading.objects.create(
                        connection_id=due.connection_id, at=now, keep_until=keep_until, followers=count
                    )
                _set(due, now + A_DAY)
            case NeedsReconnect():  # publishing finds out and tells the person
                _set(due, now + A_DAY)
            case TryLater(after):
                _set(due, now + max(after, SHORTEST_WAIT))
                if answer.whole_app:
                    leave_figures_alone(due.network, after)
            case _:
                assert_never(answer)


def _set(due: Due, next_at: datetime) -> None:
    FollowerClock.objects.update_or_create(connection_id=due.connection_id, defaults={"next_at": next_at})
