"""Taking a post down at its network: gone, not gone, and not known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone

from accounts.errands import Done, GiveUp, Later, perform, take_errands
from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.actions.shares import take_down_share
from campaigns.models import PointEntry, Share, Statement
from campaigns.publishing import removal, watchdog
from campaigns.publishing.balance import differences
from campaigns.publishing.removal import take_down
from campaigns.publishing.watchdog import look
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import CannotTell, Finding, Found, Removal, StillThere, TryLater, Unknown
from tests.campaigns.publishing.posting import Desk, account, again, due, practice_account, publish
from tests.integrations.sandbox.rig import SandboxProcess


def being_taken_down(at: Desk, connection: Connection) -> tuple[Share, dict[str, Any]]:
    share = due(at, connection)
    publish()
    with acting_in(at.organization):
        take_down_share(again(at, share), by=at.member)
        payload = Errand.objects.get(kind="take_down").payload
    return share, {**payload, "organization_id": at.organization.pk}


@pytest.mark.parametrize("key", ["mastodon", "x", "linkedin", "bluesky"])
def test_it_is_gone_at_its_network(at: Desk, sandbox: SandboxProcess, key: str) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, key))
    assert take_down(payload) == Done()
    assert again(at, share).state == "taken_down"
    assert [line for line in sandbox.lines() if "removed" in line]
    with acting_in(at.organization):
        assert [one.kind for one in Statement.objects.all()] == ["gone"]
        assert [one.points for one in PointEntry.objects.order_by("pk")] == [10, -10]
    assert take_down(payload) == Done()  # a second taking finds nothing to do
    assert differences() == []


def answers(monkeypatch: pytest.MonkeyPatch, removal: Removal, finding: Finding) -> None:
    """The practice network in the moods that a real one has."""
    monkeypatch.setattr(network("practice"), "remove", lambda *_: removal, raising=False)
    monkeypatch.setattr(network("practice"), "find", lambda *_: finding, raising=False)


def test_a_delete_without_an_answer_is_looked_up(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    share, payload = being_taken_down(at, practice_account(at))
    answers(monkeypatch, Unknown("?"), Found("1", ""))
    assert isinstance(take_down(payload), Later)
    answers(monkeypatch, Unknown("?"), CannotTell("?"))
    assert isinstance(take_down(payload), Later)
    assert again(at, share).state == "taking_down"
    monkeypatch.undo()
    assert take_down(payload) == Done()
    assert again(at, share).state == "taken_down"


def test_what_cannot_be_removed_stands_as_published_and_says_how(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    share, payload = being_taken_down(at, practice_account(at))
    answers(monkeypatch, StillThere("Delete it there.", "https://network.example/1"), CannotTell("?"))
    assert take_down(payload) == GiveUp("Delete it there.")
    assert again(at, share).state == "published"
    with acting_in(at.organization):
        assert Errand.objects.get(kind="letter").payload["template"] == "notice_still_up"
    assert differences() == []


def test_patience_ends(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    share, payload = being_taken_down(at, practice_account(at))
    answers(monkeypatch, Unknown("?"), CannotTell("?"))
    monkeypatch.setattr(removal, "PATIENCE", timedelta())
    assert isinstance(take_down(payload), GiveUp)
    assert again(at, share).state == "published"


def answered(at: Desk) -> Errand:
    """The errand's time comes, and it is performed by the loop."""
    with acting_in(at.organization):
        Errand.objects.filter(kind="take_down").update(due_at=timezone.now())
    for taken in take_errands(5):
        if taken.kind == "take_down":
            perform(taken)
    with acting_in(at.organization):
        return Errand.objects.get(kind="take_down")


def test_an_outage_of_minutes_ends_no_removal(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    share, _payload = being_taken_down(at, practice_account(at))
    answers(monkeypatch, TryLater(timedelta(seconds=15), "Busy."), CannotTell("?"))
    for _ in range(14):
        assert answered(at).state == "waiting"
    monkeypatch.undo()
    assert answered(at).state == "done"
    assert again(at, share).state == "taken_down"


def test_however_it_is_given_up_the_post_stands_again_and_the_person_is_told(at: Desk) -> None:
    share, _payload = being_taken_down(at, practice_account(at))
    with acting_in(at.organization):
        Errand.objects.filter(kind="take_down").update(tries=12)  # every worker died over it
    assert answered(at).state == "given_up"
    with acting_in(at.organization):
        letters = [row.payload["template"] for row in Errand.objects.filter(kind="letter")]
        assert (again(at, share).state, letters) == ("published", ["notice_still_up"])
        take_down_share(again(at, share), by=at.member)
        assert Errand.objects.filter(kind="take_down").count() == 2
    assert differences() == []


def test_a_removal_that_nobody_performs_is_seen(at: Desk) -> None:
    being_taken_down(at, practice_account(at))
    assert (look().taking_down_too_long, look().is_well) == (0, True)
    with patch.object(watchdog, "TAKING_DOWN_FOR", timedelta()):
        assert (look().taking_down_too_long, look().is_well) == (1, False)


def test_without_a_grant_the_person_is_told(at: Desk, sandbox: SandboxProcess) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, "mastodon"))
    sandbox.revoke("mastodon", "bob")
    assert isinstance(take_down(payload), GiveUp)
    assert again(at, share).state == "published"
