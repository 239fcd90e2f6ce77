"""The whole life of shares as a state machine: what people do, what workers do, and what goes wrong between them.

Every rule calls the product's own actions and engine steps. No rule has a precondition on what the database holds:
a choice picks among what fits at that moment, or nothing, so that an example replays alike.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from accounts.actions.departures import leave
from accounts.errands import run_errands
from accounts.models import Member
from accounts.refusals import Refusal
from accounts.tenancy import acting_in
from campaigns.actions.answers import confirm_it_is_there
from campaigns.actions.drafts import edit_draft, make_ready_to_show, start_share
from campaigns.actions.pauses import pause_posting, resume_posting
from campaigns.actions.shares import approve_share, move_share, take_down_share, withdraw_share
from campaigns.canonical import shown_post
from campaigns.models import Door, HeldReason, Share, ShareState
from campaigns.publishing.balance import differences
from campaigns.publishing.claim import claim
from campaigns.publishing.loop import Publisher
from campaigns.publishing.service import tick
from tests.campaigns.life.invariants import OUT, Judge
from tests.campaigns.life.rules import FAULTS, PICK, STAYS, STOPS_AFTER, UNCLEAR, EveryRule, step
from tests.campaigns.life.stage import Place, Stage, check_keys
from tests.campaigns.life.workers import Hand, go_on
from tests.campaigns.publishing.posting import Desk

S = ShareState
T = TypeVar("T")
APPROVABLE = (S.DRAFT, S.SCHEDULED, S.HELD, S.FAILED)


class LifeMachine(RuleBasedStateMachine):
    """One example: a few people, their posts, one engine."""

    waits_for_what_is_late = True  # a mutation of the test's own switches it off

    def __init__(self, stage: Stage, done: Counter[str]) -> None:
        super().__init__()
        self._rules_strategy = EveryRule(self)
        self.stage, self.done = stage, done
        self.judge = Judge(stage)
        self.hands: list[Hand] = []
        self.saved, self.written = "", 0
        self._example = stage.example()
        self._example.__enter__()

    # --- what people do ---------------------------------------------------------------------------

    @initialize(first=PICK, second=PICK, third=PICK, later=st.booleans())
    def approve_a_few(self, first: int, second: int, third: int, later: bool) -> None:
        """Every example begins with something planned: the library leaves out rules at random."""
        for place in {first, second, third}:
            self._begin(place, later=later)

    @step(place=PICK, later=st.booleans())
    def approve(self, place: int, later: bool) -> None:
        self._begin(place, later=later)

    def _begin(self, place: int, *, later: bool) -> None:
        chosen = pick(self.stage.places, place)
        account = self.stage.account_of(chosen)
        if account is None:
            return None
        with acting_in(chosen.desk.organization):
            self.written += 1
            try:
                share = start_share(chosen.desk.story, by=account.member, connection=account)
                share = edit_draft(share, by=account.member, text=f"Post {self.written} of {chosen.handle}.")
                self._approve(share, later=later)
            except Refusal:
                return self.count("approve, refused")
        return self.count("approve")

    def _something_is_due(self, place: int) -> None:
        """Without something planned, most rules would do nothing."""
        if not self.stage.something_is_planned(pick(self.stage.places, place)):
            self._begin(place, later=False)
        elif place % 2:
            self.stage.planned_come_due()

    @step(which=PICK, later=st.booleans())
    def approve_again(self, which: int, later: bool) -> None:
        at, share = self.pick_share(which, *APPROVABLE)
        if share is None or self.is_out(share):
            return
        with acting_in(at.organization):
            try:
                self._approve(share, later=later)
                self.count("approve again")
            except Refusal:
                self.count("approve again, refused")

    def _approve(self, share: Share, *, later: bool) -> None:
        """What is shown is what is approved. Who says that it is not there has looked."""
        share = make_ready_to_show(share, by=share.member)
        seen = shown_post(Share.objects.select_related("item__picture", "connection", "link_code").get(pk=share.pk))
        approve_share(
            share,
            by=share.member,
            door=Door.SESSION,
            seen_sha256=seen.digest(),
            due_at=timezone.now() + timedelta(minutes=10 if later else 0),
            is_not_there=share.held_reason == HeldReason.COULD_NOT_TELL,
        )

    @step(which=PICK)
    def edit(self, which: int) -> None:
        at, share = self.pick_share(which)
        if share is None:
            return
        with acting_in(at.organization):
            self.written += 1
            self.attempt("edit", lambda: edit_draft(share, by=share.member, text=f"Edited, {self.written}."))

    @step(which=PICK)
    def withdraw(self, which: int) -> None:
        at, share = self.pick_share(which)
        if share is not None:
            with acting_in(at.organization):
                self.attempt("withdraw", lambda: withdraw_share(share, by=share.member))

    @step(which=PICK, minutes=st.integers(0, 30))
    def reschedule(self, which: int, minutes: int) -> None:
        at, share = self.pick_share(which, S.SCHEDULED)
        if share is None or share.approval is None:
            return
        due_at = share.approval.window_start + timedelta(minutes=minutes)
        with acting_in(at.organization):
            self.attempt("reschedule", lambda: move_share(share, by=share.member, due_at=due_at))

    @step(which=PICK)
    def say_it_is_there(self, which: int) -> None:
        """The person looked, and it is."""
        self.stage.wait_for_what_is_late()
        self.judge.look()
        at, share = self.pick_share(which, S.HELD)
        if share is not None and self.is_out(share):
            with acting_in(at.organization):
                self.attempt("say it is there", lambda: confirm_it_is_there(share, by=share.member))

    @step(which=PICK, removed_at_once=st.booleans())
    def take_down(self, which: int, removed_at_once: bool) -> None:
        at, share = self.pick_share(which, *OUT)
        if share is None:
            return
        with acting_in(at.organization):
            self.attempt("take down", lambda: take_down_share(share, by=share.member))
        if removed_at_once:
            run_errands()

    @step(place=PICK, sure=st.integers(0, 3))
    def leave(self, place: int, sure: int) -> None:
        at = pick(self.stage.places, place).desk
        if sure:
            return  # or half of every example would be about people who are gone
        self.stage.spent_grants.update(one for one in self.stage.places if one.desk is at)  # they are given back
        with acting_in(at.organization):
            self.attempt("leave", lambda: leave(member := Member.objects.get(pk=at.member.pk), by=member))

    @step(place=PICK, stays=STAYS)
    def lose_the_grant(self, place: int, stays: int) -> None:
        self._something_is_due(place)
        self.stage.end_grant(pick(self.stage.places, place))
        self._work("none", self.stage.places[0])
        self.count("lose the grant")
        if stays:
            self.reconnect(place=place)

    @step(place=PICK)
    def reconnect(self, place: int) -> None:
        self.attempt("reconnect", lambda: self.stage.connect_again(pick(self.stage.places, place)))

    # --- what operators do, and what happens to a database ------------------------------------------

    @step(place=PICK, what=st.sampled_from(("person", "company", "network", "installation")), stays=STAYS)
    def freeze(self, place: int, what: str, stays: int) -> None:
        """Something is stopped, and nothing goes out from there; mostly it goes on again soon."""
        chosen = pick(self.stage.places, place)
        self._something_is_due(place)
        if what == "person":
            with acting_in(chosen.desk.organization):
                self.attempt("freeze a person's own", lambda: pause_posting(chosen.desk.member, by=chosen.desk.member))
        else:
            self.stage.stop(what, chosen)
            self.count(f"freeze a {what}")
        self._nothing_goes_out(chosen, everywhere=what == "installation")
        if stays:
            self._thaw(chosen)

    @step(place=PICK)
    def thaw(self, place: int) -> None:
        self._thaw(pick(self.stage.places, place))

    def _thaw(self, place: Place) -> None:
        self.stage.go_on(place)
        with acting_in(place.desk.organization):
            self.attempt("thaw", lambda: resume_posting(place.desk.member, by=place.desk.member))

    @step()
    def back_up(self) -> None:
        """What is planned for later is brought to its time first: a clock does not go back with a database."""
        self.stage.planned_come_due()
        self.saved = transaction.savepoint()
        self.count("back up")

    @step(place=PICK, stays=STAYS)
    def restore(self, place: int, stays: int) -> None:
        """The backup is put back, its workers gone. It stands still until an operator has looked at it."""
        self._something_is_due(place)
        self.stage.wait_for_what_is_late()
        if self.saved:
            transaction.savepoint_rollback(self.saved)
            self.hands.clear()
            self.judge.the_database_was_restored()
            self.count("restore")
        self.stage.restored_and_not_released()
        self._nothing_goes_out(pick(self.stage.places, place), everywhere=True)
        if stays:
            self.release()

    def _nothing_goes_out(self, place: Place, *, everywhere: bool) -> None:
        self.stage.wait_for_what_is_late()
        self.judge.look()
        before = self.judge.copies.copy()
        self._work("none", place)
        self.judge.look()
        out = set((self.judge.copies - before).keys())
        stopped = {pk for pk in out if everywhere or self.stage.connection_of(pk) == place.connection_id}
        assert not stopped, "Posted while it was stopped."

    @step()
    def release(self) -> None:
        if self.stage.released():
            self.count("release")

    @step(which=PICK)
    def tamper(self, which: int) -> None:
        """A hand in the database, or a mistake of ours: the rows no longer say what was approved."""
        at, share = self.pick_share(which, S.SCHEDULED, S.CLAIMED)
        if share is None:
            return
        with acting_in(at.organization):
            Share.objects.filter(pk=share.pk).update(text=f"{share.text} And something more.")
        self.count("change behind the back")

    # --- what workers do --------------------------------------------------------------------------

    @step(place=PICK, fault=st.sampled_from(FAULTS))
    def work(self, place: int, fault: str) -> None:
        """One worker publishes until nothing is due; one network misbehaves."""
        self._something_is_due(place)
        if self._work(fault, pick(self.stage.places, place)):
            self.count(f"claim, {fault}")

    def _work(self, fault: str, place: Place) -> int:
        if fault != "none":
            self.stage.fault(fault, place.key)
        taken = Publisher(threading.Event()).drain(linger=0)
        if fault != "none":
            self.stage.end_faults()
        if fault == "accept_late":
            self.stage.something_is_late()
        return taken

    @step(place=PICK, after=st.sampled_from(STOPS_AFTER))
    def crash(self, place: int, after: str) -> None:
        """A worker claims one share and stops: before its intent, after it, or when it was accepted."""
        self._something_is_due(place)
        for claimed in claim([at.organization.pk for at in self.stage.desks], limit=1):
            hand = Hand(claimed)
            self.hands.append(hand)
            if after != "claim":
                go_on(hand, till=after)
            self.count(f"crash after {after}")

    @step(which=PICK)
    def wake(self, which: int) -> None:
        """A worker that everybody thought dead goes on where it stopped."""
        if self.hands:
            hand = self.hands.pop(which % len(self.hands))
            go_on(hand, till="record")
            self.count("wake after its lease" if hand.lease_is_over else "wake in time")

    # --- time -------------------------------------------------------------------------------------

    @step()
    def come_due(self) -> None:
        if self.stage.planned_come_due():
            self.count("come due")

    @step(place=PICK, after=st.sampled_from(STOPS_AFTER))
    def leases_end(self, place: int, after: str) -> None:
        """Somebody's hands have been full for too long."""
        if not self.stage.ids(S.CLAIMED, S.SENDING):
            self.crash(place=place, after=after)
        self._leases_end()

    def _leases_end(self) -> None:
        if self.stage.leases_run_out():
            self.count("lease ends")
        for hand in self.hands:
            hand.lease_is_over = True
        tick()

    @step(place=PICK, fault=st.sampled_from(UNCLEAR))
    def look_up(self, place: int, fault: str) -> None:
        """What nobody could tell is settled when its time has passed."""
        if not self.stage.ids(S.UNKNOWN):
            self.work(place=place, fault=fault)
        self._look_up()

    def _look_up(self) -> None:
        if self.waits_for_what_is_late:
            self.stage.wait_for_what_is_late()
        if self.stage.settle_times_pass():
            self.count("look up")
        tick()

    @step()
    def patience_ends(self) -> None:
        self.stage.patience_ends()
        run_errands()

    # --- what must hold ---------------------------------------------------------------------------

    @invariant()
    def holds(self) -> None:
        self.judge.look()

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            self._example.__exit__(None, None, None)

    def come_to_rest(self) -> None:
        """The night after: everything runs, every clock has run out, and nobody is left in the dark."""
        self.stage.everything_runs()
        for _ in range(6):
            run_errands()
            self.stage.planned_come_due()
            self.stage.patience_ends()
            self._leases_end()
            self._look_up()
            self._work("none", self.stage.places[0])
            if not self.stage.ids(S.SCHEDULED, S.CLAIMED, S.SENDING, S.UNKNOWN):
                break
            self.stage.nobody_answers_any_more(tick)
        self.judge.look()
        self.judge.at_rest()
        found = differences()
        assert found == [], f"The books do not balance: {found}, {self.judge.lives()}"
        check_keys()
        self.done["examples"] += 1

    # --- choosing and counting ----------------------------------------------------------------------

    def pick_share(self, which: int, *states: ShareState) -> tuple[Desk, Share] | tuple[Desk, None]:
        """Of the newest few in these states."""
        fitting = self.stage.ids(*states)[-4:]
        if not fitting:
            return self.stage.desks[0], None
        at, pk = pick(fitting, which)
        return at, self.stage.share(at, pk)

    def is_out(self, share: Share) -> bool:
        """A person who looks sees this, also what the network took late."""
        if share.held_reason != HeldReason.COULD_NOT_TELL:
            return False
        self.stage.wait_for_what_is_late()
        self.judge.look()
        return self.judge.copies[share.pk] > 0

    def attempt(self, name: str, act: Callable[[], object]) -> None:
        try:
            act()
            self.count(name)
        except Refusal:
            self.count(f"{name}, refused")

    def count(self, name: str) -> None:
        self.done[name] += 1


def pick(of: Sequence[T], which: int) -> T:
    return of[which % len(of)]
