"""Connecting, all the way: our page, the sandbox's sign-in and consent pages, and the way back."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.identifiers import sha256_of
from accounts.models import AuditEntry, ConsentEntry, Member, Organization, OrganizationSettings
from accounts.selectors.consent import agreed_to_network, takes_part
from accounts.tenancy import acting_in
from integrations import pushed_sign_in
from integrations.models import Connection, OAuthState, ServerApp, StoredGrant
from integrations.networks import network
from integrations.networks.base import Account
from integrations.tokens import open_grant
from tests.integrations.connected import place, somebody
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import YES, browser, connect_address, decide, go, state_in, words

SAFE = "Your text is safe. Connect again or post by hand."
SHARE = "abcdefgh2345"
OTHER = "?way=other"  # the second way to connect
Here = tuple[Organization, Member]


@pytest.fixture
def here(db: None, networks: SandboxProcess) -> Here:
    organization, owner = place()
    return organization, somebody(organization, owner)


def connections_of(organization: Organization) -> list[tuple[str, str, str]]:
    with acting_in(organization):
        return list(Connection.objects.order_by("pk").values_list("network", "handle", "state"))


# --- the whole way ----------------------------------------------------------------------------


@pytest.mark.proves("connect")
@pytest.mark.parametrize("key", ["linkedin", "x", "mastodon", "bluesky", "threads", "facebook_pages", "instagram"])
def test_signing_in_at_the_networks_own_page(here: Here, key: str, caplog: pytest.LogCaptureFixture) -> None:
    organization, bob = here
    client = browser(bob)
    caplog.set_level(logging.DEBUG)
    back = client.get(decide(go(client, organization, key)))
    assert (back.status_code, back["Location"]) == (302, f"/o/{organization.slug}/connections/")
    with acting_in(organization):
        account = Connection.objects.get()
        given = open_grant(account)
        assert agreed_to_network(bob, key)
    profile = network(key).profile(given)
    assert isinstance(profile, Account)
    assert (account.network, account.account_id, account.handle) == (key, profile.id, profile.handle)
    assert given.account_id == account.account_id
    secrets = [given.access_token, given.refresh_token, given.client_secret, given.proof_key]
    for secret in (secret.reveal() for secret in secrets if secret):
        assert secret not in caplog.text
        assert secret not in client.get(f"/o/{organization.slug}/connections/").content.decode()


@pytest.mark.proves("connect", "bluesky")
def test_each_page_a_person_ticks_becomes_an_account(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    networks.account("facebook_pages", "bob.garden")
    networks.account("facebook_pages", "bobby")
    client = browser(bob)
    client.get(decide(go(client, organization, "facebook_pages")))
    with acting_in(organization):
        accounts = Connection.objects.order_by("handle")
        assert [one.handle for one in accounts] == ["@bob", "@bob.garden"]
        given = [open_grant(one) for one in accounts]
    assert {grant.expires_at for grant in given} == {None}
    shown = [network("facebook_pages").profile(grant) for grant in given]
    assert [one.handle for one in shown if isinstance(one, Account)] == ["@bob", "@bob.garden"]


def test_each_page_that_was_ticked_is_named_whether_it_was_connected_or_not(
    here: Here, networks: SandboxProcess
) -> None:
    organization, bob = here
    for page in ("bob.garden", "bob.shop"):
        networks.account("facebook_pages", page)
    with acting_in(organization):
        eve = somebody(organization, Member.objects.get(role="owner"), "eve")
    theirs = browser(eve)
    theirs.get(decide(go(theirs, organization, "facebook_pages"), new_handle="bob.shop"))
    client = browser(bob)
    said = words(client.get(decide(go(client, organization, "facebook_pages")), follow=True))
    for page in ("@bob", "@bob.garden"):
        assert f"{page} on Facebook Page is connected." in said
    assert "@bob.shop was not connected: This Facebook Page account is already connected here" in said


@pytest.mark.parametrize(
    ("key", "left_out"),
    [("instagram", "instagram_business_content_publish"), ("facebook_pages", "pages_read_engagement")],
)
def test_a_box_left_unticked_is_less_than_we_asked_for(here: Here, key: str, left_out: str) -> None:
    organization, bob = here
    client = browser(bob)
    back = client.get(decide(go(client, organization, key), **{f"without_{left_out}": "yes"}))
    assert f"{network(key).label} gave us less than we asked for, so nothing was connected." in words(back)
    assert connections_of(organization) == []


def test_an_app_password_is_used_once_and_kept_nowhere(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    there = networks.account("bluesky", "bob")
    typed = {"identifier": there["handle"], "password": there["app_password"]}
    client = browser(bob)
    assert 'href="?way=other"' in client.get(connect_address(organization, "bluesky")).content.decode()
    done = client.post(connect_address(organization, "bluesky") + OTHER, YES | typed)
    assert (done.status_code, done["Location"]) == (302, f"/o/{organization.slug}/connections/")
    with acting_in(organization):
        account = Connection.objects.get()
        assert (account.network, account.account_id) == ("bluesky", there["account_id"])
        given = open_grant(account)
    assert there["app_password"] not in (
        given.access_token.reveal(),
        str(given.refresh_token and given.refresh_token.reveal()),
    )


def test_a_wrong_app_password_loses_nothing_typed_but_itself(here: Here) -> None:
    organization, bob = here
    page = browser(bob).post(
        connect_address(organization, "bluesky") + OTHER, YES | {"identifier": "bob", "password": "wrong-one"}
    )
    assert page.status_code == 400
    assert "Bluesky does not know this handle with this app password." in words(page)
    assert 'value="bob"' in page.content.decode()
    assert "wrong-one" not in page.content.decode()
    assert connections_of(organization) == []


def test_the_practice_network_is_one_click_and_each_persons_own(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
    for member in (bob, owner):
        assert browser(member).post(connect_address(organization, "practice"), YES).status_code == 302
    assert [entry[0] for entry in connections_of(organization)] == ["practice", "practice"]


def test_one_app_per_server_serves_every_company(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    client.get(decide(go(client, organization, "mastodon")))
    elsewhere, owner = place("Globex")
    eve = somebody(elsewhere, owner, "eve")
    theirs = browser(eve)
    theirs.get(decide(go(theirs, elsewhere, "mastodon"), new_handle="eve"))
    assert ServerApp.objects.count() == 1
    assert len(connections_of(organization)) == len(connections_of(elsewhere)) == 1


def test_a_person_comes_back_to_the_draft(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    page = client.get(connect_address(organization, "x", SHARE))
    assert "Your text is saved." in words(page)
    back = client.get(decide(go(client, organization, "x", share=SHARE)))
    with acting_in(organization):
        connected = Connection.objects.get(member=bob, network="x").public_id
    assert back["Location"] == f"/o/{organization.slug}/shares/{SHARE}/?connected={connected}"


# --- consent first ----------------------------------------------------------------------------


def test_nothing_is_agreed_by_looking(here: Here) -> None:
    organization, bob = here
    page = browser(bob).get(connect_address(organization, "x"))
    assert "only posts that I approved exactly" in words(page)
    with acting_in(organization):
        assert not agreed_to_network(bob, "x")
    assert OAuthState.objects.count() == 0


def test_the_yes_is_written_before_the_networks_page(here: Here) -> None:
    organization, bob = here
    go(browser(bob), organization, "x")
    with acting_in(organization):
        entry = ConsentEntry.objects.get(kind="network")
        assert (entry.member, entry.network, entry.given) == (bob, "x", True)


def test_who_does_not_take_part_yet_sees_and_gives_both(here: Here) -> None:
    organization, _ = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
        assert not takes_part(owner)
    assert "I take part." in words(browser(owner).get(connect_address(organization, "practice")))
    browser(owner).post(connect_address(organization, "practice"), YES)
    with acting_in(organization):
        assert takes_part(owner)


@pytest.mark.parametrize("stale", ["text_version", "take_part_version"])
def test_words_that_were_not_on_the_page_are_not_agreed_to(here: Here, stale: str) -> None:
    organization, _ = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
    address, client = connect_address(organization, "practice"), browser(owner)
    page = client.get(address).content.decode()
    assert all(f'name="{name}" value="{value}"' in page for name, value in YES.items())
    answer = client.post(address, YES | {stale: "older-words-0"})
    assert "These words were changed a moment ago." in words(answer)
    with acting_in(organization):
        assert not ConsentEntry.objects.filter(member=owner).exists()
        assert not Connection.objects.exists()


def test_a_network_that_is_not_offered_cannot_be_connected(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        OrganizationSettings.objects.update(networks=["practice"])
    client = browser(bob)
    assert "X cannot be connected in this company right now." in words(client.get(connect_address(organization, "x")))
    assert client.post(connect_address(organization, "x"), YES).status_code == 409
    with acting_in(organization):
        assert not agreed_to_network(bob, "x")


# --- what can go wrong ------------------------------------------------------------------------


def test_a_denied_consent_page(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    for key in ("linkedin", "x", "mastodon", "bluesky"):
        page = client.get(decide(go(client, organization, key, share=SHARE), decision="deny"))
        assert page.status_code == 409
        assert f"You did not allow it on {network(key).label}'s page" in words(page)
        assert SAFE in words(page)
        assert connect_address(organization, key, SHARE) in page.content.decode()
        assert f"/o/{organization.slug}/shares/{SHARE}/" in page.content.decode()
    assert connections_of(organization) == []


def test_the_state_and_its_verifier_are_known_to_nobody_here(here: Here) -> None:
    organization, bob = here
    state = state_in(go(browser(bob), organization, "x", share=SHARE))
    row = OAuthState.objects.get()
    assert row.state_sha256 == sha256_of(state)
    assert (row.user, row.organization, row.network, row.share_public_id) == (bob.user, organization, "x", SHARE)
    assert timedelta(minutes=9, seconds=50) < row.expires_at - timezone.now() <= timedelta(minutes=10)
    assert state.encode() not in bytes(row.sealed_verifier)


def test_a_state_opens_one_door_once(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "x"))
    assert client.get(back).status_code == 302
    again = client.get(back)
    assert (again.status_code, "This way back was used already." in words(again)) == (409, True)
    assert len(connections_of(organization)) == 1


@pytest.mark.parametrize("state", ["", "made-up", "é" * 50])
def test_a_made_up_state(here: Here, state: str) -> None:
    organization, bob = here
    page = browser(bob).get("/connect/back/x/", {"state": state, "code": "abc"})
    assert page.status_code == 409
    assert "We do not know this way back" in words(page)
    assert SAFE in words(page)
    assert connections_of(organization) == []


def test_a_stale_state_leads_back_to_where_this_browser_set_out_from(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    go(client, organization, "x", share=SHARE)
    page = client.get("/connect/back/x/", {"state": "made-up", "code": "abc"}).content.decode()
    assert f'href="/o/{organization.slug}/shares/{SHARE}/"' in page
    assert f'href="{connect_address(organization, "x")}?share={SHARE}"' in page
    assert SHARE not in Client().get("/connect/back/x/", {"state": "made-up", "code": "abc"}).content.decode()


def test_an_hour_later(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "x", share=SHARE))
    OAuthState.objects.update(expires_at=timezone.now() - timedelta(minutes=50))
    page = client.get(back)
    assert page.status_code == 409
    assert "Ten minutes went by" in words(page)
    assert connect_address(organization, "x", SHARE) in page.content.decode()
    assert connections_of(organization) == []


def test_the_state_of_another_network(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "x"))
    page = client.get(back.replace("/back/x/", "/back/linkedin/"))
    assert (page.status_code, "We do not know this way back" in words(page)) == (409, True)
    assert client.get(back).status_code == 302  # and it is still good where it belongs


def test_another_persons_state(here: Here) -> None:
    """Mallory sends Eve the way back of her own sign-in: Eve's account must not become Mallory's, nor the reverse."""
    organization, bob = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
    mallory = browser(bob)
    back = decide(go(mallory, organization, "x", share=SHARE))
    page = browser(owner).get(back)
    assert (page.status_code, "Somebody else began this." in words(page)) == (403, True)
    assert organization.slug not in page.content.decode()
    assert SHARE not in page.content.decode()
    assert connections_of(organization) == []
    assert mallory.get(back).status_code == 302
    with acting_in(organization):
        assert Connection.objects.get().member == bob


def test_another_browser_signs_in_first_and_goes_on(here: Here) -> None:
    organization, bob = here
    back = decide(go(browser(bob), organization, "linkedin"))
    elsewhere = Client()
    asked = elsewhere.get(back)
    assert asked.status_code == 302
    assert asked["Location"].startswith("/accounts/login/?next=/connect/back/linkedin/")
    assert bob.user is not None
    elsewhere.force_login(bob.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert elsewhere.get(back)["Location"] == f"/o/{organization.slug}/connections/"
    assert len(connections_of(organization)) == 1


def test_who_left_meanwhile_is_not_connected(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "x"))
    with acting_in(organization):
        Member.objects.filter(pk=bob.pk).update(deactivated_at=timezone.now())
    page = client.get(back)
    assert "You are no longer in this company here" in words(page)
    assert connections_of(organization) == []


def test_less_than_was_asked_is_refused(here: Here, settings: Any) -> None:
    """The network's answer names fewer scopes than our page asked for."""
    organization, bob = here
    client = browser(bob)
    address = go(client, organization, "linkedin")
    narrowed = address.replace("w_member_social", "").replace("++", "+").rstrip("+")
    page = client.get(decide(narrowed))
    assert page.status_code == 409
    assert "LinkedIn gave us less than we asked for" in words(page)
    assert connections_of(organization) == []


