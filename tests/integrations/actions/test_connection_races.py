"""Letting go against a refresh, and connecting against leaving, on real transactions."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection as database

from accounts.actions.consent import take_part
from accounts.actions.departures import leave
from accounts.actions.keys import make_key
from accounts.consent_texts import current_version
from accounts.models import ConsentEntry, Errand, Member, Organization, PersonalKey
from accounts.refusals import NotAllowed
from accounts.tenancy import acting_in
from campaigns.actions.drafts import start_share
from campaigns.models import Share
from integrations.actions.connections import connect_account, disconnect
from integrations.models import Connection, StoredGrant
from integrations.networks import network
from integrations.networks.base import Account
from integrations.tokens import open_for_revocation, store_grant
from tests.campaigns import world
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


def _connect(bob: Member) -> object:
    account = Account(id="acct-2", handle="@bob")
    return connect_account(bob, by=bob, network=network("x"), server="", account=account, grant=grant())


@pytest.mark.parametrize(
    "act",
    [
        _connect,
        lambda bob: make_key(bob, by=bob, name="script"),
        lambda bob: take_part(bob, by=bob, language="en", text_version=current_version("take_part")),
        lambda bob: start_share(world.item(Member.objects.get(role="owner")), by=bob),
    ],
    ids=["connect", "key", "consent", "draft"],
)
def test_whoever_is_leaving_at_this_moment_gets_nothing_new(here: Here, act: Callable[[Member], object]) -> None:
    organization, bob = here
    with acting_in(organization):
        disconnect(connected(bob, "x", grant()), by=bob)
        read_before = Member.objects.get(pk=bob.pk)  # still here, as far as that request knows
    with ThreadPoolExecutor(1) as pool:
        with acting_in(organization):
            leave(bob, by=bob)  # not committed yet
            late = beside(pool, organization, lambda: act(read_before))
        with pytest.raises(NotAllowed):
            late.result(timeout=10)
    with acting_in(organization):
        assert not Connection.objects.filter(state="live").exists()
        assert StoredGrant.objects.count() == PersonalKey.objects.count() == Share.objects.count() == 0
        assert ConsentEntry.objects.filter(member=bob).order_by("-id")[0].given is False
