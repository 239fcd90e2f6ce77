"""Look-ups go side by side, their refreshes too: a slow token endpoint does not stop the clocks share by share."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.models import Share
from campaigns.publishing import look_ups
from campaigns.publishing.claim import claim
from campaigns.publishing.intent import commit_intent
from campaigns.publishing.record import record_outcome
from campaigns.publishing.service import tick
from integrations.actions.connections import connect_account
from integrations.models import Connection
from integrations.networks import network
from integrations.networks.base import Absent, Account, AfterUnknown, Grant, Refreshed, Secret, Unknown
from integrations.tokens import open_grant, take_grant
from tests.campaigns.publishing.posting import Desk, again, desk, due, let_time_pass, practice_account

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def spent(account_id: str) -> Grant:
    return Grant(
        access_token=Secret("old"), refresh_token=Secret(account_id), expires_at=LONG_AGO, account_id=account_id
    )


def unclear(at: Desk, account_id: str) -> Share:
    """Sent on an account whose token has run out since, and not answered."""
    connection = practice_account(at, account_id)
    share = due(at, connection)
    (claimed,) = claim([at.organization.pk], limit=1)
    assert commit_intent(claimed, picture_hashes=frozenset()) is not None
    record_outcome(claimed, Unknown("?"))
    with acting_in(at.organization):
        connect_account(
            at.member,
            by=at.member,
            network=network("practice"),
            server="",
            account=Account(id=account_id, handle="practice"),
            grant=spent(account_id),
        )
    let_time_pass(at, share, timedelta(hours=1))
    return share


def test_refreshes_before_look_ups_go_side_by_side(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    practice: Any = network("practice")
    shares = [unclear(at, name) for name in ("first", "second", "third")]
    met = threading.Barrier(3, timeout=5)
    owner = threading.current_thread()
    seen: list[bool] = []

    def refresh(grant: Grant) -> Refreshed:
        seen.append(threading.current_thread() is owner)
        met.wait()  # breaks where one waits for another
        return Refreshed(Grant(access_token=Secret("new"), account_id=grant.account_id))

    def find(_post: object, grant: Grant, _key: str, _since: datetime) -> Absent:
        assert grant.access_token.reveal() == "new"
        return Absent()

    monkeypatch.setattr(practice, "refresh", refresh, raising=False)
    monkeypatch.setattr(practice, "find", find, raising=False)
    monkeypatch.setattr(type(practice), "after_unknown", AfterUnknown.LOOK_UP)
    tick()
    assert seen == [False, False, False]
    assert {again(at, share).state for share in shares} == {"scheduled"}


@pytest.mark.django_db(transaction=True)
def test_trouble_of_the_database_loses_no_refresh_that_was_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    """An old refresh token is spent by then: the new pair is kept first, and the trouble is told afterwards."""
    at = desk()
    practice: Any = network("practice")
    shares = [unclear(at, name) for name in ("first", "second", "third")]
    monkeypatch.setattr(type(practice), "after_unknown", AfterUnknown.LOOK_UP)
    monkeypatch.setattr(practice, "find", lambda *_: Absent(), raising=False)
    monkeypatch.setattr(practice, "refresh", lambda grant: Refreshed(renewed(grant)))
    taken: list[int] = []

    def third_breaks(organization_id: int, connection_id: int) -> Any:
        taken.append(connection_id)
        if len(taken) == 3:
            raise OperationalError("terminating connection due to administrator command")
        return take_grant(organization_id, connection_id)

    monkeypatch.setattr(look_ups, "take_grant", third_breaks)
    with pytest.raises(ExceptionGroup) as raised:
        tick()
    assert isinstance(raised.value.exceptions[0], OperationalError)
    with acting_in(at.organization):
        tokens = {account.pk: open_grant(account).access_token.reveal() for account in Connection.objects.all()}
    assert [tokens[number] for number in taken] == ["new", "new", "old"]
    assert sorted(again(at, share).state for share in shares) == ["scheduled", "scheduled", "unknown"]


def renewed(grant: Grant) -> Grant:
    return replace(grant, access_token=Secret("new"), expires_at=timezone.now() + timedelta(hours=2))
