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
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from accounts.errands import Done, ErrandResult, Later, outside, owe, when_given_up
from accounts.selectors.organization import every_id
from accounts.signs_of_life import earlier_life_ended, this_life_began
from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from campaigns.models import Attempt, AttemptOutcome, Share, Statement, StatementKind
from campaigns.notices import has_left, owe_notice
from campaigns.publishing.moves import hold, publish
from campaigns.publishing.wake import wake_publisher
from campaigns.restore_texts import LOOKED, LOST, MAY_BE_OUT
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.breakers import flush, may_call, watched
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
from integrations.networks.replies import UNAVAILABLE
from integrations.tokens import fresh_grant

CLOCK_SKEW = timedelta(minutes=1)
PATIENCE = timedelta(hours=1)  # a network that does not answer is asked for so long; then the person is

PLANNED = (ShareState.SCHEDULED, ShareState.CLAIMED)
SENT = (ShareState.SENDING, ShareState.UNKNOWN)  # with an ended approval it never goes again: settled as always

# `%(began)s`: when the first program of this life was heard. Approved before it: in the earlier life. One part for each
# partial index, and planned posts company by company: no statement here reads the whole table.
_OURS = """
      FROM campaigns_share AS share
      JOIN campaigns_approval AS approval ON approval.id = share.approval_id
     WHERE NOT share.by_hand AND share.connection_id IS NOT NULL
"""
_EARLIER = f"""
    SELECT share.organization_id, share.id, share.network, share.state, share.due_at {_OURS}
       AND share.state IN ('{ShareState.CLAIMED}', '{ShareState.SENDING}') AND approval.at < %(began)s
       AND (share.state = '{ShareState.CLAIMED}' OR approval.ended_at IS NULL)
    UNION ALL
    SELECT share.organization_id, share.id, share.network, share.state, share.due_at {_OURS}
       AND share.state = '{ShareState.UNKNOWN}' AND approval.at < %(began)s AND approval.ended_at IS NULL
    UNION ALL
    SELECT share.organization_id, share.id, share.network, share.state, share.due_at {_OURS}
       AND share.state = '{ShareState.HELD}' AND share.held_at < %(began)s
       AND share.held_reason <> '{HeldReason.COULD_NOT_TELL}'
"""  # noqa: S608  # built of constants of ours
_COUNTS = f"""
    SELECT network, state, due_at <= statement_timestamp(), count(*) FROM ({_EARLIER}) AS earlier GROUP BY 1, 2, 3
    UNION ALL
    SELECT planned.network, '{ShareState.SCHEDULED}', planned.is_due, planned.number
      FROM accounts_organization AS organization
     CROSS JOIN LATERAL (
           SELECT share.network, share.due_at <= statement_timestamp() AS is_due, count(*) AS number {_OURS}
              AND share.organization_id = organization.id AND share.state = '{ShareState.SCHEDULED}'
              AND approval.at < %(began)s
            GROUP BY 1, 2) AS planned
"""  # noqa: S608  # built of constants of ours
_SINCE = f"""
    SELECT coalesce(sum(planned.number), 0)::bigint, coalesce(sum(planned.late), 0)::bigint
      FROM accounts_organization AS organization
     CROSS JOIN LATERAL (
           SELECT count(*) AS number, count(*) FILTER (
                      WHERE share.due_at < statement_timestamp() - make_interval(mins => campaign.post_late_minutes)
                  ) AS late
             FROM campaigns_share AS share
             JOIN campaigns_approval AS approval ON approval.id = share.approval_id
             JOIN campaigns_campaign AS campaign ON campaign.id = share.campaign_id
            WHERE share.organization_id = organization.id AND share.state = '{ShareState.SCHEDULED}'
              AND approval.at >= %(began)s) AS planned
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


@limited_as("work")  # a million planned posts take their seconds
def release_ahead() -> Release:
    """What a release would do now."""
    began = this_life_began() or _database_clock()
    with across_organizations(reason="operator: what a restored database planned"), connection.cursor() as cursor:
        cursor.execute(_COUNTS, {"began": began})
        rows: list[tuple[str, str, bool, int]] = cursor.fetchall()
        cursor.execute(_SINCE, {"began": began})
        goes, late = cursor.fetchone()
    may_be_out = [row for row in rows if row[2] or row[1] not in PLANNED]
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
    """Bring every share of the earlier life to where its person or its network is asked; then posting goes on."""
    if not is_of_another_epoch():
        raise NothingToRelease
    ahead = release_ahead()
    bring_into_doubt(ahead.began)
    let_go_on()
    return ahead


def bring_into_doubt(began: datetime) -> None:
    """May be stopped and begun again: what was brought there is not counted twice, and nothing goes out before the
    end."""
    for organization_id, share_id in _perhaps_sent(began):
        _into_doubt(organization_id, share_id, began)
    for organization_id in every_id():
        for share_id in _planned(organization_id, began):
            _into_doubt(organization_id, share_id, began)


def let_go_on() -> None:
    """The last step. It is one row, so whoever writes down who did it does so in the same transaction."""
    release_restored_database()
    wake_publisher()


@limited_as("work")
def _perhaps_sent(began: datetime) -> list[tuple[int, int]]:
    with across_organizations(reason="operator: shares of a restored database"), connection.cursor() as cursor:
        cursor.execute(_EARLIER, {"began": began})
        return [(organization_id, share_id) for organization_id, share_id, *_ in cursor.fetchall()]


def _planned(organization_id: int, began: datetime) -> list[int]:
    with acting_in(organization_id):
        return list(_planned_of_acting(began).values_list("id", flat=True))


def _planned_of_acting(began: datetime) -> QuerySet[Share]:
    planned = Share.objects.filter(state=ShareState.SCHEDULED, by_hand=False, connection__isnull=False)
    return planned.filter(approval__at__lt=began).order_by("due_at", "id")


def _can_be_asked(key: str) -> bool:
    return network(key).after_unknown is not AfterUnknown.OPAQUE


# --- one share ----------------------------------------------------------------------------------


def _into_doubt(organization_id: int, share_id: int, began: datetime) -> None:
    with acting_in(organization_id):
        related = Share.objects.select_related("organization", "member", "item", "approval").annotate(clock=Now())
        share = related.select_for_update(of=("self",)).get(pk=share_id)
        if not _is_doubtful(share, began):
            return  # its person was faster
        if share.state in SENT:
            _doubt_what_was_sent(share)
        elif has_left(share):
            move(share, ShareState.WITHDRAWN, by=None, because="left")
        elif share.state == ShareState.HELD:
            _doubt_what_waits(share)
        elif share.due_at is not None and share.due_at <= share.clock:
            _write_attempt(share)  # as the send that may have happened: all that guards an unclear send holds for it
            _ask(share)
        else:
            hold(share, HeldReason.FROZEN, because="restored", detail=LOST)


def _is_doubtful(share: Share, began: datetime) -> bool:
    """`_EARLIER` again, of a share under lock."""
    if share.approval is None:
        return False
    if share.state == ShareState.HELD:
        asked = share.held_reason == HeldReason.COULD_NOT_TELL
        return not asked and share.held_at is not None and share.held_at < began
    is_wanted = share.state in PLANNED or (share.state in SENT and share.approval.ended_at is None)
    return is_wanted and share.approval.at < began


def _doubt_what_was_sent(share: Share) -> None:
    """Its person may have taken it back, or changed it, in the part that was lost: settling would send it again."""
    _shut_out(share)
    still_open = share.attempts.filter(outcome="")
    still_open.update(outcome=AttemptOutcome.UNKNOWN, reason=MAY_BE_OUT, ended_at=timezone.now())
    _ask(share)


def _ask(share: Share) -> None:
    """The network, where it can be asked; else the person."""
    if _can_be_asked(share.network):
        doubt = {"held_reason": HeldReason.COULD_NOT_TELL, "held_detail": "", "held_at": Now()}
        move(share, ShareState.HELD, by=None, because="restored", **doubt)  # the letter waits for the network's answer
        _owe_question(share, HeldReason.FROZEN, LOOKED)
    else:
        hold(share, HeldReason.COULD_NOT_TELL, because="restored")


def _doubt_what_waits(share: Share) -> None:
    """Its person may have said *post it* in the part that was lost. They were told of the old question already; where
    nobody but they can tell whether it is out, they are told of the new one."""
    reason, detail = HeldReason(share.held_reason), share.held_detail
    was_due = share.due_at is not None and share.due_at <= timezone.now()
    if was_due and share.approval is not None and share.approval.ended_at is None:
        _write_attempt(share)
    else:
        _shut_out(share)
    Share.objects.filter(pk=share.pk).update(held_reason=HeldReason.COULD_NOT_TELL, held_detail="", held_at=Now())
    share.held_reason, share.held_detail = HeldReason.COULD_NOT_TELL, ""
    if _can_be_asked(share.network):
        _owe_question(share, reason, detail)
    else:
        owe_notice(share, "held")


def _shut_out(share: Share) -> None:
    """A worker of the earlier life that still holds it writes nothing more."""
    Share.objects.filter(pk=share.pk).update(fence=F("fence") + 1)
    share.fence += 1


def _write_attempt(share: Share) -> None:
    assert share.approval is not None
    assert share.due_at is not None
    _shut_out(share)
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
    server: str
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
    try:
        finding, may_ask_again = _look(organization_id, asked)
    finally:
        flush()
    return _record(payload, finding, may_ask_again=may_ask_again and timezone.now() < asked.patience_ends)


def _look(organization_id: int, asked: Question) -> tuple[Finding, bool]:
    """What the network says, and whether it could say more another time."""
    if not may_call(asked.network, asked.server):
        return CannotTell(UNAVAILABLE), True
    grant = fresh_grant(organization_id, asked.connection_id)
    match grant:
        case Grant():
            with watched(asked.network, asked.server):
                finding = network(asked.network).find(asked.post, grant, asked.attempt_key, asked.since)
            return finding, not (isinstance(finding, CannotTell) and finding.for_good)
        case TryLater(_, reason):
            return CannotTell(reason), True
        case NeedsReconnect(reason):
            return CannotTell(reason), False
        case _:
            assert_never(grant)


def _question(public_id: str) -> Question | None:
    share = _in_doubt(public_id)
    if share is None or share.approval is None or share.connection_id is None:
        return None
    return Question(
        network=share.network,
        server=share.connection.server if share.connection else "",
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
    if has_left(share):
        return move(share, ShareState.WITHDRAWN, by=None, because="left")
    Share.objects.filter(pk=share.pk).update(held_reason=reason, held_detail=detail)
    share.held_reason, share.held_detail = reason, detail
    if detail == LOOKED:
        owe_notice(share, "held")
    return None


ERRANDS = {"ask_after_restore": ask_after_restore}
