"""The errand "take_down": removes a published post at its network, and believes only what the network shows.

A delete whose answer got lost is looked up, never assumed. What cannot be removed is published again, with a letter
that says how to do it by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from django.utils import timezone

from accounts.errands import Done, ErrandResult, GiveUp, Later, outside, when_given_up
from accounts.tenancy import acting_in
from campaigns.actions.point_corrections import balance_points_of_taken_down
from campaigns.models import Share, Statement, StatementKind
from campaigns.notices import owe_notice
from campaigns.share_lifecycle import ShareState, move
from integrations.actions.connections import mark_needs_reconnect
from integrations.breakers import flush, may_call, watched
from integrations.networks import network
from integrations.networks.base import (
    Absent,
    CannotTell,
    Finding,
    Found,
    Grant,
    NeedsReconnect,
    Post,
    Removal,
    Removed,
    Secret,
    StillThere,
    TryLater,
    Unknown,
)
from integrations.networks.replies import UNAVAILABLE
from integrations.tokens import RefreshDue, ask_for_refresh, has_newer_grant, keep_refresh_surely, take_grant

CLOCK_SKEW = timedelta(minutes=1)
PATIENCE = timedelta(hours=2)  # after that the person is told how to do it by hand
NOT_ANSWERING = timedelta(seconds=30)
AT_ONCE = timedelta(seconds=2)  # with the newer grant
UNCLEAR = "The network did not say whether the post is gone."


@dataclass(frozen=True, slots=True)
class PostToRemove:
    """Plain values, so that no row is held while the network is called."""

    organization_id: int
    share_public_id: str
    network: str
    connection_id: int
    server: str
    external_id: str
    post: Post | None
    attempt_key: str
    since: datetime
    patience_ends: datetime


def _given_up(payload: dict[str, Any], reason: str) -> None:
    """However the errand ended: a post is never left "being taken down" when nobody is taking it down any more."""
    share = _being_taken_down(payload["share"])
    if share is not None:
        _still_up(share, reason, share.external_url)


@when_given_up(_given_up)
@outside
def take_down(payload: dict[str, Any]) -> ErrandResult:
    organization_id, public_id = payload["organization_id"], payload["share"]
    wanted = _load(organization_id, public_id)
    if wanted is None:
        return Done()
    try:
        return _record(wanted, *_remove(wanted))
    finally:
        flush()


def _remove(wanted: PostToRemove, refused: Secret | None = None) -> tuple[Removal, Secret | None]:
    """One delete, and the token it was asked with. A declined one is renewed once: deleting twice is no error."""
    if not may_call(wanted.network, wanted.server):
        return TryLater(NOT_ANSWERING, UNAVAILABLE), None
    grant, token = _fresh_grant(wanted, refused)
    if not isinstance(grant, Grant):
        return grant, token
    with watched(wanted.network, wanted.server):
        removal = network(wanted.network).remove(wanted.external_id, grant)
    match removal:
        case Unknown():
            return _as_removal(_look(wanted, grant)), token
        case NeedsReconnect(_, may_refresh=True) if refused is None:
            return _remove(wanted, refused=token)
        case _:
            return removal, token


def _fresh_grant(
    wanted: PostToRemove, refused: Secret | None
) -> tuple[Grant | NeedsReconnect | TryLater, Secret | None]:
    """The grant, and the newest token in hand: what is declined is this one."""
    taken = take_grant(wanted.organization_id, wanted.connection_id, refused=refused)
    if not isinstance(taken, RefreshDue):
        return taken, taken.access_token if isinstance(taken, Grant) else refused
    kept = keep_refresh_surely(taken, ask_for_refresh(taken))
    return kept, (kept if isinstance(kept, Grant) else taken.grant).access_token


def _load(organization_id: int, public_id: str) -> PostToRemove | None:
    """None where the share is not being taken down (any more)."""
    with acting_in(organization_id):
        shares = Share.objects.select_related("connection")
        share = shares.filter(public_id=public_id, state=ShareState.TAKING_DOWN).first()
        if share is None or share.connection_id is None:
            return None
        sent = share.attempts.order_by("intent_at").first()
        asked = share.moves.filter(to_state=ShareState.TAKING_DOWN).order_by("-id").values_list("at", flat=True)[0]
        return PostToRemove(
            organization_id=organization_id,
            share_public_id=public_id,
            network=share.network,
            connection_id=share.connection_id,
            server=share.connection.server if share.connection else "",
            external_id=share.external_id,
            post=Post.from_canonical(sent.approval.canonical) if sent else None,
            attempt_key=str(share.attempt_key),
            since=(sent.intent_at if sent else asked) - CLOCK_SKEW,
            patience_ends=asked + PATIENCE,
        )


def _look(wanted: PostToRemove, grant: Grant) -> Finding:
    if wanted.post is None:
        return CannotTell(UNCLEAR)
    with watched(wanted.network, wanted.server):
        return network(wanted.network).find(wanted.post, grant, wanted.attempt_key, wanted.since)


def _as_removal(finding: Finding) -> Removal:
    match finding:
        case Absent():
            return Removed()
        case Found():
            return TryLater(timedelta(seconds=30), UNCLEAR)
        case CannotTell():
            return Unknown(UNCLEAR)
        case _:
            assert_never(finding)


def _record(wanted: PostToRemove, removal: Removal, token: Secret | None) -> ErrandResult:
    with acting_in(wanted.organization_id):
        share = _being_taken_down(wanted.share_public_id)
        if share is None:
            return Done()
        match removal:
            case Removed():
                Statement.objects.create(share=share, kind=StatementKind.GONE, external_id=wanted.external_id)
                move(share, ShareState.TAKEN_DOWN, by=None, because="removed")
                balance_points_of_taken_down(share)
                return Done()
            case StillThere(reason, by_hand):
                return _still_up(share, reason, by_hand)
            case NeedsReconnect(reason):
                return _reconnect(share, wanted, reason, token)
            case TryLater(after, reason):
                return _later(share, wanted, reason, after)
            case Unknown(reason):
                return _later(share, wanted, reason, None)
            case _:
                assert_never(removal)


def _reconnect(share: Share, wanted: PostToRemove, reason: str, token: Secret | None) -> ErrandResult:
    if share.connection is not None:
        if has_newer_grant(share.connection, than=token):
            return _later(share, wanted, reason, AT_ONCE)
        mark_needs_reconnect(share.connection, reason=reason)
    return _still_up(share, reason, share.external_url)


def _being_taken_down(public_id: str) -> Share | None:
    """The share under lock; None where it is not being taken down (any more)."""
    related = Share.objects.select_related("organization", "member", "item", "connection")
    shares = related.select_for_update(of=("self",))
    return shares.filter(public_id=public_id, state=ShareState.TAKING_DOWN).first()


def _later(share: Share, wanted: PostToRemove, reason: str, after: timedelta | None) -> ErrandResult:
    if timezone.now() < wanted.patience_ends:
        return Later(reason, after)
    return _still_up(share, reason, share.external_url)


def _still_up(share: Share, reason: str, by_hand: str) -> ErrandResult:
    detail = by_hand or reason  # never empty: by it the queue knows that this did not work
    move(share, ShareState.PUBLISHED, by=None, because="still_up", held_detail=detail[:400])
    owe_notice(share, "still_up", reason=reason)
    return GiveUp(reason)


ERRANDS = {"take_down": take_down}
