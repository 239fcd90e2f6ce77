"""Writes down what a network answered, fenced: five outcomes, each with exactly one way on.

An answer that comes after its lease may still prove that the post is out; it never proves anything else.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile
from typing import assert_never

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from accounts.tenancy import acting_in
from campaigns import patience_rules
from campaigns.models import Attempt, AttemptOutcome, Share, Statement, StatementKind
from campaigns.publishing.claim import Claimed
from campaigns.publishing.moves import fail, give_back, hold, publish, publish_together
from campaigns.publishing.settle_time import settle_time
from campaigns.publishing.work import TOO_SLOW
from campaigns.share_lifecycle import HeldReason, ShareState, move
from integrations.actions.connections import mark_needs_reconnect
from integrations.limits import ask_all_for_patience, ask_for_patience
from integrations.networks import network
from integrations.networks.base import (
    NeedsReconnect,
    Outcome,
    Published,
    Refused,
    Secret,
    SurelyNotPosted,
    TryLater,
    Unknown,
)
from integrations.networks.replies import NOT_REACHED
from integrations.server_readings import ask_again_soon
from integrations.tokens import ANOTHER_REFRESHES, has_newer_grant

logger = logging.getLogger(__name__)

# Kept beside the share, and translated where it is shown.
ASKED_TOO_OFTEN = gettext_noop("The network asked us to wait five times in a row, so we stopped trying.")
PICTURES_CHANGED = gettext_noop("A picture of this post is not as you approved it, so it did not go out.")

# Nobody at the network said no: it was not reached, or we were too slow, or busy with the grant ourselves. Only the
# lateness rule ends such tries.
NOT_THE_NETWORKS_WORD = (NOT_REACHED, TOO_SLOW, ANOTHER_REFRESHES.reason)
MOST_LOOKED_AT = 20

OUTCOMES: dict[type[object], AttemptOutcome] = {
    Published: AttemptOutcome.PUBLISHED,
    Refused: AttemptOutcome.REFUSED,
    TryLater: AttemptOutcome.TRY_LATER,
    NeedsReconnect: AttemptOutcome.NEEDS_RECONNECT,
    Unknown: AttemptOutcome.UNKNOWN,
}


def record_outcome(claimed: Claimed, outcome: Outcome, *, declined: Secret | None = None) -> None:
    """After a send. A share that somebody else moved meanwhile stays as it is.

    `declined` is the access token that a "connect again" speaks of; `record_not_sent` takes it likewise.
    """
    with acting_in(claimed.organization_id):
        share = _locked(claimed)
        if share is None:
            return logger.info("A late answer found its share moved on.", extra={"event": "stale_answer"})
        if share.state == ShareState.UNKNOWN:
            return _late_answer(share, outcome)
        _close_attempt(share, outcome)
        match outcome:
            case Published(external_id, url):
                publish(share, external_id=external_id, url=url, because="published")
            case Unknown():
                leave_unclear(share, because="no_clear_answer")
            case Refused() | TryLater() | NeedsReconnect():
                _surely_not_posted(share, outcome, declined)
            case _:
                assert_never(outcome)
        return None


def record_published(organization_id: int, answers: Sequence[tuple[Claimed, Published]]) -> set[int]:
    """What went out of one company, in one transaction; answers which shares are written down.

    Whatever is not plainly SENDING in our hands, or is held by somebody else just now, is left to `record_outcome`.
    """
    found = {claimed.share_id: (claimed.fence, outcome) for claimed, outcome in answers}
    with acting_in(organization_id):
        ours = Share.objects.filter(pk__in=found, state=ShareState.SENDING).select_for_update(
            of=("self",), skip_locked=True
        )
        shares = ours.select_related("item", "link_code")
        sent = [share for share in shares if share.fence == found[share.pk][0]]
        _close_attempts([(share, found[share.pk][1]) for share in sent])
        publish_together([(share, found[share.pk][1].external_id, found[share.pk][1].url) for share in sent])
    return {share.pk for share in sent}


def record_not_sent(claimed: Claimed, outcome: SurelyNotPosted, *, declined: Secret | None = None) -> None:
    """Before any send: the grant or the pictures were not to be had."""
    with acting_in(claimed.organization_id):
        share = _locked(claimed)
        if share is not None and share.state == ShareState.CLAIMED:
            _surely_not_posted(share, outcome, declined)


def record_changed_pictures(claimed: Claimed) -> None:
    """The bytes in the store are no longer those that were approved, or they are gone."""
    with acting_in(claimed.organization_id):
        share = _locked(claimed)
        if share is not None and share.state == ShareState.CLAIMED:
            hold(share, HeldReason.APPROVAL_CHANGED, because="pictures_changed", detail=PICTURES_CHANGED)


def give_back_unsent(claimed: Claimed, *, because: str) -> None:
    """This worker stops, or its deadline passed before the socket: surely nothing was sent."""
    with acting_in(claimed.organization_id):
        share = _locked(claimed)
        if share is None or share.state == ShareState.UNKNOWN:
            return
        if share.state == ShareState.SENDING:
            _close_attempt(share, TryLater(timedelta(), because))
        give_back(share, because=because, counts=False)


def extend_lease(claimed: Claimed) -> None:
    """Only before the intent: what is being sent has its lease from then on, and no longer."""
    with acting_in(claimed.organization_id):
        ours = Share.objects.filter(pk=claimed.share_id, fence=claimed.fence, state=ShareState.CLAIMED)
        ours.update(lease_until=Now() + timedelta(seconds=float(settings.ENGINE["lease"])))


def leave_unclear(share: Share, *, because: str) -> None:
    """SENDING to UNKNOWN, with the clock on which the network is asked.

    No letter: most are settled within minutes, and there is nothing to do; one goes out where it is held in the end.
    """
    settle_at = Now() + settle_time(network(share.network))
    move(share, ShareState.UNKNOWN, by=None, because=because, settle_at=settle_at)


def _locked(claimed: Claimed) -> Share | None:
    states = [ShareState.CLAIMED, ShareState.SENDING, ShareState.UNKNOWN]
    ours = Share.objects.filter(pk=claimed.share_id, fence=claimed.fence, state__in=states)
    related = ours.select_related("organization", "member", "item", "connection", "link_code")
    # Nobody is waited for: the worker has other answers in hand, and asks again a moment later.
    return related.select_for_update(of=("self",), nowait=True).first()


def _late_answer(share: Share, outcome: Outcome) -> None:
    """Its lease had run out, so the share was given to the settling; a proof that it is out still counts."""
    if isinstance(outcome, Published):
        found = {"external_id": outcome.external_id, "external_url": outcome.url}
        Statement.objects.create(share=share, kind=StatementKind.FOUND, **found)
        publish(share, external_id=outcome.external_id, url=outcome.url, because="late_answer")


def _close_attempt(share: Share, outcome: Outcome) -> None:
    found = {"external_id": outcome.external_id, "external_url": outcome.url} if isinstance(outcome, Published) else {}
    reason = "" if isinstance(outcome, Published) else outcome.reason[:400]
    attempt = Attempt.objects.filter(share=share, fence=share.fence, outcome="")
    attempt.update(outcome=OUTCOMES[type(outcome)], reason=reason, ended_at=Now(), **found)


def _close_attempts(sent: Sequence[tuple[Share, Published]]) -> None:
    if not sent:
        return
    rows = [(share.pk, share.fence, outcome.external_id, outcome.url) for share, outcome in sent]
    with connection.cursor() as cursor:
        cursor.execute(
            _CLOSE_ATTEMPTS % ", ".join(["(%s::bigint, %s::bigint, %s::text, %s::text)"] * len(rows)),
            [value for row in rows for value in row],
        )


_CLOSE_ATTEMPTS = f"""
    UPDATE campaigns_attempt AS attempt
       SET outcome = '{AttemptOutcome.PUBLISHED}', ended_at = statement_timestamp(),
           external_id = new.external_id, external_url = new.external_url
      FROM (VALUES %s) AS new (share_id, fence, external_id, external_url)
     WHERE attempt.share_id = new.share_id AND attempt.fence = new.fence AND attempt.outcome = ''
