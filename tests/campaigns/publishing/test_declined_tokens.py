"""A declined token disconnects nobody by itself: only the network's word about the newest grant does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.errands import run_errands
from accounts.tenancy import acting_in
from campaigns.actions.shares import take_down_share
from campaigns.models import Share
from campaigns.publishing.claim import Claimed, claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.record import record_outcome
from integrations.models import Connection, StoredGrant
from integrations.networks.base import Grant, NeedsReconnect, Removed, Secret
from integrations.networks.x import X
from integrations.tokens import open_grant, store_grant, take_grant
from tests.campaigns.publishing.posting import Desk, account, again, due, due_with_picture, moves, publish
from tests.integrations.connected import grant_of
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.fixture
def bob(at: Desk, sandbox: SandboxProcess) -> Connection:
    return account(at, sandbox, "x")


def state(at: Desk, connection: Connection) -> str:
    with acting_in(at.organization):
        return Connection.objects.get(pk=connection.pk).state


def waited(at: Desk) -> None:
    with acting_in(at.organization):
        Connection.objects.update(wait_until=None)
        StoredGrant.objects.update(refresh_lease_until=None)


def token_at_hand(at: Desk, connection: Connection) -> Secret:
    with acting_in(at.organization):
        return open_grant(connection).access_token


def connect_again(at: Desk, sandbox: SandboxProcess, connection: Connection) -> None:
    with acting_in(at.organization):
        store_grant(connection, grant_of(sandbox.account("x", "bob")))


def taken(at: Desk) -> Claimed:
    (claimed,) = claim([at.organization.pk], limit=1)
    assert commit_intent(claimed, picture_hashes=frozenset()) is not None
    return claimed


def declining(monkeypatch: pytest.MonkeyPatch, method: str, tokens: Callable[[str], bool]) -> list[str]:
    """X declines these access tokens; answers what it was called with."""
    plain, seen = getattr(X, method), []

    def called(self: X, first: Any, grant: Grant, *rest: Any) -> Any:
        seen.append(grant.access_token.reveal())
        if tokens(seen[-1]):
            return NeedsReconnect("X no longer accepts the connection.", may_refresh=True)
        return plain(self, first, grant, *rest)

    monkeypatch.setattr(X, method, called)
    return seen


def test_a_blip_at_the_token_endpoint_is_no_disconnect(at: Desk, bob: Connection, sandbox: SandboxProcess) -> None:
    share = due(at, bob)
    sandbox.revoke("x", "bob", how="expire")
    sandbox.token_script("x", "status_500_before")
    publish()
    share = again(at, share)
    assert (share.state, state(at, bob)) == ("scheduled", "live")
    assert share.connection is not None
    assert share.connection.wait_until is not None
    assert share.connection.wait_until > timezone.now() + timedelta(seconds=5)
    waited(at)
    publish()
    assert again(at, share).state == "published"
    assert len(sandbox.acceptances()) == 1


def test_our_own_renewal_under_way_is_no_disconnect(
    at: Desk, bob: Connection, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network ended the old token while another worker is being given the new one."""
    old = token_at_hand(at, bob)
    seen = declining(monkeypatch, "publish", lambda token: token == old.reveal())
    take_grant(at.organization.pk, bob.pk, refused=old)  # the other worker's lease
    share = due(at, bob)
    publish()
    assert (again(at, share).state, state(at, bob), len(seen)) == ("scheduled", "live", 1)
    connect_again(at, sandbox, bob)  # what its renewal brings
    waited(at)
    publish()
    assert (again(at, share).state, state(at, bob)) == ("published", "live")


def test_a_renewed_token_that_is_declined_as_well_is_the_persons_to_mend(
    at: Desk, bob: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = declining(monkeypatch, "publish", bool)
    share = due(at, bob)
    publish()
    share = again(at, share)
    assert (share.state, share.held_reason, state(at, bob)) == ("held", "reconnect", "needs_reconnect")
    assert len(set(seen)) == 2


def test_a_late_no_about_the_old_grant_leaves_the_new_one(at: Desk, bob: Connection, sandbox: SandboxProcess) -> None:
    share = due(at, bob)
    claimed, old = taken(at), token_at_hand(at, bob)
    connect_again(at, sandbox, bob)
    record_outcome(claimed, NeedsReconnect("X no longer accepts the connection."), declined=old)
    assert (again(at, share).state, state(at, bob)) == ("scheduled", "live")
    publish()
    assert again(at, share).state == "published"


def test_a_no_about_the_grant_that_stands_is_believed(at: Desk, bob: Connection) -> None:
    share = due(at, bob)
    no = NeedsReconnect("X no longer accepts the connection.")
    record_outcome(taken(at), no, declined=token_at_hand(at, bob))
    assert (again(at, share).held_reason, state(at, bob)) == ("reconnect", "needs_reconnect")


def test_pictures_go_there_with_a_renewed_token(
    at: Desk, bob: Connection, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    old = token_at_hand(at, bob).reveal()
    share = due_with_picture(at, bob)
    seen = declining(monkeypatch, "upload", lambda token: token == old)
    publish()
    assert again(at, share).state == "published"
    assert len(seen) == 2
    assert moves(at, share)[-3:] == ["scheduled>claimed", "claimed>sending", "sending>published"]


def test_pictures_that_nobody_takes_are_not_brought_for_ever(
    at: Desk, bob: Connection, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path
    share = due_with_picture(at, bob)
    seen = declining(monkeypatch, "upload", bool)
    publish()
    assert (again(at, share).held_reason, state(at, bob), len(seen)) == ("reconnect", "needs_reconnect", 2)


@pytest.mark.parametrize("again_connected", [True, False])
def test_a_removal_believes_the_newest_grants_no_alone(
    at: Desk, bob: Connection, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, *, again_connected: bool
) -> None:
    share = due(at, bob)
    publish()

    def remove(self: X, external_id: str, grant: Grant) -> NeedsReconnect | Removed:
        if again_connected:
            connect_again(at, sandbox, bob)
        return NeedsReconnect("X no longer accepts the connection.")

    monkeypatch.setattr(X, "remove", remove)
    with acting_in(at.organization):
        take_down_share(Share.objects.get(pk=share.pk), by=at.member)
    run_errands()
    expected = ("taking_down", "live") if again_connected else ("published", "needs_reconnect")
    assert (again(at, share).state, state(at, bob)) == expected
