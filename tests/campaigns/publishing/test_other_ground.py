"""The ground gives way: a database that takes no changes, and a copy of it in another environment."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import close_old_connections, connection

from accounts.tenancy import acting_in
from campaigns.models import Attempt, HeldReason
from campaigns.publishing.claim import claim
from campaigns.publishing.service import survive, tick
from integrations.models import Connection
from integrations.networks.base import NeedsReconnect
from integrations.refreshing import look_after_grants
from integrations.tokens import GrantUnreadable, fresh_grant, open_grant
from tests.campaigns.publishing.posting import Desk, account, again, come_due, desk, due, planned, publish, settled
from tests.campaigns.world import person
from tests.databases import as_owner
from tests.integrations.sandbox.rig import SandboxProcess


@contextmanager
def read_only() -> Iterator[None]:
    """As a standby, or a disk that is full: every new connection may only read."""
    name = connection.settings_dict["NAME"]
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")
            cursor.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")


@pytest.mark.django_db(transaction=True)
def test_without_an_intent_nothing_is_sent_and_work_goes_on_when_it_can(sandbox: SandboxProcess) -> None:
    """Row 76: the worker's rounds break and come again; nobody's share is blamed for it."""
    at = desk()
    share = due(at, account(at, sandbox, "mastodon"))
    with read_only():
        survive(publish)
        survive(tick)
        assert again(at, share).state == "scheduled"
        assert sandbox.acceptances() == []
    close_old_connections()
    publish()
    assert again(at, share).state == "published"
    assert len(sandbox.acceptances()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stops_taking_changes_before_the_intent(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The claim was written, the intent cannot be: no call, and the lease brings the share back."""
    at = desk()
    share = due(at, account(at, sandbox, "mastodon"))

    def claim_then_read_only(*given: Any, **more: Any) -> Any:
        claimed = claim(*given, **more)
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = on")
        return claimed

    monkeypatch.setattr("campaigns.publishing.loop.claim", claim_then_read_only)
    survive(publish)
    connection.close()
    assert sandbox.acceptances() == []
    assert again(at, share).state == "claimed"
    monkeypatch.undo()
    assert settled(at, share).state == "scheduled"
    publish()
    assert again(at, share).state == "published"
    with acting_in(at.organization):
        assert Attempt.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_copy_in_another_environment_calls_nobody(
    sandbox: SandboxProcess, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Row 32: posts due, unclear sends to look up, grants to renew: no network hears of the copy."""
    caplog.set_level(logging.INFO)
    at = desk()
    shares = []
    for key in ("mastodon", "x", "linkedin", "bluesky"):
        with acting_in(at.organization):
            member = person(f"{key}person")
        shares.append(due(at, account(at, sandbox, key, f"{key}person", of=member)))
    sandbox.script("x", "accept_reset")
    publish()
    assert len([line for line in caplog.records if line.name == "integrations.http"]) >= 4  # this is where calls show
    later = [planned(at, connection_of(at, share.connection_id), "Later") for share in shares]
    sent = len(sandbox.acceptances())
    caplog.clear()
    settings.ENVIRONMENT_NAME = "staging"
    for share in later:
        come_due(at, share)
    publish()
    look_after_grants()
    for share in (*shares, *later):
        settled(at, share)
    publish()  # the one behind an unclear send
    assert [line for line in caplog.records if line.name == "integrations.http"] == []
    assert len(sandbox.acceptances()) == sent
    assert {again(at, share).held_reason for share in later} == {HeldReason.RECONNECT}
    with acting_in(at.organization):
        accounts = list(Connection.objects.all())
        assert len(accounts) == 4
        for one in accounts:
            with pytest.raises(GrantUnreadable):
                open_grant(one)
    assert {type(fresh_grant(at.organization.pk, one.pk)) for one in accounts} == {NeedsReconnect}


def connection_of(at: Desk, pk: int | None) -> Connection:
    assert pk is not None
    with acting_in(at.organization):
        return Connection.objects.select_related("member").get(pk=pk)