"""  # noqa: S608  # built of constants of ours


def _surely_not_posted(share: Share, outcome: SurelyNotPosted, declined: Secret | None) -> None:
    match outcome:
        case Refused(reason):
            if share.connection is not None:
                ask_again_soon(share.network, share.connection.server)
            fail(share, because="refused", reason=reason)
        case TryLater():
            _later(share, outcome)
        case NeedsReconnect(reason, may_refresh):
            _reconnect(share, reason, declined, may_refresh=may_refresh)
        case _:
            assert_never(outcome)


def _reconnect(share: Share, reason: str, declined: Secret | None, *, may_refresh: bool) -> None:
    """A newer grant, or one refresh, may heal it; a renewed one that is declined as well is its person's to mend."""
    account = share.connection
    heals = may_refresh and len(_latest_sends(share, AttemptOutcome.NEEDS_RECONNECT)) <= 1
    # A newer one stands where its person, or another worker's renewal, was faster than this answer.
    if heals or (account is not None and has_newer_grant(account, than=declined)):
        return give_back(share, because="refresh_first", counts=False)
    if account is not None:
        mark_needs_reconnect(account, reason=reason)
    return hold(share, HeldReason.RECONNECT, because="needs_reconnect", detail=reason)


def _later(share: Share, outcome: TryLater) -> None:
    """As long as the network says; else longer each time, and after some times the person decides."""
    tries = _latest_sends(share, AttemptOutcome.TRY_LATER)
    if patience_rules.is_too_often(sum(reason not in NOT_THE_NETWORKS_WORD for reason in tries)):
        return hold(share, HeldReason.LATE, because="asked_to_wait_too_often", detail=ASKED_TOO_OFTEN)
    dice = random.random()  # noqa: S311  # chance that spreads calls, not a secret
    wait = patience_rules.wait_after(outcome.after, rejections=len(tries), dice=dice)
    if outcome.whole_app:
        ask_all_for_patience(share.network, wait)
    elif share.connection_id:
        ask_for_patience(share.connection_id, wait)
    return give_back(share, because="try_later", counts=False)


def _latest_sends(share: Share, outcome: AttemptOutcome) -> list[str]:
    """The reasons of this approval's sends that ended so, newest first and in a row."""
    sends = Attempt.objects.filter(share=share, approval=share.approval).order_by("-intent_at", "-pk")
    last = list(sends.values_list("outcome", "reason")[:MOST_LOOKED_AT])
    return [reason for _, reason in takewhile(lambda send: send[0] == outcome, last)]
