"""The loop of a publishing worker: claim what is due, hand it to `steps.py`, wait for answers, linger, stop.

One thread, the owner, runs this and alone uses the database. The loop may be killed at any line: what it leaves behind,
`settle.py` finds by its lease. Told to stop, it claims no more, ends its calls and gives back what was not sent.
"""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta

from django.conf import settings

from accounts.database_trouble import is_passing
from accounts.signs_of_life import Program, give_sign
from accounts.time_limits import limited_as
from campaigns.publishing.claim import TURNS, Claimed, Waiting, claim, who_waits
from campaigns.publishing.crew import Crew
from campaigns.publishing.steps import TOGETHER, Steps, database_is_away

ASK_WHO_WAITS = 1.0  # seconds; sooner when the next share comes due
GATHER = 0.05  # seconds in which single free threads wait for others, so that a claim is worth its cost
GATHER_ANSWERS = 0.02  # seconds in which a busy worker lets answers come, so that they are written down together
MOST_ASKED = 4 * TURNS  # companies in a row, while they come back short
_lingering = threading.Lock()


def drain(stop: threading.Event, *, linger: float | None = None) -> int:
    """Publish until nothing is due, then linger; answers how many shares were claimed.

    One drains per process: a wake-up that finds one at work returns at once.
    """
    if not _lingering.acquire(blocking=False):
        return 0
    try:
        return Publisher(stop).drain(linger=float(settings.ENGINE["linger"]) if linger is None else linger)
    finally:
        _lingering.release()


class Publisher:
    """One drain of one worker."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop = stop
        self._crew = Crew(int(settings.ENGINE["threads"]))
        self._steps = Steps(self._crew, stop)
        self._waiting = Waiting()
        self._companies = TURNS  # how many the next claim asks
        self._asked = self._claimed_at = float("-inf")
        self._leases_kept = time.monotonic()

    @limited_as("engine")
    def drain(self, *, linger: float) -> int:
        taken, last_work = 0, time.monotonic()
        try:
            while not self.stop.is_set():
                give_sign(Program.PUBLISHING)
                claimed = self._claim()
                taken += len(claimed)
                self._steps.begin(claimed)
                if claimed or self._steps.in_hand:
                    last_work = time.monotonic()
                elif time.monotonic() - last_work >= linger:
                    break
                self._keep_leases()
                self._take_arrivals(self._pause(found=bool(claimed)))
            self._end_calls()
        finally:
            self._crew.dismiss()
        return taken

    def _claim(self) -> list[Claimed]:
        """As many as there are free threads. A claim costs the same for one share as for many, so single ones wait."""
        free = min(self._crew.threads - len(self._steps.in_hand), int(settings.ENGINE["batch"]))
        if free <= 0 or (free < self._crew.threads / 4 and time.monotonic() - self._claimed_at < GATHER):
            return []
        if any(work.claimed.alone for work in self._steps.in_hand.values()):
            return []  # it may kill us: nothing is taken in hand beside it
        claimed: list[Claimed] = []
        try:
            self._ask_who_waits()
            asked = 0
            while (
                len(claimed) < free
                and not any(one.alone for one in claimed)
                and asked < min(len(self._waiting.organizations), MOST_ASKED)
            ):
                asked += self._companies
                claimed += self._claim_some(free - len(claimed))
        except Exception as error:
            if not is_passing(error):
                raise
            database_is_away()
        self._claimed_at = time.monotonic()
        return claimed

    def _claim_some(self, free: int) -> list[Claimed]:
        """Of a few companies at a time, so that each gives several shares that go on together; then the next ones."""
        waiting = self._waiting.organizations
        claimed = claim(waiting[: self._companies], limit=free)
        self._waiting = Waiting(waiting[self._companies :] + waiting[: self._companies], self._waiting.next_due)
        enough = len(claimed) >= free
        self._companies = max(1, free // TOGETHER) if enough else min(TURNS, 2 * self._companies)
        return claimed

    def _keep_leases(self) -> None:
        if time.monotonic() - self._leases_kept < float(settings.ENGINE["lease"]) / 3:
            return
        self._leases_kept = time.monotonic()
        try:
            self._steps.keep_leases()
        except Exception as error:
            if not is_passing(error):
                raise
            database_is_away()

    def _ask_who_waits(self) -> None:
        since = timedelta(seconds=time.monotonic() - self._asked) if self._asked > 0 else timedelta.max
        if since.total_seconds() < ASK_WHO_WAITS and since < (self._waiting.next_due or timedelta.max):
            return
        self._asked = time.monotonic()
        found = who_waits()
        order = list(found.organizations)
        random.shuffle(order)  # so that not all processes begin with the same company
        self._waiting = Waiting(tuple(order), found.next_due)

    def _pause(self, *, found: bool) -> float:
        """Until a thread's answer, the next look, or exactly the next due instant."""
        if found and len(self._steps.in_hand) < self._crew.threads:
            return 0.0
        pause = float(settings.ENGINE["look_every"])
        if self._waiting.next_due is None:
            return pause
        until_due = self._asked + self._waiting.next_due.total_seconds() - time.monotonic()
        return min(pause, max(until_due, 0.001))

    def _take_arrivals(self, patience: float) -> None:
        is_busy = len(self._steps.in_hand) > self._crew.threads / 2
        self._steps.take(self._crew.arrivals(patience, gather=GATHER_ANSWERS if is_busy else 0.0))

    def _end_calls(self) -> None:
        """Every share in hand has one call under way; its step gives back what was not sent."""
        deadline = time.monotonic() + float(settings.ENGINE["call_timeout"]) + 5
        while self._steps.in_hand and time.monotonic() < deadline:
            self._take_arrivals(0.1)
