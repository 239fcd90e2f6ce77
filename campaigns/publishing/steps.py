"""The steps of one share through a worker: begin, grant, pictures, intent, send, record.

Runs in the owner thread. Each step ends in a call for a thread, or in a recorded end. A broken step leaves the share to
its lease: claimed ones come back counted, sent ones are settled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import assert_never

from django.conf import settings
from django.db import close_old_connections

from accounts.tenancy import acting_in
from campaigns.canonical import post_of
from campaigns.media_store import read_media
from campaigns.models import Share
from campaigns.publishing.apart import DATABASE_TROUBLE
from campaigns.publishing.claim import Claimed
from campaigns.publishing.crew import Arrived, Crew
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.record import (
    extend_lease,
    give_back_unsent,
    record_changed_pictures,
    record_not_sent,
    record_outcome,
)
from campaigns.publishing.work import PictureChanged, PublishingWork, last_moment, send, upload
from campaigns.share_lifecycle import ShareState
from integrations.networks.base import (
    Grant,
    NeedsReconnect,
    Outcome,
    Refresh,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.tokens import RefreshDue, ask_for_refresh, keep_refresh, take_grant

logger = logging.getLogger(__name__)

BROKE = "Our own program stopped while it waited for the network."


class Steps:
    """The shares in this worker's hands. Each of them always has exactly one call under way."""

    def __init__(self, crew: Crew, stop: threading.Event) -> None:
        self.crew = crew
        self.stop = stop
        self.in_hand: dict[int, PublishingWork] = {}

    def begin(self, claimed: Claimed) -> None:
        try:
            work = self._load(claimed)
            if work is not None:
                self.in_hand[claimed.share_id] = work
                self._take_grant(work)
        except Exception as error:
            self._leave(claimed, error)

    def take(self, arrived: Arrived) -> None:
        """The owner's next step with what a thread brought back."""
        work = arrived.work
        try:
            if isinstance(arrived.value, Exception) and not isinstance(arrived.value, PictureChanged):
                self._call_broke(arrived, arrived.value)
            else:
                arrived.then(work, arrived.value)
        except DATABASE_TROUBLE as error:
            if time.monotonic() - work.began > 2 * float(settings.ENGINE["lease"]):
                return self._leave(work.claimed, error)
            # An answer is worth keeping until the settling surely has the share.
            database_is_away()
            self.crew.put_back(arrived)
        except Exception as error:
            self._leave(work.claimed, error)
        return None

    def keep_leases(self) -> None:
        """Large pictures may take longer than a lease; while their share is in our hands, nobody else takes it."""
        for work in [work for work in self.in_hand.values() if not work.sent]:
            extend_lease(work.claimed)

    # --- before the intent ----------------------------------------------------------------------

    @staticmethod
    def _load(claimed: Claimed) -> PublishingWork | None:
        with acting_in(claimed.organization_id):
            ours = Share.objects.filter(pk=claimed.share_id, state=ShareState.CLAIMED, fence=claimed.fence)
            share = ours.select_related("item", "connection", "link_code").first()
            return None if share is None else PublishingWork(claimed, post_of(share))

    def _take_grant(self, work: PublishingWork) -> None:
        claimed = work.claimed
        self._with_grant(work, take_grant(claimed.organization_id, claimed.connection_id))

    def _with_grant(self, work: PublishingWork, taken: Grant | RefreshDue | NeedsReconnect | TryLater) -> None:
        match taken:
            case RefreshDue():
                self.crew.call(work, partial(ask_for_refresh, taken), partial(self._refreshed, taken))
            case NeedsReconnect() | TryLater():
                self._end_unsent(work, taken)
            case Grant():
                work.grant = taken
                if work.post.pictures():
                    self.crew.call(work, partial(upload, work.post, taken, self._reader(work)), self._uploaded)
                else:
                    self._send(work)
            case _:
                assert_never(taken)

    @staticmethod
    def _reader(work: PublishingWork) -> Callable[[str], bytes]:
        return partial(read_media, work.claimed.organization_id)

    def _refreshed(self, due: RefreshDue, work: PublishingWork, answer: Refresh) -> None:
        self._with_grant(work, keep_refresh(due, answer))

    def _uploaded(self, work: PublishingWork, answer: Uploaded | SurelyNotPosted | PictureChanged) -> None:
        if isinstance(answer, PictureChanged):
            record_changed_pictures(work.claimed)
            self._let_go(work)
        elif isinstance(answer, Uploaded):
            work.uploaded = answer
            self._send(work)
        else:
            self._end_unsent(work, answer)

    def _end_unsent(self, work: PublishingWork, why: SurelyNotPosted) -> None:
        record_not_sent(work.claimed, why)
        self._let_go(work)

    # --- intent, send, record -------------------------------------------------------------------

    def _send(self, work: PublishingWork) -> None:
        if self.stop.is_set():
            give_back_unsent(work.claimed, because="worker_stops")
            return self._let_go(work)
        began = time.monotonic()
        intent = commit_intent(work.claimed, picture_hashes=work.picture_hashes)
        if intent is None:
            return self._let_go(work)
        work.sent = True
        call = partial(
            send, intent.post, work.known_grant, intent.attempt_key, work.uploaded, not_after=last_moment(began)
        )
        return self.crew.call(work, call, self._answered)

    def _answered(self, work: PublishingWork, outcome: Outcome) -> None:
        if isinstance(outcome, NeedsReconnect) and outcome.may_refresh and not work.renewed:
            return self._renew(work, outcome)
        record_outcome(work.claimed, outcome)
        return self._let_go(work)

    def _renew(self, work: PublishingWork, outcome: NeedsReconnect) -> None:
        """The token was declined: get another before the share is given back, or it would be sent with the same one."""
        claimed, refused = work.claimed, work.known_grant.access_token
        taken = take_grant(claimed.organization_id, claimed.connection_id, refused=refused)
        work.renewed = True
        if isinstance(taken, RefreshDue):
            return self.crew.call(work, partial(ask_for_refresh, taken), partial(self._renewed, taken, outcome))
        return self._answered(work, taken if isinstance(taken, NeedsReconnect) else outcome)

    def _renewed(self, due: RefreshDue, outcome: NeedsReconnect, work: PublishingWork, answer: Refresh) -> None:
        kept = keep_refresh(due, answer)
        self._answered(work, kept if isinstance(kept, NeedsReconnect) else outcome)

    # --- when something breaks ------------------------------------------------------------------

    def _call_broke(self, arrived: Arrived, error: Exception) -> None:
        """A network's file raised. After the intent that is an unclear send; before it, the lease counts it."""
        if arrived.then != self._answered:
            return self._leave(arrived.work.claimed, error)
        logger.error("A network's file broke.", exc_info=error, extra=place(arrived.work.claimed, "call_broke"))
        return self._answered(arrived.work, Unknown(BROKE))

    def _leave(self, claimed: Claimed, error: Exception) -> None:
        if isinstance(error, DATABASE_TROUBLE):
            database_is_away()
        logger.error("A share was left to its lease.", exc_info=error, extra=place(claimed, "share_left"))
        self.in_hand.pop(claimed.share_id, None)

    def _let_go(self, work: PublishingWork) -> None:
        self.in_hand.pop(work.claimed.share_id, None)


def database_is_away() -> None:
    logger.warning("The database did not answer; the worker tries again.", extra={"event": "database_away"})
    close_old_connections()
    time.sleep(0.5)


def place(claimed: Claimed, event: str) -> dict[str, object]:
    return {"event": event, "organization": claimed.organization_id, "share": claimed.share_id, "fence": claimed.fence}
