"""Writes plans of a week and moves within them: a draft and a slot for each story, other times, another order.

Nothing here approves: a slot is a proposed time, and leaving an approved window raises `ApprovalNeeded`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.refusals import BadInput
from campaigns.actions.drafts import choose_connection, start_share
from campaigns.actions.proposals import propose_time
from campaigns.actions.shares import move_share
from campaigns.models import Item, Share, ShareState
from campaigns.refusals import TooLate
from campaigns.selectors.accounts import Account
from campaigns.selectors.plan import MOST, Slots, plan_of, time_beside_plan
from campaigns.selectors.times import zone_of


def plan_items(items: Sequence[Item], *, by: Member, account: Account | None = None) -> list[Share]:
    """A draft for each story, from `account` where it has none yet, and a slot on a day of its own for each."""
    if not items:
        raise BadInput(_("Tick at least one story."), field="item")
    with transaction.atomic():
        shares = [_begun(item, by, account) for item in items]
        waiting = {step.share.pk for step in plan_of(by).steps}
        if len(waiting.union(share.pk for share in shares)) > MOST:
            raise BadInput(_("Five posts are a full week. Untick some; they stay on your list."), field="item")
        return _give_slots([share for share in shares if share.proposed_at is None], by)


def plan_anew(shares: Sequence[Share], *, by: Member) -> list[Share]:
    """New slots for drafts whose own passed."""
    with transaction.atomic():
        return _give_slots(shares, by)


def swap_times(share: Share, *, by: Member, other: Share) -> tuple[Share, Share]:
    """Two drafts of a plan change places."""
    times = {share.pk: other.proposed_at, other.pk: share.proposed_at}
    with transaction.atomic():
        for one in sorted((share, other), key=lambda draft: draft.pk):  # one order of locks
            propose_time(one, by=by, proposed_at=times[one.pk])
    share.proposed_at, other.proposed_at = times[share.pk], times[other.pk]
    return share, other


def drop_from_plan(share: Share, *, by: Member) -> Share:
    """Out of the plan. What was written stays a draft."""
    return propose_time(share, by=by, proposed_at=None)


def change_time(share: Share, *, by: Member, wall_time: str) -> Share:
    """Another time, apart from other posts: a draft's as its person likes, a planned post's inside its window."""
    zone = zone_of(by)
    if share.state not in (ShareState.DRAFT, ShareState.SCHEDULED):
        raise TooLate(_("Only a planned post can be moved."))
    chosen = time_beside_plan(share, wall_time, zone=zone, now=timezone.now())
    if share.state == ShareState.DRAFT:
        return propose_time(share, by=by, proposed_at=chosen.at)
    return move_share(share, by=by, due_at=chosen.at, time_zone=zone.key)


def _begun(item: Item, by: Member, account: Account | None) -> Share:
    share = start_share(item, by=by)
    if share.network or account is None:
        return share
    by_hand = account.connection is None
    return choose_connection(share, by=by, connection=account.connection, network=account.network.key, by_hand=by_hand)


def _give_slots(shares: Sequence[Share], by: Member) -> list[Share]:
    slots = Slots(by, shares, zone=zone_of(by), now=timezone.now())
    return [propose_time(share, by=by, proposed_at=slots.free_day(share).at) for share in shares]
