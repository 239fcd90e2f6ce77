"""Leaving and taking consent back: the keys are forgotten at once, given back by errand, and the receipt says so."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions.consent import agree_to_network, withdraw_consent
from accounts.actions.departures import leave
from accounts.consent_texts import current_version
from accounts.errands import Done, Later, perform, take_errands
from accounts.models import ConsentKind, DepartureReceipt, Errand, Member, Organization
from accounts.receipts import sentence
from accounts.tenancy import acting_in
from integrations.actions import departures
from integrations.models import Connection, ConnectionState, StoredGrant
from integrations.networks import network
from integrations.networks.base import Grant, NeedsReconnect
from integrations.selectors.personal_record import own_record
from tests.integrations.connected import connected, grant, grant_of, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess

Here = tuple[Organization, Member]


@pytest.fixture
def here(db: None) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner)


def owed(organization: Organization) -> list[dict[str, Any]]:
    with acting_in(organization):
        payloads = Errand.objects.filter(kind="revoke").order_by("pk").values_list("payload", flat=True)
        return [{**payload, "organization_id": organization.pk} for payload in payloads]


def given_back(organization: Organization) -> list[tuple[str, int, bool]]:
    with acting_in(organization):
        lines = DepartureReceipt.objects.get().lines
    return [(line["network"], line["count"], line["done"]) for line in lines if line["what"] == "grants_given_back"]


def test_leaving_gives_every_key_back(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    grants: dict[str, Grant] = {}
    with acting_in(organization):
        for key in ("linkedin", "x", "mastodon", "bluesky"):
            there = networks.account(key, "bob")
            grants[key] = grant_of(there)
            connected(bob, key, grants[key], there["account_id"])
        leave(bob, by=bob)
        assert StoredGrant.objects.count() == 0
        assert set(Connection.objects.values_list("state", flat=True)) == {ConnectionState.DISCONNECTED}
    assert given_back(organization) == [(key, 1, False) for key in ("bluesky", "linkedin", "mastodon", "x")]
    for payload in owed(organization):
        assert departures.revoke(payload) == Done()
        assert departures.revoke(payload) == Done()  # an errand may be done twice
    assert given_back(organization) == [(key, 1, True) for key in ("bluesky", "linkedin", "mastodon", "x")]
    for key, taken_back in grants.items():
        assert isinstance(network(key).profile(taken_back), NeedsReconnect), key


def test_the_line_waits_for_the_last_account(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    with acting_in(organization):
        for handle in ("bob", "bobs-other"):
            there = networks.account("mastodon", handle)
            connected(bob, "mastodon", grant_of(there), there["account_id"])
        leave(bob, by=bob)
    first, second = owed(organization)
    departures.revoke(first)
    assert given_back(organization) == [("mastodon", 2, False)]
    departures.revoke(second)
    assert given_back(organization) == [("mastodon", 2, True)]


def test_a_network_that_is_down_is_asked_again(here: Here, networks: SandboxProcess, settings: Any) -> None:
    organization, bob = here
    there = networks.account("mastodon", "bob")
    with acting_in(organization):
        connected(bob, "mastodon", grant(server="http://127.0.0.1:9"), there["account_id"])
        leave(bob, by=bob)
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1:9"]
    (payload,) = owed(organization)
    assert isinstance(departures.revoke(payload), Later)
    assert given_back(organization) == [("mastodon", 1, False)]


def test_a_network_that_never_answers_is_left_to_the_person(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        connected(bob, "mastodon", grant(server="https://mastodon.example"))
        leave(bob, by=bob)
        Errand.objects.filter(kind="revoke").update(tries=12)  # the last try has been
    for taken in take_errands(5):
        if taken.kind == "revoke":
            perform(taken)
    with acting_in(organization):
        assert Errand.objects.get(kind="revoke").payload == {}
        [line] = [line for line in DepartureReceipt.objects.get().lines if line["what"] == "grants_given_back"]
    assert (line["by_hand"], line["done"]) == ("https://mastodon.example", True)
    assert sentence(line, "Mastodon") == (
        "The key to Mastodon is deleted here. Mastodon gave us no answer; please end it there yourself."
    )


def test_taking_one_networks_yes_back_leaves_the_others(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        gone = connected(bob, "x", grant(), "a-1")
        kept = connected(bob, "mastodon", grant(), "a-2")
        withdraw_consent(bob, by=bob, kind=ConsentKind.NETWORK, network="x")
        states = dict(Connection.objects.values_list("pk", "state"))
    assert states == {gone.pk: "disconnected", kept.pk: "live"}
    assert len(owed(organization)) == 1


def test_taking_part_no_longer_lets_go_of_all(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        connected(bob, "x", grant(), "a-1")
        connected(bob, "mastodon", grant(), "a-2")
        withdraw_consent(bob, by=bob, kind=ConsentKind.TAKE_PART)
        assert set(Connection.objects.values_list("state", flat=True)) == {"disconnected"}
    assert len(owed(organization)) == 2


def test_a_name_off_the_boards_touches_no_account(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        connected(bob, "x", grant())
        departures.give_back_grants_without_consent(bob, by=bob, kind=ConsentKind.NAMED_ON_BOARDS, network="")
        assert Connection.objects.get().state == "live"


def test_a_colleague_keeps_theirs(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
    carol = somebody(organization, owner, "carol")
    with acting_in(organization):
        connected(bob, "x", grant(), "a-1")
        kept = connected(carol, "x", grant(), "a-2")
        leave(bob, by=bob)
        assert list(Connection.objects.exclude(state="disconnected")) == [kept]
        assert StoredGrant.objects.get().connection == kept


def test_the_own_record_names_every_account_and_no_token(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        connected(bob, "x", grant("canary-of-a-token"), "a-1")
        agree_to_network(bob, by=bob, network="x", language="en", text_version=current_version("network"))
        record = own_record(bob)
    entries: Any = record["connections"]
    assert [(entry["network"], entry["account"], entry["sealed_key_kept"]) for entry in entries] == [("x", "a-1", True)]
    assert "canary" not in str(record)
