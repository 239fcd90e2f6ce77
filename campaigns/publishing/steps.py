"""The steps of one share through a worker: begin, grant, pictures, intent, send, record.

Runs in the owner thread. Each step ends in a call for a thread, or in a recorded end. A broken step leaves the share to
its lease: claimed ones come back counted, sent ones are settled.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar, assert_never

from django.conf import settings
from django.db import close_old_connections

from accounts.database_trouble import is_database_trouble, is_passing
from campaigns.media_store import opened_media, read_media
from campaigns.publishing.claim import Claimed
from campaigns.publishing.crew import Arrived, Crew
from campaigns.publishing.intent import Intent, Prepared, Unprepared, commit_intent, commit_intents
from campaigns.publishing.record import (
    extend_lease,
    give_back_unsent,
    record_changed_pictures,
    record_not_sent,
    record_outcome,
    record_published,
)
from campaigns.publishing.work import PictureChanged, PublishingWork, last_moment, send, upload
from integrations.networks import network
from integrations.networks.base import (
    Grant,
    NeedsReconnect,
    Outcome,
    Published,
    ReadMedia,
    Refresh,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.tokens import RefreshDue, ask_for_refresh, keep_refresh, take_grant

logger = logging.getLogger(__name__)
T = TypeVar("T")

TOGETHER = 24  # shares of one company that pass the intent in one transaction; more gain little, and start at once
BROKE = "Our own program stopped while it waited for the network."


class Steps:
    """The shares in this worker's hands. Each of them always has exactly one call under way."""

    def __init__(self, crew: Crew, stop: threading.Event) -> None:
        self.crew = crew
        self.stop = stop
        self.in_hand: dict[int, PublishingWork] = {}

    def begin(self, claimed: Sequence[Claimed]) -> None:
        """A company's shares go together; where that breaks, each alone, so that one holds up no other."""
        for organization_id, all_of_it in by_company(claimed, lambda one: one.organization_id).items():
            for first in range(0, len(all_of_it), TOGETHER):
                mine = all_of_it[first : first + TOGETHER]
                try:
                    self._begin_together(organization_id, mine)
                except Exception as error:
                    if len(mine) == 1 or is_database_trouble(error):
                        self._leave(mine, error)
                    else:
                        self._each_alone(mine)

    def take(self, arrivals: Sequence[Arrived]) -> None:
        """The owner's next steps with what threads brought back."""
        done: set[int] = set()
        out = [one for one in arrivals if one.then == self._answered and isinstance(one.value, Published)]
        for organization_id, mine in by_company(out, lambda one: one.work.claimed.organization_id).items():
            done |= self._record_together(organization_id, mine)
        for arrived in arrivals:
            if arrived.work.claimed.share_id not in done:
                self._take_one(arrived)

    def _take_one(self, arrived: Arrived) -> None:
        work = arrived.work
        try:
            if isinstance(arrived.value, Exception) and not isinstance(arrived.value, PictureChanged):
                self._call_broke(arrived, arrived.value)
            else:
                arrived.then(work, arrived.value)
        except Exception as error:
            if not is_passing(error):
                return self._leave([work.claimed], error)
            if is_database_trouble(error):
                database_is_away()
            self._keep_answer(arrived, error)

    def keep_leases(self) -> None:
        """Large pictures may take longer than a lease; while their share is in our hands, nobody else takes it."""
        for work in [work for work in self.in_hand.values() if not work.sent]:
            extend_lease(work.claimed)

    # --- before the intent ----------------------------------------------------------------------

    def _each_alone(self, claimed: Sequence[Claimed]) -> None:
        """Those that are not on their way yet."""
        for one in claimed:
            if self._work_of(one) is not None:
                continue
            try:
                self._begin_together(one.organization_id, [one])
            except Exception as error:
                self._leave([one], error)

    def _begin_together(self, organization_id: int, claimed: Sequence[Claimed]) -> None:
        """Most have their grant at hand and no pictures: they pass the intent at once, in one transaction."""
        if self.stop.is_set():
            for one in claimed:
                give_back_unsent(one, because="worker_stops")
            return
        began = time.monotonic()
        answers = commit_intents(organization_id, [Prepared(one) for one in claimed])
        works = {
            one.share_id: PublishingWork(one, answers[one.share_id].post) for one in claimed if one.share_id in answers
        }
        self.in_hand.update(works)
        # What is committed is sent first: no preparation that breaks may come between an intent and its call.
        for share_id, work in works.items():
            answer = answers[share_id]
            work.grant = answer.grant
            if isinstance(answer, Intent):
                self._apart(work, partial(self._call, work, answer, began))
        for share_id, work in works.items():
            if isinstance(answers[share_id], Unprepared):
                self._apart(work, partial(self._prepare, work))
        if len(claimed) > 1:  # somebody else held these, or they may not go out: each is asked about by itself
            self._each_alone([one for one in claimed if one.share_id not in answers])

    def _apart(self, work: PublishingWork, step: Callable[[], None]) -> None:
        """One share's step: where it breaks, those after it still come to theirs."""
        try:
            step()
        except Exception as error:
            self._leave([work.claimed], error)

    def _prepare(self, work: PublishingWork) -> None:
        if work.grant is None:
            self._take_grant(work)
        else:
            self._with_grant(work, work.grant)

    def _take_grant(self, work: PublishingWork) -> None:
        claimed = work.claimed
        self._with_grant(work, take_grant(claimed.organization_id, claimed.connection_id))

    def _with_grant(self, work: PublishingWork, taken: Grant | RefreshDue | NeedsReconnect | TryLater) -> None:
        match taken:
            case RefreshDue():
                work.grant = taken.grant
                self.crew.call(work, partial(ask_for_refresh, taken), partial(self._refreshed, taken))
            case NeedsReconnect() | TryLater():
                self._end_unsent(work, taken)
            case Grant():
                work.grant = taken
                if network(work.post.network).must_upload(work.post):
                    self.crew.call(work, partial(upload, work.post, taken, self._reader(work)), self._uploaded)
                else:
                    self._send(work)
            case _:
                assert_never(taken)

    @staticmethod
    def _reader(work: PublishingWork) -> ReadMedia:
        company = work.claimed.organization_id
        return ReadMedia(partial(read_media, company), partial(opened_media, company))

    def _refreshed(self, due: RefreshDue, work: PublishingWork, answer: Refresh) -> None:
        self._with_grant(work, keep_refresh(due, answer))

    def _uploaded(self, work: PublishingWork, answer: Uploaded | SurelyNotPosted | PictureChanged) -> None:
        if isinstance(answer, PictureChanged):
            record_changed_pictures(work.claimed)
            self._let_go(work)
        elif isinstance(answer, Uploaded):
            work.uploaded = answer
            self._send(work)
        elif isinstance(answer, NeedsReconnect) and answer.may_refresh:
            self._declined_upload(work, answer)
        else:
            self._end_unsent(work, answer)

    def _declined_upload(self, work: PublishingWork, answer: NeedsReconnect) -> None:
        """Once more with a renewed token, in the same claim; that one declined as well, only its person can help."""
        if work.renewed:
            return self._end_unsent(work, replace(answer, may_refresh=False))
        work.renewed = True
        claimed = work.claimed
        return self._with_grant(work, take_grant(claimed.organization_id, claimed.connection_id, refused=work.token))

    def _end_unsent(self, work: PublishingWork, why: SurelyNotPosted) -> None:
        record_not_sent(work.claimed, why, declined=work.token)
        self._let_go(work)

    # --- intent, send, record -------------------------------------------------------------------

    def _send(self, work: PublishingWork) -> None:
        if self.stop.is_set():
            give_back_unsent(work.claimed, because="worker_stops")
            return self._let_go(work)
        began = time.monotonic()
        intent = commit_intent(work.claimed, picture_hashes=work.picture_hashes, waiting=work.waiting)
        if intent is None:
            return self._let_go(work)
        return self._call(work, intent, began)

    def _call(self, work: PublishingWork, intent: Intent, began: float) -> None:
        work.sent = True
        call = partial(
            send, intent.post, work.known_grant, intent.attempt_key, work.uploaded, not_after=last_moment(began)
        )
        self.crew.call(work, call, self._answered)

    def _record_together(self, organization_id: int, answers: Sequence[Arrived]) -> set[int]:
        """Shares of a company whose posts are out. What is not dealt with here is looked at alone."""
        published = [(one.work.claimed, one.value) for one in answers if isinstance(one.value, Published)]
        try:
            written = record_published(organization_id, published)
        except Exception as error:
            if not is_database_trouble(error):
                logger.warning("Answers could not be written down together.", exc_info=error)
                return set()
            database_is_away()
            for one in answers:
                self._keep_answer(one, error)
            return {one.work.claimed.share_id for one in answers}
        for one in answers:
            if one.work.claimed.share_id in written:
                self._let_go(one.work)
        return written

    def _answered(self, work: PublishingWork, outcome: Outcome) -> None:
        if isinstance(outcome, NeedsReconnect) and outcome.may_refresh and not work.renewed:
            return self._renew(work, outcome)
        record_outcome(work.claimed, outcome, declined=work.token)
        return self._let_go(work)

    def _renew(self, work: PublishingWork, outcome: NeedsReconnect) -> None:
        """The token was declined: get another before the share is given back, or it would be sent with the same one.

        Where none is to be had yet (the network is not reached, another worker renews it just now) it is tried again
        later: nobody has said that the grant is over.
        """
        taken = take_grant(work.claimed.organization_id, work.claimed.connection_id, refused=work.token)
        work.renewed = True
        if isinstance(taken, RefreshDue):
            work.grant = taken.grant
            return self.crew.call(work, partial(ask_for_refresh, taken), partial(self._renewed, taken, outcome))
        return self._answered(work, outcome if isinstance(taken, Grant) else taken)

    def _renewed(self, due: RefreshDue, outcome: NeedsReconnect, work: PublishingWork, answer: Refresh) -> None:
        kept = keep_refresh(due, answer)
        if isinstance(kept, Grant):
            work.grant = kept
        self._answered(work, outcome if isinstance(kept, Grant) else kept)

    # --- when something breaks ------------------------------------------------------------------

    def _call_broke(self, arrived: Arrived, error: Exception) -> None:
        """A network's file raised. After the intent that is an unclear send; before it, the lease counts it."""
        if arrived.then != self._answered:
            return self._leave([arrived.work.claimed], error)
        logger.error("A network's file broke.", exc_info=error, extra=place(arrived.work.claimed, "call_broke"))
        return self._answered(arrived.work, Unknown(BROKE))

    def _keep_answer(self, arrived: Arrived, error: Exception) -> None:
        """The database is away: an answer is worth keeping until the settling surely has the share."""
        if time.monotonic() - arrived.work.began > 2 * float(settings.ENGINE["lease"]):
            self._leave([arrived.work.claimed], error)
        else:
            self.crew.put_back(arrived)

    def _leave(self, claimed: Sequence[Claimed], error: Exception) -> None:
        if is_database_trouble(error):
            database_is_away()
        for one in claimed:
            logger.error("A share was left to its lease.", exc_info=error, extra=place(one, "share_left"))
            work = self._work_of(one)
            if work is not None:
                self._let_go(work)

    def _work_of(self, claimed: Claimed) -> PublishingWork | None:
        """What is in hand of this very claim; a later one of the same share is another's."""
        work = self.in_hand.get(claimed.share_id)
        return work if work is not None and work.claimed.fence == claimed.fence else None

    def _let_go(self, work: PublishingWork) -> None:
        if self.in_hand.get(work.claimed.share_id) is work:
            del self.in_hand[work.claimed.share_id]


def by_company(things: Iterable[T], company: Callable[[T], int]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for thing in things:
        found.setdefault(company(thing), []).append(thing)
    return found


def database_is_away() -> None:
    logger.warning("The database did not answer; the worker tries again.", extra={"event": "database_away"})
    close_old_connections()
    time.sleep(0.5)


def place(claimed: Claimed, event: str) -> dict[str, object]:
    return {"event": event, "organization": claimed.organization_id, "share": claimed.share_id, "fence": claimed.fence}
