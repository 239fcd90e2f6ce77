"""One row that cannot be read stops neither the clocks nor another company: it alone waits for its person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.models import Approval, Share
from campaigns.publishing import clocks, service, settle
from campaigns.publishing.apart import apart
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.record import record_outcome
from campaigns.publishing.service import tick
from campaigns.share_lifecycle import ShareState
from integrations import tokens
from integrations.networks import network
from integrations.networks.base import Absent, AfterUnknown, Unknown
from tests.campaigns.publishing.posting import Desk, again, desk, due, let_time_pass, moves, practice_account


@pytest.fixture
def other(at: Desk) -> Desk:
    return desk("Globex")


def sending(at: Desk) -> Share:
    share = due(at, practice_account(at, at.organization.public_id))
    (claimed,) = claim([at.organization.pk], limit=1)
    assert commit_intent(claimed, picture_hashes=frozenset()) is not None
    return share


def unclear(at: Desk) -> Share:
    share = due(at, practice_account(at, at.organization.public_id))
    (claimed,) = claim([at.organization.pk], limit=1)
    assert commit_intent(claimed, picture_hashes=frozenset()) is not None
    record_outcome(claimed, Unknown("?"))
    let_time_pass(at, share, timedelta(hours=1))
    return share


def late(at: Desk) -> Share:
    share = due(at, practice_account(at, at.organization.public_id))
    with acting_in(at.organization):
        Share.objects.filter(pk=share.pk).update(due_at=timezone.now() - timedelta(hours=1))
    return share


def held(at: Desk, share: Share) -> tuple[str, str]:
    share = again(at, share)
    return share.state, share.held_reason


def breaks_for(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, share: Share) -> None:
    real = getattr(module, name)

    def broken(first: Any, *args: Any, **kwargs: Any) -> Any:
        if share.pk in (getattr(first, "pk", None), getattr(first, "share_id", None)):
            raise KeyError("unreadable")
        return real(first, *args, **kwargs)

    monkeypatch.setattr(module, name, broken)


def test_a_late_share_that_cannot_be_read(at: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = late(at), late(other)
    breaks_for(monkeypatch, clocks, "facts_of", mine)
    tick()
    assert held(at, mine) == ("held", "approval_changed")
    assert held(other, theirs) == ("held", "late")


def test_an_unclear_approval_of_another_release(at: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    practice: Any = network("practice")
    monkeypatch.setattr(type(practice), "after_unknown", AfterUnknown.LOOK_UP)
    monkeypatch.setattr(practice, "find", lambda *_: Absent(), raising=False)
    mine, theirs = unclear(at), unclear(other)
    with acting_in(at.organization):
        whole = Approval.objects.get().canonical
        Approval.objects.update(canonical=whole.replace('"version":1', '"version":0'))
    tick()
    assert held(at, mine) == ("held", "could_not_tell")
    assert again(other, theirs).state == "scheduled"


def test_a_lease_that_cannot_be_ended(at: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, theirs = sending(at), sending(other)
    for desk_, share in ((at, mine), (other, theirs)):
        let_time_pass(desk_, share, timedelta(minutes=2))
    breaks_for(monkeypatch, settle, "leave_unclear", mine)
    tick()
    assert held(at, mine) == ("held", "could_not_tell")
    assert moves(other, theirs)[-1] == "sending>unknown"


def test_a_grant_that_breaks_leaves_its_own_share_open(at: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    practice: Any = network("practice")
    monkeypatch.setattr(type(practice), "after_unknown", AfterUnknown.LOOK_UP)
    monkeypatch.setattr(practice, "find", lambda *_: Absent(), raising=False)
    mine, theirs = unclear(at), unclear(other)
    real, theirs_only = tokens._opened, other.organization.pk

    def opened(connection: Any, stored: Any) -> Any:
        if connection.organization_id != theirs_only:
            raise KeyError("unreadable")
        return real(connection, stored)

    monkeypatch.setattr(tokens, "_opened", opened)
    tick()
    assert again(at, mine).state == "unknown"
    assert again(other, theirs).state == "scheduled"


def test_what_moved_on_meanwhile_is_not_held(at: Desk) -> None:
    share = late(at)

    def step() -> None:
        raise KeyError("unreadable")

    assert apart(at.organization.pk, share.pk, step, state=ShareState.CLAIMED) is None
    assert again(at, share).state == "scheduled"


def test_one_broken_clock_does_not_stop_the_other(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    share = late(at)

    def broken() -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(service, "settle", broken)
    with pytest.raises(ExceptionGroup):
        tick()
    assert held(at, share) == ("held", "late")
