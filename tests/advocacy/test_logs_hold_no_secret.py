"""Canaries through the whole road (connect, post, refresh, fail): no log line of any level holds one of them."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.errands import run_errands
from accounts.models import Member
from accounts.tenancy import acting_in
from advocacy.logging import JsonLines
from campaigns.publishing.loop import Publisher
from campaigns.publishing.service import tick
from integrations.models import Connection, StoredGrant
from integrations.networks.base import Secret
from integrations.tokens import fresh_grant, open_grant
from tests.campaigns.publishing.posting import Desk, come_due, desk, let_time_pass, planned
from tests.integrations.connected import point_at
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import browser, decide, go

FAULTS = ("status_500_after", "reset_before", "status_429", "status_503", "status_400_after")
CANARY = "Canary-words-of-my-own-draft"


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[SandboxProcess]:
    with SandboxProcess(tmp_path) as process:
        process.post("/sandbox/faults", {"seed": 1})
        point_at(process, settings)
        settings.ENGINE = {**settings.ENGINE, "call_timeout": 1.0, "connect_timeout": 1.0}
        yield process


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that any logger says, DEBUG included, as our own lines and as Python's plain ones."""
    written, root = io.StringIO(), logging.getLogger()
    handlers = [logging.StreamHandler(written), logging.StreamHandler(written)]
    handlers[0].setFormatter(JsonLines())
    level = root.level
    root.setLevel(logging.DEBUG)
    database = logging.getLogger("django.db.backends")  # with DEBUG off it says nothing; on, it is not for production
    database.propagate = False
    for handler in handlers:
        root.addHandler(handler)
    yield written
    database.propagate = True
    root.setLevel(level)
    for handler in handlers:
        root.removeHandler(handler)


def secrets_of(at: Desk) -> set[str]:
    with acting_in(at.organization):
        grants = [open_grant(account) for account in Connection.objects.exclude(network="practice")]
        people = {member.email for member in Member.objects.all()}
    told = {one.reveal() for grant in grants for one in (grant.access_token, grant.refresh_token) if one}
    return told | {grant.client_secret.reveal() for grant in grants if isinstance(grant.client_secret, Secret)} | people


def drain() -> None:
    Publisher(threading.Event()).drain(linger=0)


@pytest.mark.django_db(transaction=True)
def test_nothing_secret_reaches_a_log(sandbox: SandboxProcess, lines: io.StringIO) -> None:
    at = desk()
    secrets: set[str] = set()
    client: Client = browser(at.member)
    for key in ("mastodon", "x", "linkedin"):
        client.get(decide(go(client, at.organization, key)))
        secrets |= secrets_of(at)
        with acting_in(at.organization):
            account = Connection.objects.get(network=key)
        for fault in FAULTS:
            sandbox.script(key, fault)
            share = planned(at, account, f"{CANARY} {key} {fault}")
            come_due(at, share)
            drain()
            let_time_pass(at, share, timedelta(hours=1))
            tick()
            let_time_pass(at, share, timedelta(hours=1))
        with acting_in(at.organization):
            account.refresh_from_db()
            if account.state == "live":
                StoredGrant.objects.filter(connection=account).update(expires_at=timezone.now())
                refused = open_grant(account).access_token
        fresh_grant(at.organization.pk, account.pk, refused=refused)
        secrets |= secrets_of(at)
        sandbox.revoke(key, account.account_id)
        fresh_grant(at.organization.pk, account.pk, refused=refused)
    run_errands()
    text = lines.getvalue()
    assert len(sandbox.injected()) >= len(FAULTS)
    assert text.count("\n") > 30  # each call and each fault left a line
    assert len(secrets) > 8
    leaked = sorted(secret for secret in {*secrets, CANARY} if secret and secret in text)
    assert leaked == []