def test_less_than_was_asked_of_a_pushed_request_is_refused(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    page = client.get(decide(go(client, organization, "bluesky"), scope="atproto blob:image/*"))
    assert (page.status_code, "Bluesky gave us less than we asked for" in words(page)) == (409, True)
    assert connections_of(organization) == []


def test_a_code_of_another_server_is_sent_to_none(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "bluesky"))
    page = client.get(re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Fevil.example", back))
    assert (page.status_code, "Bluesky did not confirm the sign-in" in words(page)) == (409, True)
    assert connections_of(organization) == []


def test_the_account_that_was_named_is_the_one_that_is_connected(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    client, ann = browser(bob), networks.account("bluesky", "ann")["handle"]
    page = client.get(decide(go(client, organization, "bluesky", server=f"@{ann}"), new_handle="bob"))
    assert (page.status_code, "You signed in to another account" in words(page)) == (409, True)
    assert connections_of(organization) == []
    client.get(decide(go(client, organization, "bluesky", server=f"@{ann}"), new_handle="ann"))
    assert connections_of(organization) == [("bluesky", f"@{ann}", "live")]


def test_both_ways_to_connect_lead_to_one_connection(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    client, there = browser(bob), networks.account("bluesky", "bob")
    typed = {"identifier": there["handle"], "password": there["app_password"]}
    client.post(connect_address(organization, "bluesky") + OTHER, YES | typed)
    client.get(decide(go(client, organization, "bluesky")))
    assert len(connections_of(organization)) == 1


def test_a_server_that_does_not_answer(here: Here, settings: Any) -> None:
    organization, bob = here
    settings.OUTBOUND_ALLOWED_HOSTS = [*settings.OUTBOUND_ALLOWED_HOSTS, "127.0.0.1:9"]
    page = browser(bob).post(connect_address(organization, "mastodon"), YES | {"server": "http://127.0.0.1:9"})
    assert page.status_code == 400
    assert "http://127.0.0.1:9 does not answer right now. Check the name, or try again later." in words(page)
    assert 'value="http://127.0.0.1:9"' in page.content.decode()


@pytest.fixture
def silent(settings: Any) -> Iterator[socket.socket]:
    """A server that takes what it is sent and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        allowed = [*settings.OUTBOUND_ALLOWED_HOSTS, f"127.0.0.1:{listening.getsockname()[1]}"]
        settings.OUTBOUND_ALLOWED_HOSTS = allowed
        listening.setblocking(False)
        yield listening


def called_once(there: socket.socket) -> bool:
    there.accept()[0].close()
    with pytest.raises(BlockingIOError):
        there.accept()
    return True


def test_a_silent_server_is_not_asked_on_and_on(
    here: Here, silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Six questions lead to a server's page; they have one time together, and the page a sentence."""
    organization, bob = here
    monkeypatch.setattr(pushed_sign_in, "GOING", 0.2)
    server = f"http://127.0.0.1:{silent.getsockname()[1]}"
    page = browser(bob).post(connect_address(organization, "bluesky"), YES | {"server": server})
    assert page.status_code == 400
    assert f"{server} does not answer right now. Check the name, or try again later." in words(page)
    assert called_once(silent)


def test_a_directory_that_is_silent_when_the_person_comes_back(
    here: Here, silent: socket.socket, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "bluesky"))
    monkeypatch.setattr(pushed_sign_in, "AT_HOME", 0.2)
    directory = {"directory_url": f"http://127.0.0.1:{silent.getsockname()[1]}"}
    settings.NETWORKS = {**settings.NETWORKS, "bluesky": {**settings.NETWORKS.get("bluesky", {}), **directory}}
    page = client.get(back)
    assert (page.status_code, "Bluesky does not answer right now" in words(page)) == (409, True)
    assert called_once(silent)
    assert connections_of(organization) == []


@pytest.mark.parametrize(
    "typed", ["http://10.0.0.1", "localhost", "https://user:pass@social.example", "no spaces please"]
)
def test_a_server_we_never_call(here: Here, typed: str) -> None:
    organization, bob = here
    page = browser(bob).post(connect_address(organization, "mastodon"), YES | {"server": typed})
    assert page.status_code == 400
    assert "We cannot open that server." in words(page)


def test_a_network_that_is_down_when_the_person_comes_back(here: Here, settings: Any) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "x"))
    settings.NETWORKS = {"x": {"token_url": "http://127.0.0.1:9/token"}}
    settings.OUTBOUND_ALLOWED_HOSTS = [*settings.OUTBOUND_ALLOWED_HOSTS, "127.0.0.1:9"]
    page = client.get(back)
    assert (page.status_code, "X does not answer right now" in words(page), SAFE in words(page)) == (409, True, True)


