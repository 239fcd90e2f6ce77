"""Writes what a person decides about a share: approve exactly this, move it, withdraw it, take it down.

Approval is a ceremony: the caller brings the hash of what the person saw, and the door they came through.
The draft before it is `actions/drafts.py`'s; what the engine finds out is `actions/publication.py`'s.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.guidelines import accept_guidelines
from accounts.audit import audit
from accounts.errands import owe
from accounts.models import Member
from accounts.selectors.consent import agreed_to_network, takes_part
from accounts.selectors.guidelines import current_guidelines, has_accepted
from accounts.selectors.organization import settings_of
from campaigns.actions.drafts import (
    back_to_draft,
    choose_connection,
    describe_picture,
    edit_draft,
    end_approval,
    owned_and_locked,
    require_clear,
    start_share,
    story_is_stale,
)
from campaigns.actions.links import open_link
from campaigns.actions.queued_wordings import keep_queued_wording
from campaigns.actions.stories import hold_for_changed_story
from campaigns.activity_rules import deed_of, needs_words
from campaigns.canonical import shown_post
from campaigns.models import Approval, Door, Share, Statement, StatementKind
from campaigns.publish_rules import Allowed, PublishFacts, Refused, may_publish
from campaigns.publishing.moves import has_unclear_attempt, hold
from campaigns.publishing.wake import wake_publisher
from campaigns.refusals import (
    ApprovalNeeded,
    ChangedMeanwhile,
    CopiesTooMuch,
    DoorClosed,
    GuidelinesNotAccepted,
    MonthIsSpent,
    NotReady,
    NotTakingPart,
    ReviewNeeded,
    StoryEmbargoed,
    StoryEnded,
    TooLate,
)
from campaigns.selectors.accounts import may_do
from campaigns.selectors.closeness import copies_too_much
from campaigns.selectors.items import is_open
from campaigns.selectors.places import limits_where, where_to
from campaigns.selectors.queue import can_take_down
from campaigns.selectors.renditions import problems_where
from campaigns.selectors.reviews import standing_of
from campaigns.selectors.spend import is_affordable
from campaigns.selectors.times import instant_picked, require_ahead
from campaigns.share_lifecycle import IN_FLIGHT, HeldReason, ShareState, move
from campaigns.time_rules import wall_of, window_of, zone_named
from integrations.models import ConnectionState
from integrations.networks import network
from integrations.networks.base import Post

__all__ = [
    "approve_share",
    "choose_connection",
    "describe_picture",
    "edit_draft",
    "hold_for_changed_story",
    "move_share",
    "start_share",
    "take_down_share",
    "withdraw_share",
]

S = ShareState
APPROVABLE = (S.DRAFT, S.SCHEDULED, S.HELD, S.FAILED)
ON_ITS_WAY = (S.SCHEDULED, *IN_FLIGHT, S.PUBLISHED)


def approve_share(
    share: Share,
    *,
    by: Member,
    door: Door | str,
    seen_sha256: str,
    due_at: datetime | None = None,
    wall_time: str = "",
    time_zone: str = "",
    accepts_guidelines: int = 0,
    is_not_there: bool = False,
) -> Share:
    """Approve exactly what was seen, for `due_at` (or the wall time in its zone; neither means *now*, after the undo).

    `seen_sha256` is `post_of(share).digest()` as shown. A second click answers the share as it stands.
    `accepts_guidelines` is the number of the version that stood over the person's tick; a newer one is shown first.
    `is_not_there`: the person looked after an unclear send, and says that the post is not out.
    """
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if door in settings_of().closed_doors or door not in Door.values:
            raise DoorClosed
        zone = time_zone or by.time_zone or settings_of().time_zone
        due_at = due_at or (instant_picked(wall_time, zone, now=timezone.now()) if wall_time else _now_with_undo(share))
        if _is_second_click(share, seen_sha256, due_at, wall_time):
            return share
        post = _require_approvable(share, by=by, seen_sha256=seen_sha256, due_at=due_at, is_not_there=is_not_there)
        _accept_guidelines(by, ticked=accepts_guidelines)
        _approve(share, post, by=by, door=door, due_at=due_at, zone=zone, is_not_there=is_not_there)
        wake_publisher()
    return share


def withdraw_share(share: Share, *, by: Member) -> Share:
    """Take it back while it waits. While we cannot tell, it ends the approval: what is not out stays in."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == S.WITHDRAWN:
            return share
        if share.state not in (S.DRAFT, S.IN_REVIEW, S.SCHEDULED, S.CLAIMED, S.HELD, S.FAILED, S.UNKNOWN):
            raise TooLate(_too_late_to_withdraw(share))
        if share.held_reason == HeldReason.COULD_NOT_TELL:
            raise NotReady(_("It may be out already. Look there first, and tell us whether it is there."))
        end_approval(share, because="withdrawn")
        if share.state in (S.SCHEDULED, S.CLAIMED) and has_unclear_attempt(share):
            hold(share, HeldReason.COULD_NOT_TELL, because="withdrawn")  # it may be out: the person looks
        elif share.state != S.UNKNOWN:
            move(share, S.WITHDRAWN, by=by, because="withdrawn")
        audit("withdraw_share", by=by, subject=f"share {share.public_id}", private=True, state=share.state)
    return share


