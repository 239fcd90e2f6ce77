"""Letting go against a refresh, and connecting against leaving, on real transactions."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection as database

from accounts.models import Errand, Member, Organization
from accounts.tenancy import acting_in
from integrations.actions.connections import disconnect
from integrations.models import StoredGrant
from integrations.tokens import open_for_revocation, store_grant
from tests.integrations.connected import connected, grant, place, somebody

pytestmark = pytest.mark.django_db(transaction=True)

Here = tuple[Organization, Member]


@pytest.fixture
def here(transactional_db: None) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner)


def beside(pool: ThreadPoolExecutor, organization: Organization, act: Callable[[], object]) -> Future[None]:
    """Starts `act` on a connection of its own, and waits until it is done or stands before a lock."""

    def run() -> None:
        try:
            with acting_in(organization):
                act()
        finally:
            database.close()

    started = pool.submit(run)
    for _ in range(200):
        if started.done() or somebody_waits():
            break
        time.sleep(0.02)
    return started


def somebody_waits() -> bool:
    with database.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def test_letting_go_during_a_refresh_gives_the_new_pair_back(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant("old"))
    with ThreadPoolExecutor(1) as pool:
        with acting_in(organization):
            store_grant(account, grant("new"))  # a refresh, not committed yet
            gone = beside(pool, organization, lambda: disconnect(account, by=bob))
        gone.result(timeout=10)
    with acting_in(organization):
        owed = Errand.objects.get(kind="revoke").payload
        given_back = open_for_revocation(account, owed["sealed"], owed["key_id"])
        assert (given_back.access_token.reveal(), StoredGrant.objects.count()) == ("new", 0)
