"""The intent: one transaction in which everything is checked once more, then SENDING and its attempt row are committed.

Only after this commit may the network be called. Shares of one company may pass it together, each by its own verdict.
Whatever fails a check goes where the rule says; nothing is sent.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from accounts.tenancy import acting_in
from campaigns.models import Approval, Attempt, Share
from campaigns.publish_rules import Allowed, may_publish
from campaigns.publishing.claim import Claimed
from campaigns.publishing.facts import Around, facts_of, look_around
from campaigns.publishing.kept_plan import join_as_written
from campaigns.publishing.moves import obey
from campaigns.selectors.spend import purses_of
from campaigns.share_lifecycle import ShareState, move_together
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Grant, Post
from integrations.spend_rules import Purses
from integrations.tokens import grant_at_hand


@dataclass(frozen=True, slots=True)
class Intent:
    """Committed: this post may be sent once, under this key. `grant` is the one found beside it, where it was asked."""

    post: Post
    attempt_key: str
    grant: Grant | None = None


@dataclass(frozen=True, slots=True)
class Unprepared:
    """Nothing was decided yet: its grant must be renewed first (None), or its pictures brought there."""

    post: Post
    grant: Grant | None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A claim on its way to the intent. `picture_hashes` are of the bytes that were uploaded for this send, and
    `waiting` is what waits at the network to be published by it.

    None stands for what was not done yet; a share that needs it comes back `Unprepared`.
    """

    claimed: Claimed
    picture_hashes: frozenset[str] | None = None
    has_grant: bool = False
    waiting: str = ""


@dataclass(slots=True)
class _Batch:
    """Shares of one company, locked, with everything that their verdicts rest on."""

    shares: Sequence[Share]
    ready: Mapping[int, Prepared]
    approvals: Mapping[int, Approval]
    grants: Mapping[int, Grant]
    around: Around
    purses: Purses
    answers: dict[int, Intent | Unprepared]
    passed: list[tuple[Share, Approval, Post]]


def commit_intent(claimed: Claimed, *, picture_hashes: frozenset[str], waiting: str = "") -> Intent | None:
    """One share whose grant and pictures are in hand. None where it may not go out now, or is no longer ours."""
    ready = Prepared(claimed, picture_hashes, has_grant=True, waiting=waiting)
    answer = commit_intents(claimed.organization_id, [ready]).get(claimed.share_id)
    return answer if isinstance(answer, Intent) else None


def commit_intents(organization_id: int, prepared: Sequence[Prepared]) -> dict[int, Intent | Unprepared]:
    """Shares of one company together; by share. Those that may not go out now, or are no longer ours, are not in it.

    Nor are those that somebody else holds at this moment: nobody waits with others' locks in hand. Asked for alone they
    are waited for; that is the caller's to do, after it has sent what is committed here.
    """
    with acting_in(organization_id):
        with connection.cursor() as cursor:
            join_as_written(cursor)
        batch = _locked({one.claimed.share_id: one for one in prepared})
        for share in batch.shares:
            _decide(share, batch)
        _write(batch)
    return batch.answers


def _locked(ready: Mapping[int, Prepared]) -> _Batch:
    ours = Share.objects.filter(pk__in=ready, state=ShareState.CLAIMED, lease_until__gt=Now())
    related = ours.select_related(
        "organization", "member", "item__picture", "campaign", "connection__stored_grant", "link_code"
    )
    locked = related.select_for_update(of=("self",), skip_locked=len(ready) > 1).annotate(clock=Now())
    shares = _with_accounts_held([share for share in locked if share.fence == ready[share.pk].claimed.fence])
    live = Approval.objects.select_for_update().filter(share__in=shares, ended_at=None)
    approvals = {approval.share_id: approval for approval in live} if shares else {}
    paid = {share.network: _clock(share) for share in shares if share.pk in approvals and approvals[share.pk].cost}
    return _Batch(
        shares=shares,
        ready=ready,
        approvals=approvals,
        grants={share.pk: grant for share in shares if (grant := _grant_of(share, ready[share.pk]))},
        around=look_around(shares),
        purses=purses_of(paid, now=max(paid.values())) if paid else Purses({}),
        answers={},
        passed=[],
    )