def take_down_share(share: Share, *, by: Member) -> Share:
    """Take the person's own post down where the network lets us; the engine performs and confirms it."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state in (S.TAKING_DOWN, S.TAKEN_DOWN):
            return share
        if share.state != S.PUBLISHED:
            raise TooLate(_("Only a post that is out can be taken down."))
        if not can_take_down(share):
            raise NotReady(_("We cannot take this one down from here. Open it and delete it there."))
        before = share.moves.filter(to_state=S.TAKING_DOWN).count()
        move(share, S.TAKING_DOWN, by=by, because="asked")
        cause = f"take_down:{share.public_id}:{before + 1}"
        owe("take_down", cause=cause, payload={"share": share.public_id})
        audit("take_down_share", by=by, subject=f"share {share.public_id}", private=True)
    return share


def move_share(share: Share, *, by: Member, due_at: datetime, time_zone: str = "") -> Share:
    """Another time inside the approved window; beyond it the person approves anew."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        approval = share.approval
        if share.state != S.SCHEDULED or approval is None:
            raise TooLate(_("Only a planned post can be moved."))
        require_clear(share)
        if not approval.window_start <= due_at < approval.window_end:
            raise ApprovalNeeded
        _ask_the_rule(share, due_at, cost=approval.cost)
        zone = zone_named(time_zone or share.time_zone or "UTC")
        changes = {"due_at": due_at, "wall_time": wall_of(due_at, zone), "time_zone": zone.key}
        Share.objects.filter(pk=share.pk, fence=share.fence).update(**changes, updated_at=timezone.now())
        for name, value in changes.items():
            setattr(share, name, value)
        audit("move_share", by=by, subject=f"share {share.public_id}", private=True)
        wake_publisher()
    return share


# --- what must hold before an approval ---------------------------------------------------------


def _require_approvable(share: Share, *, by: Member, seen_sha256: str, due_at: datetime, is_not_there: bool) -> Post:
    """Every condition of an approval; answers the post as the person saw it."""
    if share.state not in APPROVABLE:
        raise TooLate(_("This is on its way or over; there is nothing left to approve."))
    require_clear(share)
    if share.held_reason == HeldReason.COULD_NOT_TELL and not is_not_there:
        raise NotReady(_("Look first whether it is there. We never send it again unless you say that it is not."))
    require_ahead(due_at, now=timezone.now())
    _require_person_and_account(share, by)
    seen = require_words(share, seen_sha256=seen_sha256)
    if standing_of(share).is_missing:
        raise ReviewNeeded
    if not is_open(share.item, at=due_at):
        raise StoryEnded
    _ask_the_rule(share, due_at, cost=_cost_of(share, seen))
    return seen


def require_words(share: Share, *, seen_sha256: str) -> Post:
    """The post as the person saw it, while it still is that and its network would take it."""
    seen = shown_post(share)
    if seen.digest() != seen_sha256 or story_is_stale(share):
        raise ChangedMeanwhile
    blocking = [problem.sentence for problem in problems_where(share, seen, limits_where(share)) if problem.blocks]
    if needs_words(share.item.asks) and not share.text.strip() and not seen.media:
        blocking.insert(0, _("Write something in your own words first."))
    if blocking:
        raise NotReady(" ".join(blocking))
    if copies_too_much(share):
        raise CopiesTooMuch(share.item.closeness_ceiling or 0)
    return seen


def _require_person_and_account(share: Share, by: Member) -> None:
    if not takes_part(by):
        raise NotTakingPart
    if not share.network:
        raise NotReady(_("Choose first where this should go out: one of your accounts, or by hand."))
    if share.by_hand:
        return
    label = network(share.network).label
    connection = share.connection
    if connection is None:
        raise NotReady(_("Connect your %(network)s account or choose to post by hand.") % {"network": label})
    if connection.state != ConnectionState.LIVE:
        raise NotReady(
            _("%(network)s asks you to connect again. Your text is safe: connect again, or post by hand.")
            % {"network": label}
        )
    if not may_do(connection, deed_of(share.item.asks)):
        sentence = _("%(network)s was not asked to allow this when you connected it. Please do it by hand.")
        raise NotReady(sentence % {"network": label})
    if not agreed_to_network(by, share.network):
        raise NotReady(_("Say first that we may post to %(network)s for you.") % {"network": label})


def _cost_of(share: Share, post: Post) -> Decimal:
    """What its network will take for it, in US dollars; whoever posts by hand pays nobody."""
    return Decimal(0) if share.by_hand else network(share.network).price(post)


