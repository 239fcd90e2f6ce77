"""A restored database does not know what happened after its backup: whether a post went out, or was taken back.

So nothing that was approved in the earlier life goes out without its person's word. What may be out is looked up where
the network can be asked (the errand "ask_after_restore"); what is found is published, and the rest waits for its
person. What was approved since the restore goes on as planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, assert_never

from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from accounts.errands import Done, ErrandResult, Later, outside, owe, when_given_up
from accounts.signs_of_life import earlier_life_ended, this_life_began
from accounts.tenancy import across_organizations, acting_in
from campaigns.models import Attempt, AttemptOutcome, Share, Statement, StatementKind
from campaigns.notices import has_left, owe_notice
from campaigns.publishing.moves import hold, publish
from campaigns.publishing.wake import wake_publisher
from campaigns.restore_texts import LOOKED, LOST, MAY_BE_OUT
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.limits import is_of_another_epoch, release_restored_database
from integrations.networks import network
from integrations.networks.base import (
    Absent,
    AfterUnknown,
    CannotTell,
    Finding,
    Found,
    Grant,
    NeedsReconnect,
    Post,
    TryLater,
)
from integrations.tokens import fresh_grant

CLOCK_SKEW = timedelta(minutes=1)
PATIENCE = timedelta(hours=1)  # a network that does not answer is asked for so long; then the person is
BATCH = 200

# `%(began)s`: when the first program of this life was heard. Approved before it: in the earlier life.
_EARLIER = f"""
      FROM campaigns_share AS share
      JOIN campaigns_approval AS approval ON approval.id = share.approval_id
     WHERE NOT share.by_hand AND share.connection_id IS NOT NULL
       AND (share.state IN ('{ShareState.SCHEDULED}', '{ShareState.CLAIMED}') AND approval.at < %(began)s
            OR share.state = '{ShareState.HELD}' AND share.held_at < %(began)s
               AND share.held_reason <> '{HeldReason.COULD_NOT_TELL}')
"""  # noqa: S608  # built of constants of ours
_COUNTS = f"""
    SELECT share.network, share.state, share.due_at <= statement_timestamp(), count(*) {_EARLIER} GROUP BY 1, 2, 3
"""  # noqa: S608  # built of constants of ours
_NEXT = f"""
    SELECT share.organization_id, share.id {_EARLIER} ORDER BY share.organization_id, share.id LIMIT {BATCH}
"""  # noqa: S608  # built of constants of ours
_SINCE = f"""
    SELECT count(*), count(*) FILTER (
               WHERE share.due_at < statement_timestamp() - make_interval(mins => campaign.post_late_minutes))
      FROM campaigns_share AS share
      JOIN campaigns_approval AS approval ON approval.id = share.approval_id
      JOIN campaigns_campaign AS campaign ON campaign.id = share.campaign_id
     WHERE share.state = '{ShareState.SCHEDULED}' AND approval.at >= %(began)s
"""  # noqa: S608  # built of constants of ours


class NothingToRelease(Exception):
    """This database is of the environment's own epoch."""


@dataclass(frozen=True, slots=True)
class Release:
    """What a release means, in numbers of posts, before it is done."""

    earlier_life_ended: datetime | None  # about when the backup was made
    began: datetime
    looked_up: int  # may be out; the network is asked
    asked: int  # may be out; only its person can tell
    confirmed: int  # planned for later; its person says whether it still stands
    goes: int  # approved since the restore: goes as planned
    late: int  # of those, too late to go unasked

    @property
    def touched(self) -> int:
        return self.looked_up + self.asked + self.confirmed


def release_ahead() -> Release:
    """What a release would do now."""
    began = this_life_began() or _database_clock()
    with across_organizations(reason="operator: what a restored database planned"), connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"began": began})
        rows: list[tuple[str, str, bool, int]] = cursor.fetchall()
        cursor.execute(_SINCE, {"began": began})
        goes, late = cursor.fetchone()
    may_be_out = [row for row in rows if row[2] or row[1] == ShareState.HELD]
    looked_up = sum(number for key, _, _, number in may_be_out if _can_be_asked(key))
    asked = sum(number for _, _, _, number in may_be_out) - looked_up
    confirmed = sum(row[3] for row in rows) - looked_up - asked
    return Release(earlier_life_ended(), began, looked_up, asked, confirmed, goes - late, late)


def _database_clock() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now


def release() -> Release:
    """Bring every share of the earlier life to where its person or its network is asked; then posting goes on.

    May be stopped and begun again: what was brought there is not counted twice, and nothing goes out before the end.
    """
    if not is_of_another_epoch():
        raise NothingToRelease
    ahead = release_ahead()
    while rows := _next(ahead.began):
        for organization_id, share_id in rows:
            with acting_in(organization_id):
                _into_doubt(share_id)
    release_restored_database()
    wake_publisher()
    return ahead


def _next(began: datetime) -> list[tuple[int, int]]:
    with across_organizations(reason="operator: shares of a restored database"), connection.cursor() as cursor:
        cursor.execute(_NEXT, {"began": began})
        return list(cursor.fetchall())


def _can_be_asked(key: str) -> bool:
    return network(key).after_unknown is not AfterUnknown.OPAQUE


# --- one share ----------------------------------------------------------------------------------


def _into_doubt(share_id: int) -> None:
    related = Share.objects.select_related("organization", "member", "item", "approval").annotate(clock=Now())
    share = related.select_for_update(of=("self",)).get(pk=share_id)
    if has_left(share):
        move(share, ShareState.WITHDRAWN, by=None, because="left")
    elif share.state == ShareState.HELD:
        _doubt_what_waits(share)
    elif share.due_at is not None and share.due_at <= share.clock:
        _doubt_what_was_due(share)
    else:
        hold(share, HeldReason.FROZEN, because="restored", detail=LOST)


