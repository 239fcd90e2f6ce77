"""Connecting and letting go: only by the person, with a yes, with an audit row that is the person's own."""

from __future__ import annotations

import ast
import inspect
from types import ModuleType
from typing import Any

import pytest

from accounts.models import AuditEntry, ConsentEntry, Member, Organization, OrganizationSettings
from accounts.refusals import BadInput, NotAllowed
from accounts.tenancy import acting_in
from integrations.actions import connections as connection_actions
from integrations.actions import key_rotation, network_check
from integrations.actions import networks as network_actions
from integrations.actions.connections import connect_account, disconnect, mark_needs_reconnect
from integrations.actions.network_check import try_network
from integrations.actions.networks import offer_networks
from integrations.models import Connection, StoredGrant
from integrations.networks import network
from integrations.networks.base import Account
from integrations.selectors.networks import offered_networks
from tests.accounts.companies import company
from tests.integrations.connected import connected, grant, place, somebody

Here = tuple[Organization, Member]
THEIRS = Account(id="acct-1", handle="@bob")


@pytest.fixture
def here(db: None) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner)


def owner_of(organization: Organization) -> Member:
    with acting_in(organization):
        return Member.objects.get(role="owner")


def test_without_a_yes_nothing_is_connected(here: Here) -> None:
    organization, bob = here
    with acting_in(organization), pytest.raises(NotAllowed):
        connect_account(bob, by=bob, network=network("x"), server="", account=THEIRS, grant=grant())
    with acting_in(organization):
        assert Connection.objects.count() == StoredGrant.objects.count() == 0


def test_nobody_connects_or_disconnects_for_another(here: Here) -> None:
    organization, bob = here
    owner = owner_of(organization)
    with acting_in(organization):
        account = connected(bob, "x", grant())
        with pytest.raises(NotAllowed):
            connect_account(bob, by=owner, network=network("x"), server="", account=THEIRS, grant=grant())
        with pytest.raises(NotAllowed):
            disconnect(account, by=owner)
        account.refresh_from_db()
        assert (account.state, StoredGrant.objects.get().fence) == ("live", 1)


def test_a_dead_grant_is_noticed_once(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
        for _ in range(2):
            mark_needs_reconnect(account, reason="token_revoked")
        assert account.state == "needs_reconnect"
        assert StoredGrant.objects.count() == 1
        assert AuditEntry.objects.filter(action="mark_needs_reconnect").count() == 1


def test_letting_go_twice_is_letting_go_once(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
        for _ in range(2):
            disconnect(account, by=bob)
        assert AuditEntry.objects.filter(action="disconnect").count() == 1


def test_after_letting_go_the_same_account_is_a_new_connection(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        first = connected(bob, "x", grant())
        disconnect(first, by=bob)
        second = connected(bob, "x", grant())
    assert first.public_id != second.public_id


def test_only_those_who_run_the_programme_choose_networks(here: Here) -> None:
    organization, bob = here
    owner = owner_of(organization)
    with acting_in(organization):
        with pytest.raises(NotAllowed):
            offer_networks(["x"], by=bob)
        with pytest.raises(BadInput):
            offer_networks(["myspace"], by=owner)
        offer_networks(["practice", "x"], by=owner)
        assert OrganizationSettings.objects.get().networks == ["x", "practice"]


@pytest.mark.parametrize(
    ("apps", "offered"),
    [
        ({}, ["mastodon", "bluesky", "practice"]),
        ({"linkedin": {"client_id": "ours"}}, ["linkedin", "mastodon", "bluesky", "practice"]),
    ],
)
def test_a_new_company_offers_what_works_at_once(
    db: None, settings: Any, apps: dict[str, dict[str, str]], offered: list[str]
) -> None:
    settings.SANDBOX_URL, settings.NETWORKS = "", apps
    organization, _owner = company()
    with acting_in(organization):
        assert OrganizationSettings.objects.get().networks == offered
        assert [network.key for network in offered_networks()] == offered


@pytest.mark.parametrize("module", [connection_actions, network_actions, network_check, key_rotation])
def test_every_public_action_takes_by_and_is_audited(module: ModuleType) -> None:
    source = ast.parse(inspect.getsource(module))
    for action in (node for node in source.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"):
        assert "by" in [argument.arg for argument in action.args.kwonlyargs], action.name
        calls = {
            node.func.id for node in ast.walk(action) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        assert calls & {"audit", "let_go"}, action.name


def test_what_a_person_does_with_accounts_is_private(here: Here) -> None:
    organization, bob = here
    owner = owner_of(organization)
    with acting_in(organization):
        account = connected(bob, "x", grant())
        mark_needs_reconnect(account, reason="token_revoked")
        disconnect(account, by=bob)
        offer_networks(["x"], by=owner)
    try_network(network("practice"), organization_id=organization.pk, by=owner)
    with acting_in(organization):
        private = dict(AuditEntry.objects.order_by("pk").values_list("action", "private"))
        assert ConsentEntry.objects.filter(kind="network").count() == 1
    assert {name: private[name] for name in ("connect_account", "mark_needs_reconnect", "disconnect")} == {
        "connect_account": True,
        "mark_needs_reconnect": True,
        "disconnect": True,
    }
    assert {name: private[name] for name in ("offer_networks", "try_network")} == {
        "offer_networks": False,
        "try_network": False,
    }
