"""Grants: sealed to their row and environment, refreshed once however many ask, never overwritten by a failure."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.db import transaction

from accounts.models import Errand, Member, Organization
from accounts.tenancy import acting_in
from integrations.actions.connections import disconnect, mark_needs_reconnect
from integrations.http import CalledInsideTransaction
from integrations.models import Connection, StoredGrant
from integrations.networks import network
from integrations.networks.base import Account, Grant, NeedsReconnect, Refreshed, Secret, TryLater
from integrations.tokens import (
    ANOTHER_REFRESHES,
    GONE,
    KEY_MISSING,
    UNREADABLE,
    GrantUnreadable,
    RefreshDue,
    fresh_grant,
    keep_refresh,
    open_grant,
    store_grant,
    take_grant,
)
from tests.integrations.connected import connected, grant, grant_of, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import browser, decide, go

CANARY = "canary-of-a-token"
BYTES = re.compile(r"\\x((?:[0-9a-f]{2})+)")
Here = tuple[Organization, Member]


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def here(db: None) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner)


# --- sealed -----------------------------------------------------------------------------------


def test_a_grant_comes_back_as_it_was_stored(here: Here) -> None:
    organization, bob = here
    given = grant(client_id="app", client_secret=Secret("s"), server="https://social.example")
    with acting_in(organization):
        assert open_grant(connected(bob, "mastodon", given)) == given


def test_no_token_stands_in_any_table(here: Here) -> None:
    organization, bob = here
    given = grant(CANARY + "-access", refresh=CANARY + "-refresh", client_secret=Secret(CANARY + "-secret"))
    with acting_in(organization):
        account = connected(bob, "mastodon", given)
        assert "\x01" in everything_stored()  # the sealed bytes are among what is looked through
        assert everything_stored().count(CANARY) == 0
        disconnect(account, by=bob)
        assert Errand.objects.filter(kind="revoke").count() == 1
        assert everything_stored().count(CANARY) == 0
    assert CANARY not in repr(given)


def everything_stored() -> str:
    """Every row of every table as text, sealed bytes decoded as far as they can be."""
    dumped = []
    with database.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT row::text FROM "{table}" row')
            dumped += [str(text) for (text,) in cursor.fetchall()]
    whole = "\n".join(dumped)
    decoded = b"".join(bytes.fromhex(digits) for digits in BYTES.findall(whole))
    return whole + decoded.decode("latin-1")


def test_a_sealed_grant_opens_in_no_other_row(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        one = connected(bob, "mastodon", grant("one"), "acct-1")
        two = connected(bob, "mastodon", grant("two", account_id="acct-2"), "acct-2")
        boxes = dict(StoredGrant.objects.values_list("connection_id", "sealed"))
        StoredGrant.objects.filter(connection=one).update(sealed=boxes[two.pk])
        StoredGrant.objects.filter(connection=two).update(sealed=boxes[one.pk])
        for swapped in (one, two):
            with pytest.raises(GrantUnreadable) as refused:
                open_grant(swapped)
            assert (refused.value.sentence, refused.value.key_is_missing) == (UNREADABLE, False)


def test_a_sealed_grant_opens_in_no_other_company(here: Here) -> None:
    organization, bob = here
    elsewhere, owner = place("Globex")
    with acting_in(organization):
        box = StoredGrant.objects.get(connection=connected(bob, "x", grant())).sealed
    with acting_in(elsewhere):
        theirs = connected(somebody(elsewhere, owner), "x", grant("theirs"))
        StoredGrant.objects.update(sealed=box)
        with pytest.raises(GrantUnreadable):
            open_grant(theirs)


def test_a_sealed_grant_opens_for_no_other_account(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
        Connection.objects.update(account_id="somebody-else")
        account.refresh_from_db()
        with pytest.raises(GrantUnreadable):
            open_grant(account)


def test_another_environment_opens_nothing(here: Here, settings: Any) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
        settings.ENVIRONMENT_NAME = "copy of production"
        with pytest.raises(GrantUnreadable) as refused:
            open_grant(account)
        assert refused.value.sentence == UNREADABLE
    assert fresh_grant(organization.pk, account.pk) == NeedsReconnect(UNREADABLE)


def test_a_forgotten_key_waits_and_ruins_nothing(here: Here, settings: Any) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
    keys = settings.FIELD_KEYS
    settings.FIELD_KEYS = [new_key()]
    answer = fresh_grant(organization.pk, account.pk)
    assert (type(answer), getattr(answer, "reason", "")) == (TryLater, KEY_MISSING)
    settings.FIELD_KEYS = [new_key(), *keys]
    assert isinstance(fresh_grant(organization.pk, account.pk), Grant)


def test_a_changed_byte_opens_nothing(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
        box = bytearray(StoredGrant.objects.get().sealed)
        for place_in_box in (0, 5, len(box) // 2, len(box) - 1):
            broken = bytearray(box)
            broken[place_in_box] ^= 1
            StoredGrant.objects.update(sealed=bytes(broken))
            with pytest.raises(GrantUnreadable):
                open_grant(account)


# --- refreshed --------------------------------------------------------------------------------


def test_a_fresh_grant_needs_no_call(here: Here) -> None:
    organization, bob = here
    given = grant()
    with acting_in(organization):
        account = connected(bob, "x", given)
    assert fresh_grant(organization.pk, account.pk) == given


def test_what_cannot_be_refreshed_serves_to_its_last_second(here: Here) -> None:
    organization, bob = here
    given = grant(refresh="", minutes=1)
    with acting_in(organization):
        account = connected(bob, "linkedin", given)
    assert fresh_grant(organization.pk, account.pk) == given
    with acting_in(organization):
        store_grant(account, grant(refresh="", minutes=-1))
    assert isinstance(fresh_grant(organization.pk, account.pk), NeedsReconnect)


@pytest.mark.parametrize("gone", ["needs reconnect", "disconnected", "no such connection"])
def test_no_grant_for_a_connection_that_is_not_live(here: Here, gone: str) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
        number = account.pk
        if gone == "needs reconnect":
            mark_needs_reconnect(account, reason="token_revoked")
        elif gone == "disconnected":
            disconnect(account, by=bob)
        else:
            number += 1
    assert fresh_grant(organization.pk, number) == NeedsReconnect(GONE)


def test_it_refuses_to_run_inside_a_transaction(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
    with transaction.atomic(), pytest.raises(CalledInsideTransaction):
        fresh_grant(organization.pk, account.pk)


def test_one_worker_holds_the_lease(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant(minutes=1))
    due = take_grant(organization.pk, account.pk)
    assert isinstance(due, RefreshDue)
    assert take_grant(organization.pk, account.pk) == ANOTHER_REFRESHES
    assert ANOTHER_REFRESHES.after == timedelta(seconds=2)
    renewed = grant("access-2", refresh="refresh-2")
    assert keep_refresh(due, Refreshed(renewed)) == renewed
    assert take_grant(organization.pk, account.pk) == renewed


def test_a_dead_worker_s_lease_ends(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant(minutes=1))
    assert isinstance(take_grant(organization.pk, account.pk), RefreshDue)
    with acting_in(organization):
        StoredGrant.objects.update(refresh_lease_until=datetime.now(UTC) - timedelta(seconds=1))
    assert isinstance(take_grant(organization.pk, account.pk), RefreshDue)


@pytest.mark.parametrize("answer", [TryLater(timedelta(seconds=30), "busy"), NeedsReconnect("revoked")])
def test_a_failed_refresh_leaves_the_old_pair(here: Here, answer: TryLater | NeedsReconnect) -> None:
    organization, bob = here
    old = grant(minutes=1)
    with acting_in(organization):
        account = connected(bob, "x", old)
    due = take_grant(organization.pk, account.pk)
    assert isinstance(due, RefreshDue)
    assert keep_refresh(due, answer) == answer
    with acting_in(organization):
        assert open_grant(account) == old
    after = take_grant(organization.pk, account.pk)
    assert isinstance(after, TryLater) if isinstance(answer, TryLater) else isinstance(after, RefreshDue)


def test_a_late_refresh_loses_against_connecting_again(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant(minutes=1))
    due = take_grant(organization.pk, account.pk)
    assert isinstance(due, RefreshDue)
    newer = grant("newer")
    with acting_in(organization):
        connected(bob, "x", newer)
    assert keep_refresh(due, Refreshed(grant("late"))) == ANOTHER_REFRESHES
    assert take_grant(organization.pk, account.pk) == newer


def test_what_is_renewed_after_disconnecting_goes_back(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant(minutes=1))
    due = take_grant(organization.pk, account.pk)
    assert isinstance(due, RefreshDue)
    with acting_in(organization):
        disconnect(account, by=bob)
    assert keep_refresh(due, Refreshed(grant("late"))) == NeedsReconnect(GONE)
    with acting_in(organization):
        assert Errand.objects.filter(kind="revoke").count() == 2
        assert StoredGrant.objects.count() == 0


def test_a_refused_token_is_replaced(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    account_there = networks.account("x", "bob")
    old = grant_of(account_there, expires_at=datetime.now(UTC) + timedelta(hours=2))
    with acting_in(organization):
        account = connected(bob, "x", old, account_there["account_id"])
    assert fresh_grant(organization.pk, account.pk) == old
    renewed = fresh_grant(organization.pk, account.pk, refused=old.access_token)
    assert isinstance(renewed, Grant)
    assert renewed.access_token.reveal() != old.access_token.reveal()
    # Who comes later with the old token gets the new one without another call.
    assert fresh_grant(organization.pk, account.pk, refused=old.access_token) == renewed


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_make_one_refresh(networks: SandboxProcess) -> None:
    """X ends the whole family when a refresh token comes twice: one call too many would kill the grant."""
    organization, owner = place()
    bob = somebody(organization, owner)
    there = networks.account("x", "bob")
    with acting_in(organization):
        old = grant_of(there, expires_at=datetime.now(UTC) - timedelta(minutes=1))
        account = connected(bob, "x", old, there["account_id"])
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ask(organization.pk, account.pk), range(50)))
    check_one_refresh(answers, old)
    assert networks.get("/sandbox/health")["refreshes"] == {"x": 1}
    settled = fresh_grant(organization.pk, account.pk)
    assert isinstance(settled, Grant)
    with acting_in(organization):
        assert StoredGrant.objects.get().fence == 2
    renewed = fresh_grant(organization.pk, account.pk, refused=settled.access_token)
    assert isinstance(renewed, Grant)  # the family lives


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_renew_a_bound_grant_once(networks: SandboxProcess) -> None:
    """Signed in at Bluesky's own page: there a spent token that comes again ends the session at once."""
    organization, owner = place()
    bob = somebody(organization, owner)
    client = browser(bob)
    client.get(decide(go(client, organization, "bluesky")))
    with acting_in(organization):
        account = Connection.objects.get()
        old = replace(open_grant(account), expires_at=datetime.now(UTC) - timedelta(minutes=1))
        store_grant(account, old)
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda _: ask(organization.pk, account.pk), range(50)))
    check_one_refresh(answers, old)
    assert networks.get("/sandbox/health")["refreshes"] == {"bluesky": 1}
    settled = fresh_grant(organization.pk, account.pk)
    assert isinstance(settled, Grant)
    assert (settled.proof_key, settled.issuer) == (old.proof_key, old.issuer)
    assert isinstance(network("bluesky").profile(settled), Account)


def ask(organization_id: int, connection_id: int) -> Grant | NeedsReconnect | TryLater:
    try:
        return fresh_grant(organization_id, connection_id)
    finally:
        database.close()


def check_one_refresh(answers: Sequence[Grant | NeedsReconnect | TryLater], old: Grant) -> None:
    grants = {answer.access_token.reveal() for answer in answers if isinstance(answer, Grant)}
    assert len(grants) == 1
    assert old.access_token.reveal() not in grants
    assert all(isinstance(answer, Grant) or answer == ANOTHER_REFRESHES for answer in answers)