def _doubt_what_was_due(share: Share) -> None:
    """The row is written as the send that may have happened: everything that guards an unclear send holds for it."""
    _write_attempt(share)
    if _can_be_asked(share.network):
        doubt = {"held_reason": HeldReason.COULD_NOT_TELL, "held_detail": "", "held_at": Now()}
        move(share, ShareState.HELD, by=None, because="restored", **doubt)  # the letter waits for the network's answer
        _owe_question(share, HeldReason.FROZEN, LOOKED)
    else:
        hold(share, HeldReason.COULD_NOT_TELL, because="restored")


def _doubt_what_waits(share: Share) -> None:
    """Its person may have said *post it* in the part that was lost; they were told of the question already."""
    reason, detail = HeldReason(share.held_reason), share.held_detail
    was_due = share.due_at is not None and share.due_at <= timezone.now()
    if was_due and share.approval is not None and share.approval.ended_at is None:
        _write_attempt(share)
    Share.objects.filter(pk=share.pk).update(held_reason=HeldReason.COULD_NOT_TELL, held_detail="", held_at=Now())
    if _can_be_asked(share.network):
        _owe_question(share, reason, detail)


def _write_attempt(share: Share) -> None:
    assert share.approval is not None
    assert share.due_at is not None
    Share.objects.filter(pk=share.pk).update(fence=F("fence") + 1)  # also shuts out a worker that still held it
    share.fence += 1
    Attempt.objects.create(
        share=share,
        approval=share.approval,
        fence=share.fence,
        attempt_key=share.attempt_key,
        post_sha256=share.approval.sha256,
        intent_at=share.due_at,
        ended_at=timezone.now(),
        outcome=AttemptOutcome.UNKNOWN,
        reason=MAY_BE_OUT,
    )


# --- the errand ---------------------------------------------------------------------------------


def _owe_question(share: Share, absent: HeldReason, detail: str) -> None:
    payload = {"share": share.public_id, "absent": str(absent), "detail": detail}
    owe("ask_after_restore", cause=f"restored:{share.public_id}:{share.fence}", payload=payload)


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask the network about one share, as plain values."""

    network: str
    connection_id: int
    post: Post
    attempt_key: str
    since: datetime
    patience_ends: datetime


def _given_up(payload: dict[str, Any], reason: str) -> None:
    share = _in_doubt(payload["share"])
    if share is not None:
        owe_notice(share, "held", reason=reason)


@when_given_up(_given_up)
@outside
def ask_after_restore(payload: dict[str, Any]) -> ErrandResult:
    """Did this post go out in the part of our records that was lost?"""
    organization_id = payload["organization_id"]
    with acting_in(organization_id):
        asked = _question(payload["share"])
    if asked is None:
        return Done()
    grant = fresh_grant(organization_id, asked.connection_id)
    match grant:
        case Grant():
            finding = network(asked.network).find(asked.post, grant, asked.attempt_key, asked.since)
        case TryLater(_, reason):
            finding = CannotTell(reason)
        case NeedsReconnect(reason):
            return _record(payload, CannotTell(reason), may_ask_again=False)
        case _:
            assert_never(grant)
    return _record(payload, finding, may_ask_again=timezone.now() < asked.patience_ends)


def _question(public_id: str) -> Question | None:
    share = _in_doubt(public_id)
    if share is None or share.approval is None or share.connection_id is None:
        return None
    return Question(
        network=share.network,
        connection_id=share.connection_id,
        post=Post.from_canonical(share.approval.canonical),
        attempt_key=str(share.attempt_key),
        since=min(share.approval.at, share.approval.window_start) - CLOCK_SKEW,
        patience_ends=(share.held_at or timezone.now()) + PATIENCE,
    )


def _in_doubt(public_id: str) -> Share | None:
    """The share under lock; None where its person has answered meanwhile."""
    related = Share.objects.select_related("organization", "member", "item", "approval", "connection")
    waiting = {"state": ShareState.HELD, "held_reason": HeldReason.COULD_NOT_TELL}
    return related.select_for_update(of=("self",)).filter(public_id=public_id, **waiting).first()


def _record(payload: dict[str, Any], finding: Finding, *, may_ask_again: bool) -> ErrandResult:
    with acting_in(payload["organization_id"]):
        share = _in_doubt(payload["share"])
        if share is None:
            return Done()
        match finding:
            case Found(external_id, url):
                found = {"external_id": external_id, "external_url": url}
                Statement.objects.create(share=share, kind=StatementKind.FOUND, **found)
                publish(share, external_id=external_id, url=url, because="found")
            case Absent():
                _absent(share, HeldReason(payload["absent"]), payload["detail"])
            case CannotTell(reason):
                if may_ask_again:
                    return Later(reason)
                owe_notice(share, "held", reason=reason)
            case _:
                assert_never(finding)
    return Done()


def _absent(share: Share, reason: HeldReason, detail: str) -> None:
    """It is not out. Whether it was taken back in the lost part nobody knows, so its person says what becomes of it."""
    Statement.objects.create(share=share, kind=StatementKind.ABSENT)
    Share.objects.filter(pk=share.pk).update(held_reason=reason, held_detail=detail)
    share.held_reason, share.held_detail = reason, detail
    if detail == LOOKED:
        owe_notice(share, "held")


ERRANDS = {"ask_after_restore": ask_after_restore}
