"""Taking a post down while answers get lost, clicks come twice and grants lapse, over real HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection as database
from django.utils import timezone

from accounts.errands import Done, ErrandResult, GiveUp, Later
from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.actions.shares import take_down_share, withdraw_share
from campaigns.models import Share, Statement
from campaigns.publishing.balance import differences
from campaigns.publishing.removal import take_down
from campaigns.refusals import TooLate
from campaigns.selectors.share_words import words_of
from integrations.models import Connection
from tests.campaigns.publishing.posting import Desk, account, again, desk, due, moves, publish, settled
from tests.integrations.sandbox.rig import SandboxProcess

ALL = ["mastodon", "x", "linkedin", "bluesky"]
LOOKED_UP = ["mastodon", "x", "bluesky"]


def being_taken_down(at: Desk, connection: Connection) -> tuple[Share, dict[str, Any]]:
    share = due(at, connection)
    publish()
    with acting_in(at.organization):
        take_down_share(again(at, share), by=at.member)
        payload = Errand.objects.get(kind="take_down").payload
    return share, {**payload, "organization_id": at.organization.pk}


def removals(sandbox: SandboxProcess) -> int:
    return len([line for line in sandbox.lines() if "removed" in line])


def letters(at: Desk) -> list[str]:
    with acting_in(at.organization):
        return [row.payload["template"] for row in Errand.objects.filter(kind="letter").order_by("pk")]


# --- a delete without an answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "fault"), [("x", "hang_after"), ("mastodon", "reset_after"), ("bluesky", "status_500_after")]
)
def test_a_lost_answer_is_looked_up_and_it_is_gone(at: Desk, sandbox: SandboxProcess, key: str, fault: str) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, key))
    sandbox.removal_script(key, fault)
    assert take_down(payload) == Done()
    assert (again(at, share).state, removals(sandbox)) == ("taken_down", 1)
    assert differences() == []


@pytest.mark.parametrize(
    ("key", "fault"), [("x", "hang_before"), ("mastodon", "reset_before"), ("bluesky", "status_500_before")]
)
def test_a_delete_that_did_nothing_is_asked_again(at: Desk, sandbox: SandboxProcess, key: str, fault: str) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, key))
    sandbox.removal_script(key, fault)
    assert isinstance(take_down(payload), Later)
    assert (again(at, share).state, removals(sandbox)) == ("taking_down", 0)
    assert take_down(payload) == Done()
    assert (again(at, share).state, removals(sandbox)) == ("taken_down", 1)


@pytest.mark.parametrize(("fault", "gone"), [("reset_before", 0), ("reset_after", 1)])
def test_where_nothing_can_be_read_the_delete_itself_tells(
    at: Desk, sandbox: SandboxProcess, fault: str, gone: int
) -> None:
    """LinkedIn shows no member's posts, but answers a second delete: what is gone is not found."""
    share, payload = being_taken_down(at, account(at, sandbox, "linkedin"))
    sandbox.removal_script("linkedin", fault)
    assert isinstance(take_down(payload), Later)
    assert (again(at, share).state, removals(sandbox)) == ("taking_down", gone)
    assert take_down(payload) == Done()
    assert (again(at, share).state, removals(sandbox)) == ("taken_down", 1)


# --- twice ------------------------------------------------------------------------------------------


def test_a_double_click_owes_one_errand(at: Desk, sandbox: SandboxProcess) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, "mastodon"))
    with acting_in(at.organization):
        assert take_down_share(again(at, share), by=at.member).state == "taking_down"
    assert take_down(payload) == Done()
    with acting_in(at.organization):
        assert take_down_share(again(at, share), by=at.member).state == "taken_down"
        assert Errand.objects.filter(kind="take_down").count() == 1
    assert moves(at, share).count("published>taking_down") == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", ["x", "bluesky"])
def test_two_workers_with_one_errand_take_it_down_once(sandbox: SandboxProcess, key: str) -> None:
    at = desk()
    share, payload = being_taken_down(at, account(at, sandbox, key))

    def work(_: int) -> ErrandResult:
        try:
            return take_down(payload)
        finally:
            database.close()

    with ThreadPoolExecutor(4) as threads:
        results = list(threads.map(work, range(4)))
    assert results == [Done()] * 4
    assert again(at, share).state == "taken_down"
    with acting_in(at.organization):
        assert Statement.objects.filter(share=share, kind="gone").count() == 1
    assert moves(at, share).count("taking_down>taken_down") == 1
    assert letters(at) == []


# --- while we could not tell ------------------------------------------------------------------------


@pytest.mark.parametrize("key", LOOKED_UP)
def test_while_it_is_unclear_it_can_be_taken_back_and_once_it_is_found_taken_down(
    at: Desk, sandbox: SandboxProcess, key: str
) -> None:
    share = due(at, account(at, sandbox, key))
    sandbox.script(key, "accept_reset")
    publish()
    assert again(at, share).state == "unknown"
    with acting_in(at.organization):
        with pytest.raises(TooLate) as refused:
            take_down_share(again(at, share), by=at.member)
        assert "out" in refused.value.sentence
        assert withdraw_share(again(at, share), by=at.member).state == "unknown"
    assert settled(at, share).state == "published"  # it was out before it was taken back
    assert letters(at) == ["notice_was_out"]
    with acting_in(at.organization):
        take_down_share(again(at, share), by=at.member)
        payload = Errand.objects.get(kind="take_down").payload
    assert take_down({**payload, "organization_id": at.organization.pk}) == Done()
    assert (again(at, share).state, len(sandbox.acceptances()), removals(sandbox)) == ("taken_down", 1, 1)


@pytest.mark.parametrize("key", LOOKED_UP)
def test_taken_back_while_unclear_and_never_there_it_ends(at: Desk, sandbox: SandboxProcess, key: str) -> None:
    share = due(at, account(at, sandbox, key))
    sandbox.script(key, "reset_before")
    publish()
    with acting_in(at.organization):
        withdraw_share(again(at, share), by=at.member)
    assert settled(at, share).state == "withdrawn"
    assert (publish(), sandbox.acceptances()) == (0, [])


# --- the grant lapses -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["x", "bluesky"])
def test_a_stale_token_is_renewed_and_the_post_goes(at: Desk, sandbox: SandboxProcess, key: str) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, key))
    sandbox.revoke(key, "bob", how="expire")
    assert take_down(payload) == Done()
    assert again(at, share).state == "taken_down"
    assert sandbox.get("/sandbox/health")["refreshes"] == {key: 1}


@pytest.mark.parametrize("key", ALL)
def test_a_lapsed_grant_leaves_the_post_and_says_how_to_do_it_by_hand(
    at: Desk, sandbox: SandboxProcess, key: str
) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, key))
    sandbox.revoke(key, "bob")
    assert isinstance(take_down(payload), GiveUp)
    share = again(at, share)
    assert (share.state, letters(at)) == ("published", ["notice_still_up"])
    with acting_in(at.organization):
        assert Connection.objects.get().state == "needs_reconnect"
        words = words_of(share, now=timezone.now())
    assert "You can delete it there." in words.sentence
    assert share.external_url in [doing.address for doing in words.doings]
    assert (words.needs_person, removals(sandbox)) == (True, 0)
    assert differences() == []
