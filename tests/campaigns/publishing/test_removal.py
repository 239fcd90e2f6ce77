"""Taking a post down at its network: gone, not gone, and not known."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.errands import Done, GiveUp, Later
from accounts.models import Errand
from accounts.tenancy import acting_in
from campaigns.actions.shares import take_down_share
from campaigns.models import Share, Statement
from campaigns.publishing.balance import differences
from campaigns.publishing.removal import take_down
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import CannotTell, Finding, Found, Removal, StillThere, Unknown
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
    from datetime import timedelta

    from campaigns.publishing import removal

    share, payload = being_taken_down(at, practice_account(at))
    answers(monkeypatch, Unknown("?"), CannotTell("?"))
    monkeypatch.setattr(removal, "PATIENCE", timedelta())
    assert isinstance(take_down(payload), GiveUp)
    assert again(at, share).state == "published"


def test_without_a_grant_the_person_is_told(at: Desk, sandbox: SandboxProcess) -> None:
    share, payload = being_taken_down(at, account(at, sandbox, "mastodon"))
    sandbox.revoke("mastodon", "bob")
    assert isinstance(take_down(payload), GiveUp)
    assert again(at, share).state == "published"
