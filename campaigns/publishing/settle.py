"""Settles what a worker left behind and what a network did not answer: no send is ever repeated before it is cleared.

Leases that ran out: CLAIMED comes back, SENDING becomes UNKNOWN. After its settle time an UNKNOWN share is replayed
where that is harmless, looked up where posts can be read, and else given to its person.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from accounts.tenancy import across_organizations, acting_in
from campaigns.activity_rules import deed_of
from campaigns.models import Attempt, AttemptOutcome, Share
from campaigns.publish_rules import Allowed, NotYet, may_publish
from campaigns.publishing.apart import apart
from campaigns.publishing.facts import facts_of
from campaigns.publishing.look_ups import LOOKERS, Left, LookUp, look_up_all
from campaigns.publishing.moves import fail, give_back, hold
from campaigns.publishing.record import leave_unclear
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.networks import network
from integrations.networks.base import AfterUnknown, Post

BATCH = 50
CLOCK_SKEW = timedelta(minutes=1)
STOPPED = "The worker stopped before the network answered."
FAILED_AFTER = "Every worker that took this stopped before it was sent."


def settle() -> int:
    """One round over both clocks; answers how many shares it moved or asked about."""
    over = _leases_over()
    for left in over:
        still = {"fence": left.fence, "state__in": [ShareState.CLAIMED, ShareState.SENDING], "lease_until__lte": Now()}
        apart(left.organization_id, left.share_id, partial(end_lease, left), **still)
    unclear = _take_unclear()
    wanted = [look_up for left in unclear if (look_up := _begun(left)) is not None]
    if wanted:
        look_up_all(wanted)
    return len(over) + len(unclear)


# --- leases that ran out ------------------------------------------------------------------------


def _leases_over() -> list[Left]:
    with across_organizations(reason="engine: leases that ran out"):
        rows = Share.objects.filter(
            state__in=[ShareState.CLAIMED, ShareState.SENDING], lease_until__lte=Now()
        ).values_list("id", "organization_id", "fence")[:BATCH]
        return [Left(*row) for row in rows]


def end_lease(left: Left) -> None:
    """CLAIMED was not sent and comes back, until it was claimed too often; SENDING may have been sent."""
    with acting_in(left.organization_id):
        share = _locked(left, lease_until__lte=Now())
        if share is None:
            return
        if share.state == ShareState.SENDING:
            attempt = Attempt.objects.filter(share=share, fence=share.fence, outcome="")
            attempt.update(outcome=AttemptOutcome.UNKNOWN, reason=STOPPED, ended_at=Now())
            leave_unclear(share, because="lease_over")
        elif share.state == ShareState.CLAIMED:
            if share.claims >= settings.ENGINE["claims_before_failing"]:
                fail(share, because="claimed_too_often", reason=FAILED_AFTER)
            else:
                give_back(share, because="lease_over")


# --- unclear sends ------------------------------------------------------------------------------

_TAKE_UNCLEAR = f"""
    UPDATE campaigns_share AS share
       SET settle_at = statement_timestamp() + make_interval(secs => %(lease)s)
      FROM (SELECT id FROM campaigns_share
             WHERE state = '{ShareState.UNKNOWN}' AND settle_at <= statement_timestamp()
             ORDER BY settle_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS chosen
     WHERE share.id = chosen.id
    RETURNING share.id, share.organization_id, share.fence
"""  # noqa: S608  # built of constants of ours


def _take_unclear() -> list[Left]:
    """Shares to settle now; their clock is set on, so that nobody else asks meanwhile."""
    with across_organizations(reason="engine: unclear sends to settle"), connection.cursor() as cursor:
        cursor.execute(_TAKE_UNCLEAR, {"lease": settings.ENGINE["lease"], "limit": LOOKERS})
        return [Left(*row) for row in cursor.fetchall()]


def _begun(left: Left) -> LookUp | None:
    still = {"fence": left.fence, "state": ShareState.UNKNOWN}
    return apart(left.organization_id, left.share_id, partial(begin_settling, left), **still)


def begin_settling(left: Left) -> LookUp | None:
    """Replay it, give it to the person, or say what to look up."""
    with acting_in(left.organization_id):
        share = _locked(left)
        if share is None or share.state != ShareState.UNKNOWN:
            return None
        where, deed = network(share.network), deed_of(share.item.asks)
        after_unknown = where.after_unknown
        sends = list(share.attempts.filter(attempt_key=share.attempt_key).order_by("intent_at"))
        if after_unknown is AfterUnknown.OPAQUE or not sends or share.connection_id is None:
            hold(share, HeldReason.COULD_NOT_TELL, because="cannot_be_looked_up")
            return None
        repeats = after_unknown is AfterUnknown.REPLAY and _may_replay(share)
        if repeats and not where.repeat_brings_back_of(deed):
            move(share, ShareState.SCHEDULED, by=None, because="replay")
            return None
        post = Post.from_canonical(sends[-1].approval.canonical)
        # Each network's file allows for its clock; a minute more would count earlier posts of the account as this one.
        since = sends[0].intent_at if repeats else sends[0].intent_at - CLOCK_SKEW
        waiting = tuple(send.prepared for send in sends if send.outcome in ("", AttemptOutcome.UNKNOWN))
        return LookUp(
            left, share.connection_id, post, str(share.attempt_key), since, before_repeat=repeats, waiting=waiting
        )


def _may_replay(share: Share) -> bool:
    """The same bytes under the same key, while the network still knows the key and the person still wants it."""
    now: datetime = share.clock  # type: ignore[attr-defined]  # the annotation of _locked
    return isinstance(may_publish(facts_of(share, share.approval, now=now), now=now), Allowed | NotYet)


def _locked(left: Left, **conditions: object) -> Share | None:
    ours = Share.objects.filter(pk=left.share_id, fence=left.fence, **conditions)
    related = ours.select_related("organization", "member", "item", "campaign", "connection", "link_code", "approval")
    # What somebody else holds is looked at in a later round: one stuck transaction must not stop every clock.
    return related.select_for_update(of=("self",), skip_locked=True).annotate(clock=Now()).first()