def _with_accounts_held(shares: Sequence[Share]) -> list[Share]:
    """Locked, and seen as they are now: disconnecting or pausing comes wholly before the intent or wholly after it.

    Where somebody else has the account in hand at this moment, its share goes alone, as if it were held itself.
    """
    accounts = Connection.objects.filter(pk__in={share.connection_id for share in shares}).order_by("pk")
    held = {one.pk: one for one in accounts.select_for_update(no_key=True, skip_locked=len(shares) > 1)}
    for share in shares:
        if share.connection is not None and share.connection.pk in held:
            now = held[share.connection.pk]
            share.connection.state, share.connection.frozen = now.state, now.frozen
    return [share for share in shares if share.connection_id is None or share.connection_id in held]


def _grant_of(share: Share, ready: Prepared) -> Grant | None:
    if ready.has_grant or share.connection is None:
        return None
    return grant_at_hand(share.connection, now=_clock(share))


def _clock(share: Share) -> datetime:
    """The database's, when the share was locked."""
    now: datetime = share.clock  # type: ignore[attr-defined]  # the annotation of _locked
    return now


def _decide(share: Share, batch: _Batch) -> None:
    """Its verdict is obeyed at once; what may go out is written with the others."""
    approval, ready = batch.approvals.get(share.pk), batch.ready[share.pk]
    post = None if approval is None else Post.from_canonical(approval.canonical)
    grant = batch.grants.get(share.pk)
    if post is not None and _must_be_prepared(post, ready, grant):
        batch.answers[share.pk] = Unprepared(post, grant)
        return
    now = _clock(share)
    brought = ready.picture_hashes or frozenset()
    intact = post is not None and {file.sha256 for file in post.files()} == brought
    can_pay = approval is None or batch.purses.allow(share.network, approval.cost)
    facts = facts_of(share, approval, now=now, pictures_intact=intact, month_can_pay=can_pay, around=batch.around)
    verdict = may_publish(facts, now=now)
    if isinstance(verdict, Allowed) and approval is not None and post is not None:
        batch.purses.pay(share.network, approval.cost)
        batch.passed.append((share, approval, post))
    else:
        obey(share, verdict)


def _must_be_prepared(post: Post, ready: Prepared, grant: Grant | None) -> bool:
    if not (ready.has_grant or grant):
        return True
    return ready.picture_hashes is None and network(post.network).must_upload(post)


def _write(batch: _Batch) -> None:
    """SENDING and the attempt of every share that passed."""
    lease = timedelta(seconds=float(settings.ENGINE["lease"]))
    attempts, moves = [], []
    for share, approval, post in batch.passed:
        now = _clock(share)
        key = _attempt_key(share, approval) if share.pk in batch.around.sent_before else share.attempt_key
        moves.append((share, {"lease_until": now + lease, "claims": 0, "attempt_key": key}))
        attempts.append(_attempt(share, approval, key, now, waiting=batch.ready[share.pk].waiting))
        batch.answers[share.pk] = Intent(post, str(key), batch.grants.get(share.pk))
    move_together(moves, ShareState.SENDING, because="intent")
    Attempt.objects.bulk_create(attempts)


def _attempt(share: Share, approval: Approval, key: uuid.UUID, now: datetime, *, waiting: str) -> Attempt:
    return Attempt(
        share=share,
        approval=approval,
        fence=share.fence,
        attempt_key=key,
        post_sha256=approval.sha256,
        cost=approval.cost,
        prepared=waiting,
        intent_at=now,
    )


def _attempt_key(share: Share, approval: Approval) -> uuid.UUID:
    """The share's key, unless it once stood for another post: a network would answer with that one."""
    others = share.attempts.filter(attempt_key=share.attempt_key).exclude(post_sha256=approval.sha256)
    return uuid.uuid4() if others.exists() else share.attempt_key
