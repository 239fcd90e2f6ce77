"""The person's page of networks, and the page of those who run the programme."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Member, Organization, OrganizationSettings
from accounts.selectors.consent import agreed_to_network
from accounts.tenancy import acting_in
from integrations.models import Connection
from tests.integrations.connected import connected, grant, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import browser, connect_address, words

Here = tuple[Organization, Member, Member]


@pytest.fixture
def here(db: None) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner), owner


def page_of(organization: Organization, name: str) -> str:
    return f"/o/{organization.slug}/{name}/"


def test_a_person_sees_their_accounts_and_nobody_elses(here: Here) -> None:
    organization, bob, owner = here
    with acting_in(organization):
        connected(bob, "x", grant(), "bobs-account")
    assert "@bobs-account" in words(browser(bob).get(page_of(organization, "connections")))
    assert "@bobs-account" not in words(browser(owner).get(page_of(organization, "connections")))


def test_an_account_that_asks_to_connect_again_says_so(here: Here) -> None:
    organization, bob, _ = here
    with acting_in(organization):
        connected(bob, "x", grant())
        Connection.objects.update(state="needs_reconnect")
    page = browser(bob).get(page_of(organization, "connections"))
    assert "Asks to connect again" in words(page)
    assert "Your texts are safe; nothing goes out from this account until you connect it again." in words(page)


def test_where_nothing_is_offered_the_page_says_what_works(here: Here) -> None:
    organization, bob, _ = here
    with acting_in(organization):
        OrganizationSettings.objects.update(networks=[])
    assert "You can post by hand everywhere" in words(browser(bob).get(page_of(organization, "connections")))


def test_disconnecting_asks_once_and_a_get_does_nothing(here: Here) -> None:
    organization, bob, _ = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
    client, address = browser(bob), page_of(organization, f"connections/{account.public_id}/disconnect")
    assert "Nobody is told." in words(client.get(address))
    with acting_in(organization):
        assert Connection.objects.get().state == "live"
    done = client.post(address, follow=True)
    assert "We are giving the key back to X." in words(done)
    with acting_in(organization):
        assert Connection.objects.get().state == "disconnected"
        assert agreed_to_network(bob, "x")
    assert client.post(address).status_code == 404


def test_the_yes_can_be_taken_back_with_the_account(here: Here) -> None:
    organization, bob, _ = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
    address = page_of(organization, f"connections/{account.public_id}/disconnect")
    browser(bob).post(address, {"also_consent": "1"})
    with acting_in(organization):
        assert not agreed_to_network(bob, "x")


def test_another_persons_account_is_not_there(here: Here) -> None:
    organization, bob, owner = here
    with acting_in(organization):
        account = connected(bob, "x", grant())
    address = page_of(organization, f"connections/{account.public_id}/disconnect")
    assert [browser(owner).get(address).status_code, browser(owner).post(address).status_code] == [404, 404]
    with acting_in(organization):
        assert Connection.objects.get().state == "live"


@pytest.mark.parametrize("name", ["connections", "connect/x", "networks"])
def test_an_anonymous_visitor_signs_in_first(here: Here, name: str) -> None:
    organization, _, _ = here
    answer = Client().get(page_of(organization, name))
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")


@pytest.mark.parametrize("name", ["connections", "connect/x", "networks", "networks/x/test"])
def test_a_stranger_finds_nothing(here: Here, name: str) -> None:
    organization, _, _ = here
    elsewhere, owner = place("Globex")
    stranger = browser(somebody(elsewhere, owner, "eve"))
    method = stranger.post if name.endswith("test") else stranger.get
    assert method(page_of(organization, name)).status_code == 404


def test_the_programmes_page_is_not_for_everybody(here: Here) -> None:
    organization, bob, _ = here
    client = browser(bob)
    assert client.get(page_of(organization, "networks")).status_code == 404
    assert client.post(page_of(organization, "networks"), {"networks": ["x"]}).status_code == 404
    assert client.post(page_of(organization, "networks/x/test")).status_code == 404


def test_the_programmes_page_offers_and_explains(here: Here, networks: SandboxProcess) -> None:
    organization, _, owner = here
    client, address = browser(owner), page_of(organization, "networks")
    page = client.get(address).content.decode()
    assert "http://127.0.0.1:8000/connect/back/linkedin/" in page
    assert "NETWORK_LINKEDIN_CLIENT_ID" in page
    assert "sandbox-secret" not in page
    client.post(address, {"networks": ["practice", "bluesky"]})
    with acting_in(organization):
        assert OrganizationSettings.objects.get().networks == ["bluesky", "practice"]


def test_it_shows_the_same_whoever_connected_what(here: Here, networks: SandboxProcess) -> None:
    organization, bob, owner = here
    client, address = browser(owner), page_of(organization, "networks")
    before = words(client.get(address))
    with acting_in(organization):
        connected(bob, "x", grant())
    assert words(client.get(address)) == before


def test_a_network_without_an_app_cannot_be_connected(here: Here, settings: Any) -> None:
    organization, bob, owner = here
    settings.SANDBOX_URL = ""
    assert "No app yet" in words(browser(owner).get(page_of(organization, "networks")))
    page = browser(bob).get(connect_address(organization, "linkedin"))
    assert "LinkedIn cannot be connected in this company right now." in words(page)


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("linkedin", "LinkedIn answers and knows our app."),
        ("x", "X answers and knows our app."),
        ("mastodon", "Mastodon answers and knows our app."),
        ("bluesky", "Bluesky answers and knows our app."),
        ("practice", "Practice works without any set-up."),
    ],
)
def test_test_it(here: Here, networks: SandboxProcess, key: str, sentence: str) -> None:
    organization, _, owner = here
    page = browser(owner).post(page_of(organization, f"networks/{key}/test"), follow=True)
    assert sentence in words(page)


def test_test_it_with_a_wrong_secret(here: Here, networks: SandboxProcess, settings: Any) -> None:
    organization, _, owner = here
    networks.post("/sandbox/accounts", {"network": "linkedin", "handle": "bob"})
    client, address = browser(owner), page_of(organization, "networks/linkedin/test")
    client.post(address)
    settings.NETWORKS = {"linkedin": {"client_secret": "another"}}
    assert "LinkedIn does not know our app: check its id and secret." in words(client.post(address, follow=True))


def test_test_it_where_nobody_answers(here: Here, networks: SandboxProcess, settings: Any) -> None:
    organization, _, owner = here
    settings.NETWORKS = {"x": {"token_url": "http://127.0.0.1:9/token"}}
    settings.OUTBOUND_ALLOWED_HOSTS = ["127.0.0.1:9"]
    page = browser(owner).post(page_of(organization, "networks/x/test"), follow=True)
    assert "X does not answer right now" in words(page)


def test_a_key_that_ends_within_a_week_says_so_and_offers_to_connect_again(here: Here) -> None:
    organization, bob, _ = here
    with acting_in(organization):
        connected(bob, "linkedin", grant(refresh="", minutes=60 * 24 * 6))
    answer = browser(bob).get(page_of(organization, "connections"))
    assert "Ends soon" in words(answer)
    assert "only you can renew it. Connect it again before" in words(answer)
    assert "Connect again" in words(answer)


def test_a_key_with_time_left_names_its_day_and_one_we_renew_says_so(here: Here) -> None:
    organization, bob, _ = here
    with acting_in(organization):
        connected(bob, "linkedin", grant(refresh="", minutes=60 * 24 * 50))
        connected(bob, "x", grant(), "acct-2")
    page = words(browser(bob).get(page_of(organization, "connections")))
    assert "Ends soon" not in page
    assert "only you can renew it" in page
    assert "The key is renewed by itself" in page