def _ask_the_rule(share: Share, due_at: datetime, *, cost: Decimal) -> None:
    """`publish_rules` is asked here and again at the intent; what a share waits for is no reason to refuse it."""
    window_start, window_end = window_of(due_at, late_minutes=share.campaign.ask_late_minutes)
    facts = PublishFacts(
        due_at=due_at,
        window_start=window_start,
        window_end=window_end,
        post_late=timedelta(minutes=share.campaign.post_late_minutes),
        ask_late=timedelta(minutes=share.campaign.ask_late_minutes),
        person_is_active=share.member.is_active,
        embargo_is_over=share.item.embargo_until is None or due_at >= share.item.embargo_until,
        month_can_pay=is_affordable(share, cost, due_at=due_at),
        by_hand=share.by_hand,
    )
    verdict = may_publish(facts, now=due_at)
    if verdict == Refused(HeldReason.EMBARGO) and share.item.embargo_until is not None:
        raise StoryEmbargoed(share.item.embargo_until)
    if verdict == Refused(HeldReason.MONTH_IS_SPENT):
        raise MonthIsSpent(network(share.network).label)
    if not isinstance(verdict, Allowed) and verdict != Refused(HeldReason.BY_HAND):
        raise NotReady(_("This cannot go out at that time."))


def _accept_guidelines(by: Member, *, ticked: int) -> None:
    guidelines = current_guidelines()
    if guidelines is None or has_accepted(by, guidelines):
        return
    if ticked != guidelines.number:
        raise GuidelinesNotAccepted
    accept_guidelines(guidelines, by=by)


def _is_second_click(share: Share, seen_sha256: str, due_at: datetime, wall_time: str) -> bool:
    """The same text approved already and on its way: answered, not refused, and approved once."""
    if share.approval is None or share.approval.ended_at is not None or share.state not in ON_ITS_WAY:
        return False
    same_text = _as_drafted(share.approval).digest() == seen_sha256
    now_again = not wall_time and abs((due_at - (share.due_at or due_at)).total_seconds()) < settings.ENGINE["undo"]
    return same_text and (share.state != S.SCHEDULED or share.due_at == due_at or now_again)


# --- the approval itself -------------------------------------------------------------------------


def _approve(
    share: Share, seen: Post, *, by: Member, door: str, due_at: datetime, zone: str, is_not_there: bool
) -> None:
    now = timezone.now()
    if is_not_there:
        Statement.objects.create(share=share, kind=StatementKind.DENIED, by=by)
    attempt_key, post = _identity(share, seen, now)
    end_approval(share, because="approved_again")
    if share.state in (S.SCHEDULED, S.FAILED):
        back_to_draft(share, by=by, because="approved_again")
    window_start, window_end = window_of(due_at, late_minutes=share.campaign.ask_late_minutes)
    approval = Approval.objects.create(
        share=share,
        member=by,
        connection=share.connection,
        canonical=post.canonical().decode(),
        sha256=post.digest(),
        window_start=window_start,
        window_end=window_end,
        door=door,
        cost=_cost_of(share, post),
    )
    open_link(share, now=now)
    schedule = {"due_at": due_at, "wall_time": wall_of(due_at, zone_named(zone)), "time_zone": zone}
    identity = {"attempt_key": attempt_key, "rkey": post.rkey, "post_created_at": post.created_at}
    fresh = {"proposed_at": None, "claims": 0}
    move(share, S.SCHEDULED, by=by, because="approved", approval=approval, **schedule, **identity, **fresh)
    keep_queued_wording(share)
    told = {"door": str(door), "sha256": approval.sha256}
    audit("approve_share", by=by, subject=f"share {share.public_id}", private=True, **told)


def _identity(share: Share, seen: Post, now: datetime) -> tuple[uuid.UUID, Post]:
    """The attempts' key, and the post with its `rkey` and `createdAt`. The very same post keeps all three,
    so that a repeat of an unclear send is harmless."""
    last = share.approvals.order_by("-id").first()
    if last is not None and share.attempts.exists() and _as_drafted(last) == seen:
        return share.attempt_key, Post.from_canonical(last.canonical)
    rkey, created_at = where_to(share).fix_identity(now)
    return uuid.uuid4(), replace(seen, rkey=rkey, created_at=created_at)


def _as_drafted(approval: Approval) -> Post:
    return replace(Post.from_canonical(approval.canonical), rkey="", created_at="")


def _now_with_undo(share: Share) -> datetime:
    """*Now* waits a minute, to undo; by hand there is nothing to undo."""
    return timezone.now() + timedelta(seconds=0 if share.by_hand else settings.ENGINE["undo"])


def _too_late_to_withdraw(share: Share) -> str:
    if share.state == S.SENDING:
        return _("It is going out this very moment. If it is posted, you can take it down.")
    if share.state == S.PUBLISHED:
        return _("It is out already. You can take it down.")
    return _("This is over already; there is nothing to withdraw.")