def test_a_server_that_forgot_our_app_learns_it_anew(here: Here, networks: SandboxProcess) -> None:
    organization, bob = here
    client = browser(bob)
    back = decide(go(client, organization, "mastodon"))
    before = ServerApp.objects.get().client_id
    networks.reset()
    assert "did not confirm the sign-in" in words(client.get(back))
    assert ServerApp.objects.count() == 0
    client.get(decide(go(client, organization, "mastodon")))
    assert ServerApp.objects.get().client_id != before
    assert len(connections_of(organization)) == 1


# --- the same account again -------------------------------------------------------------------


def test_connecting_again_keeps_the_connection(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    client.get(decide(go(client, organization, "x")))
    with acting_in(organization):
        first = Connection.objects.get()
        Connection.objects.update(state="needs_reconnect")
    client.get(decide(go(client, organization, "x")))
    with acting_in(organization):
        again = Connection.objects.get()
        assert (again.pk, again.public_id, again.state) == (first.pk, first.public_id, "live")
        assert StoredGrant.objects.get().fence == 2


def test_another_account_is_another_connection(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    client.get(decide(go(client, organization, "x")))
    with acting_in(organization):
        Connection.objects.update(state="needs_reconnect")
    client.get(decide(go(client, organization, "x"), new_handle="bobs-other"))
    assert connections_of(organization) == [("x", "@bob", "needs_reconnect"), ("x", "@bobs-other", "live")]
    page = client.get(f"/o/{organization.slug}/connections/")
    assert "@bob still asks to connect again: you signed in as @bobs-other." in words(page)


def test_a_colleagues_account_is_refused_and_its_grant_given_back(here: Here) -> None:
    organization, bob = here
    with acting_in(organization):
        owner = Member.objects.get(role="owner")
    first, second = browser(bob), browser(owner)
    first.get(decide(go(first, organization, "x")))
    page = second.get(decide(go(second, organization, "x")))
    assert page.status_code == 409
    assert "This X account is already connected here under another sign-in." in words(page)
    assert len(connections_of(organization)) == 1


def test_one_person_with_two_employers(here: Here) -> None:
    """The same account in two companies: separate grants, and letting go of one leaves the other working."""
    organization, bob = here
    elsewhere, owner = place("Globex")
    assert bob.user is not None
    with acting_in(elsewhere):
        there = Member.objects.create(user=bob.user, email=bob.email, invited=False)
    client = browser(bob)
    for company in (organization, elsewhere):
        client.get(decide(go(client, company, "mastodon")))
    with acting_in(organization):
        ours = Connection.objects.get()
        page = f"/o/{organization.slug}/connections/{ours.public_id}/disconnect/"
    assert client.post(page).status_code == 302
    with acting_in(elsewhere):
        theirs = Connection.objects.get(member=there)
        given = open_grant(theirs)
    assert theirs.account_id == ours.account_id
    assert isinstance(network("mastodon").profile(given), Account)


def test_every_trace_of_connecting_is_the_persons_own(here: Here) -> None:
    organization, bob = here
    client = browser(bob)
    client.get(decide(go(client, organization, "x")))
    with acting_in(organization):
        rows = AuditEntry.objects.filter(by=bob, action__in=["connect_account", "agree_to_network"])
        assert sorted(rows.values_list("action", "private")) == [("agree_to_network", True), ("connect_account", True)]
