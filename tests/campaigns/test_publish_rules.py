"""The one rule on whether a share may go out now: every fact, and every edge of its clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from campaigns.publish_rules import Allowed, NotYet, PublishFacts, Refused, TooLate, Verdict, may_publish
from campaigns.share_lifecycle import HeldReason

DUE = datetime(2026, 11, 24, 9, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def facts(**changes: Any) -> PublishFacts:
    usual = {
        "due_at": DUE,
        "window_start": DUE,
        "window_end": DUE + timedelta(hours=24),
        "post_late": 30 * MINUTE,
        "ask_late": timedelta(hours=24),
    }
    return PublishFacts(**{**usual, **changes})


@pytest.mark.parametrize(
    ("late", "verdict"),
    [
        (-MINUTE, NotYet("not_due")),
        (timedelta(), Allowed()),
        (30 * MINUTE, Allowed()),
        (31 * MINUTE, Refused(HeldReason.LATE)),
        (timedelta(hours=24), Refused(HeldReason.LATE)),
        (timedelta(hours=24, seconds=1), TooLate()),
    ],
)
def test_lateness(late: timedelta, verdict: Verdict) -> None:
    assert may_publish(facts(), now=DUE + late) == verdict


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        ("approval_is_live", HeldReason.APPROVAL_CHANGED),
        ("post_is_approved", HeldReason.APPROVAL_CHANGED),
        ("story_stands", HeldReason.STORY_CHANGED),
        ("person_takes_part", HeldReason.NOT_TAKING_PART),
        ("person_is_active", HeldReason.NOT_TAKING_PART),
        ("connection_is_live", HeldReason.RECONNECT),
        ("grant_is_ours", HeldReason.RECONNECT),
        ("campaign_is_open", HeldReason.CAMPAIGN_CLOSED),
        ("embargo_is_over", HeldReason.EMBARGO),
        ("repeat_is_harmless", HeldReason.COULD_NOT_TELL),
        ("server_takes_it", HeldReason.SERVER_TAKES_LESS),
    ],
)
def test_every_fact_stops_it_alone(fact: str, reason: HeldReason) -> None:
    assert may_publish(facts(**{fact: False}), now=DUE) == Refused(reason)


def test_a_window_that_has_not_opened_is_not_yet() -> None:
    assert may_publish(facts(window_start=DUE + MINUTE), now=DUE) == NotYet("not_due")


@pytest.mark.parametrize(
    ("late", "verdict"),
    [
        (timedelta(), NotYet("frozen")),
        (timedelta(hours=2), NotYet("frozen")),
        (timedelta(hours=2, seconds=1), Refused(HeldReason.FROZEN)),
        (timedelta(hours=25), TooLate()),
    ],
)
def test_frozen_waits_two_hours_and_then_asks(late: timedelta, verdict: Verdict) -> None:
    """Even where the campaign would post a whole day late."""
    assert may_publish(facts(is_frozen=True, post_late=timedelta(hours=24)), now=DUE + late) == verdict


def test_by_hand_waits_for_its_person_without_an_account() -> None:
    by_hand = facts(by_hand=True, connection_is_live=False, grant_is_ours=False)
    assert may_publish(by_hand, now=DUE) == Refused(HeldReason.BY_HAND)


@pytest.mark.parametrize(
    ("late", "verdict"),
    [
        (9 * MINUTE, Allowed()),
        (10 * MINUTE, Refused(HeldReason.LATE)),
        (timedelta(hours=24, seconds=1), TooLate()),
    ],
)
def test_nothing_goes_out_after_its_window_however_patient_the_campaign_is(late: timedelta, verdict: Verdict) -> None:
    approved = facts(window_end=DUE + 10 * MINUTE, post_late=timedelta(hours=24))
    assert may_publish(approved, now=DUE + late) == verdict


def test_by_hand_has_its_own_clock() -> None:
    assert may_publish(facts(window_end=DUE, by_hand=True), now=DUE) == Refused(HeldReason.BY_HAND)
