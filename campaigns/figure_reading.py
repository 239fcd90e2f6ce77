"""Asks the networks what became of posts: one round of it, over all companies.

Woken every minute on a queue of its own; the rows say what is due, so a wake-up may be lost, doubled or late. Posts of
one account are asked about together. A post taken in hand is due again after `LEASE`, so that a worker that died over
it costs minutes. Calls run in threads, writes in this one.
"""

from __future__ import annotations

import logging
import random
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from django.db.models import Min
from django.db.models.functions import Now
from django.utils import timezone

from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from campaigns.figure_clock import are_read, end_clocks, keep_readings, leave_for_now, put_off, still_looked_at
from campaigns.figure_rules import not_now
from campaigns.models import FigureClock, Share, ShareState
from campaigns.rounds import ask_in_round
from integrations.breakers import figures_circuit, flush, may_call, tries_again_at, watched
from integrations.limits import frozen_among, leave_figures_alone, take_figures_call
from integrations.models import Connection, ConnectionState
from integrations.networks import NETWORKS, network
from integrations.networks.base import FiguresRead, Grant, NeedsReconnect, TryLater
from integrations.tokens import fresh_grant

logger = logging.getLogger(__name__)

READERS = 4
MOST = 500  # accounts a round looks at
LEASE = timedelta(minutes=15)
LONGEST_ROUND = timedelta(seconds=45)  # the next one comes every minute
A_DAY = timedelta(days=1)
BROKE = "Our own program stopped while it waited for the network."
NOT_KEPT = "What the network said could not be written down."
Answer = FiguresRead | NeedsReconnect | TryLater


@dataclass(frozen=True, slots=True)
class Due:
    """An account with posts to look at, as plain values."""

    organization_id: int
    connection_id: int
    network: str
    server: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Posts of one account in this worker's hands; or, instead of the grant, why there is none."""

    due: Due
    share_ids: tuple[int, ...]
    posts: tuple[str, ...]
    grant: Grant | NeedsReconnect | TryLater


@limited_as("work")
def read_due_figures() -> int:
    """One round; answers how many accounts' posts were asked about."""
    asked = ask_in_round(
        _wanted(), take=_take, ask=_ask, keep=_keep, at_once=READERS, longest=LONGEST_ROUND, name="figures"
    )
    flush()  # of grants that were renewed for it
    return asked


def _wanted() -> list[Due]:
    """Accounts with something due, the one that waited longest first; none of a network that is stopped."""
    keys = {one.key for one in NETWORKS if are_read(one.key)}
    keys -= frozen_among(keys)
    with across_organizations(reason="figures: posts to look at"):
        due = FigureClock.objects.filter(next_at__lte=Now(), network__in=keys)
        names = ("organization_id", "connection_id", "network", "connection__server")
        accounts = due.values_list(*names).annotate(since=Min("next_at"))
        return [Due(*row[:4]) for row in accounts.order_by("since")[:MOST]]


def _take(due: Due) -> Question | None:
    """None where another worker was faster, the account is gone, or it is not the moment: then it waits."""
    with acting_in(due.organization_id):
        account = Connection.objects.filter(pk=due.connection_id).first()
        if account is None:
            return None
        if account.state == ConnectionState.DISCONNECTED:
            end_clocks([share.pk for share in _lease(due)])
            return None
        if account.frozen or not may_ask(account):
            wait = not_now(dice=random.random())  # noqa: S311  # chance that spreads questions, not a secret
            leave_for_now(account.pk, now=timezone.now(), after=wait)
            return None
        shares = _lease(due)
    if not shares:
        return None
    ids, posts = tuple(share.pk for share in shares), tuple(share.external_id for share in shares)
    return Question(due, ids, posts, fresh_grant(due.organization_id, due.connection_id))


def may_ask(account: Connection) -> bool:
    """Counting has a circuit and a bucket of its own: it takes no probe's turn of posting's, and what it meets is no
    news for posting. Where posting waits for a server, it only stays away."""
    again = tries_again_at(account.network, account.server)
    if again is not None and again > timezone.now():
        return False
    return may_call(*figures_circuit(account.network, account.server)) and take_figures_call(account.network)


def _lease(due: Due) -> list[Share]:
    """As many posts of the account as one question takes; none where another worker has them."""
    clocks = FigureClock.objects.filter(connection_id=due.connection_id, next_at__lte=Now()).order_by("next_at")
    ours = clocks.select_for_update(of=("self",), skip_locked=True).select_related("share")
    shares = [clock.share for clock in ours[: network(due.network).figures_batch]]
    FigureClock.objects.filter(share__in=shares).update(next_at=timezone.now() + LEASE)
    gone = [share.pk for share in shares if share.state != ShareState.PUBLISHED]
    end_clocks(gone)
    return [share for share in shares if share.pk not in gone]


def _ask(question: Question) -> Answer:
    """In a thread: the network alone, no database."""
    if not isinstance(question.grant, Grant):
        return question.grant
    try:
        with watched(*figures_circuit(question.due.network, question.due.server)):
            return network(question.due.network).figures(question.posts, question.grant)
    except Exception:  # a network's file that breaks holds up no other account
        logger.exception("A look at posts broke.", extra={"event": "figures_broke", "network": question.due.network})
        return TryLater(LEASE, BROKE)


def _keep(question: Question, answer: Answer) -> None:
    """What cannot be kept must not keep the others from being looked at, nor be asked for again and again."""
    try:
        record_answer(question, answer)
    except Exception:
        logger.exception("What became of posts could not be kept.", extra={"event": "figures_not_kept"})
        with suppress(Exception):  # the same trouble; the lease makes it wait a while
            record_answer(question, TryLater(A_DAY, NOT_KEPT))


def record_answer(question: Question, answer: Answer) -> None:
    with acting_in(question.due.organization_id):
        shares = still_looked_at(question.share_ids)
        now = timezone.now()
        match answer:
            case FiguresRead(of):
                keep_readings(shares, of, now=now)
            case NeedsReconnect():  # publishing finds out and tells the person; nobody is told because of a number
                put_off(shares, now=now, after=A_DAY)
            case TryLater(after):
                put_off(shares, now=now, after=after)
                if answer.whole_app:
                    leave_figures_alone(question.due.network, after)
            case _:
                assert_never(answer)
