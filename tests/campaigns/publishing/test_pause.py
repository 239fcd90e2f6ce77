"""*Pause everything*: nothing of the person goes out, others' posts do, and what waited too long asks first."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from accounts.refusals import NotAllowed
from accounts.tenancy import acting_in
from campaigns.actions.pauses import pause_posting, resume_posting
from campaigns.publishing.claim import claim
from campaigns.publishing.clocks import run_clocks
from campaigns.publishing.intent import commit_intent
from integrations.models import Connection
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, again, come_due, due, planned, practice_account, publish


def pause(at: Desk) -> bool:
    with acting_in(at.organization):
        return pause_posting(at.member, by=at.member)


def resume(at: Desk) -> bool:
    with acting_in(at.organization):
        return resume_posting(at.member, by=at.member)


def test_while_paused_nothing_goes_out_and_afterwards_it_does(at: Desk) -> None:
    mine = due(at, practice_account(at))
    with acting_in(at.organization):
        carol = world.person("Carol")
    hers = due(at, practice_account(at, "carol", of=carol))
    assert pause(at)
    assert publish() == 1
    assert (again(at, mine).state, again(at, hers).state) == ("scheduled", "published")
    assert resume(at)
    assert publish() == 1
    assert again(at, mine).state == "published"


def test_a_pause_reaches_what_is_claimed_already(at: Desk) -> None:
    share = due(at, practice_account(at))
    (claimed,) = claim([at.organization.pk], limit=1)
    pause(at)
    assert commit_intent(claimed, picture_hashes=frozenset()) is None
    assert again(at, share).state == "scheduled"


@pytest.mark.parametrize("ago", [timedelta(minutes=31), timedelta(hours=2, minutes=1)])
def test_what_is_too_late_after_a_pause_asks_first(at: Desk, ago: timedelta) -> None:
    share = planned(at, practice_account(at))
    pause(at)
    come_due(at, share, ago=ago)
    resume(at)
    publish()
    run_clocks()
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", "late")


def test_what_waits_two_hours_in_a_pause_asks_then(at: Desk) -> None:
    first, second = (planned(at, practice_account(at, name)) for name in ("one", "two"))
    pause(at)
    come_due(at, first, ago=timedelta(hours=1, minutes=59))
    come_due(at, second, ago=timedelta(hours=2, minutes=1))
    run_clocks()
    first, second = again(at, first), again(at, second)
    assert (first.state, first.held_reason) == ("scheduled", "")
    assert (second.state, second.held_reason) == ("held", "frozen")


def test_an_account_connected_in_a_pause_is_paused(at: Desk) -> None:
    practice_account(at, "one")
    pause(at)
    practice_account(at, "two")
    with acting_in(at.organization):
        assert list(Connection.objects.values_list("frozen", flat=True)) == [True, True]


def test_the_switch_is_the_person_s_own_and_private(at: Desk) -> None:
    practice_account(at)
    with acting_in(at.organization):
        for act in (pause_posting, resume_posting):
            with pytest.raises(NotAllowed):
                act(at.member, by=at.owner)
        assert not Connection.objects.get().frozen
        acts = [act(at.member, by=at.member) for act in (pause_posting, pause_posting, resume_posting, resume_posting)]
        written = AuditEntry.objects.filter(action__in=["freeze_own", "thaw_own"]).order_by("id")
        assert list(written.values_list("action", "private")) == [("freeze_own", True), ("thaw_own", True)]
    assert acts == [True, False, True, False]
