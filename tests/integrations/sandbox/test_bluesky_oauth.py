"""Signing in at Bluesky's own page, in the sandbox: our side and the server's are two readings of one protocol."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.test import Client

from integrations import dpop
from integrations.http import Reply
from integrations.networks import network
from integrations.networks.base import (
    AppPassword,
    AuthorizationServer,
    Grant,
    NeedsReconnect,
    NotConnected,
    Post,
    Published,
    PushedOAuth,
    Refreshed,
    RevokeByHand,
    Revoked,
    Secret,
    Uploaded,
)
from integrations.networks.bluesky_oauth import OUR_KEY_GONE, SCOPES
from integrations.networks.bound_tokens import Session, bound_grant, send_form
from integrations.networks.replies import repeatable
from integrations.our_client import first_key, redirect_address_of, signature
from tests.integrations.connected import point_at
from tests.integrations.peer import Answer, Peer, running_peer
from tests.integrations.sandbox.person import CHALLENGE, VERIFIER, Form, body_of
from tests.integrations.sandbox.rig import SandboxProcess

BLUESKY = network("bluesky")


@pytest.fixture(autouse=True)
def as_a_new_process() -> Iterator[None]:
    dpop.forget_nonces()
    yield
    dpop.forget_nonces()


@pytest.fixture
def server(there: SandboxProcess) -> AuthorizationServer:
    found = BLUESKY.find_sign_in(f"{there.base_url}/bluesky")
    assert isinstance(found, AuthorizationServer)
    return found


def our_id() -> str:
    offer = BLUESKY.sign_in()
    assert isinstance(offer, PushedOAuth)
    return offer.client_id


def ask(server: AuthorizationServer, url: str, form: dict[str, str], key: Secret, client_id: str = "") -> Any:
    ours = client_id or our_id()
    return send_form(repeatable, url, form, Session(ours, server.issuer, key, first_key(ours)))


def push(server: AuthorizationServer, key: Secret, **more: str) -> Any:
    asked = {
        "response_type": "code",
        "redirect_uri": redirect_address_of("bluesky"),
        "scope": " ".join(SCOPES),
        "state": "s",
    }
    asked |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256"} | more
    return ask(server, server.pushed_url, {name: value for name, value in asked.items() if value}, key)


def decide(server: AuthorizationServer, request_uri: str, **choice: str) -> dict[str, str]:
    shown = {"client_id": our_id(), "request_uri": request_uri}
    page = requests.get(server.authorize_url, params=shown, timeout=5)
    assert "Create, change and delete your posts" in page.text
    sent = Form(page.text).hidden | {"decision": "allow", "new_handle": "ann"} | choice
    answer = requests.post(server.authorize_url, data=sent, timeout=5, allow_redirects=False)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def exchange(server: AuthorizationServer, code: str, key: Secret, **more: str) -> Any:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_address_of("bluesky"),
        "code_verifier": VERIFIER,
    }
    return ask(server, server.token_url, form | more, key)


def signed_in(server: AuthorizationServer) -> Grant:
    key = dpop.new_proof_key()
    code = decide(server, push(server, key).document()["request_uri"])["code"]
    made = exchange(server, code, key).document()
    grant = bound_grant(made, Grant(Secret(""), client_id=our_id(), proof_key=key), now=datetime.now(UTC))
    grant = replace(grant, issuer=server.issuer, server=server.issuer, account_id=made["sub"])
    return replace(grant, client_key=first_key(our_id()))


def post(grant: Grant) -> Post:
    rkey, created_at = BLUESKY.fix_identity(datetime.now(UTC))
    return Post("bluesky", "c", grant.account_id, "Hello", grant.server, rkey=rkey, created_at=created_at)


def test_the_whole_way(there: SandboxProcess, server: AuthorizationServer) -> None:
    grant = signed_in(server)
    assert grant.scopes == frozenset(SCOPES)
    assert BLUESKY.home_of(grant.account_id, server.issuer) == grant.server
    assert isinstance(BLUESKY.publish(post(grant), grant, "", Uploaded()), Published)
    renewed = BLUESKY.refresh(grant)
    assert isinstance(renewed, Refreshed)
    assert renewed.grant.proof_key == grant.proof_key
    assert isinstance(BLUESKY.publish(post(grant), renewed.grant, "", Uploaded()), Published)
    assert BLUESKY.revoke(renewed.grant) == Revoked()
    assert BLUESKY.publish(post(grant), renewed.grant, "", Uploaded()) == NeedsReconnect(
        "Bluesky no longer accepts the connection. Connect the account again.", may_refresh=True
    )
    assert isinstance(BLUESKY.refresh(renewed.grant), NeedsReconnect)


def test_a_refresh_token_that_comes_again_ends_the_session(server: AuthorizationServer) -> None:
    grant = signed_in(server)
    renewed = BLUESKY.refresh(grant)
    assert isinstance(renewed, Refreshed)
    assert isinstance(BLUESKY.refresh(grant), NeedsReconnect)
    assert isinstance(BLUESKY.refresh(renewed.grant), NeedsReconnect)
    assert isinstance(BLUESKY.publish(post(grant), renewed.grant, "", Uploaded()), NeedsReconnect)


def test_both_servers_want_a_nonce_and_get_it_once(there: SandboxProcess, server: AuthorizationServer) -> None:
    key = dpop.new_proof_key()
    first = requests.post(
        server.pushed_url, data={}, headers={"DPoP": dpop.proof(key, "POST", server.pushed_url)}, timeout=5
    )
    assert (first.status_code, first.json()["error"]) == (400, "use_dpop_nonce")
    assert first.headers["DPoP-Nonce"]
    grant = signed_in(server)
    dpop.forget_nonces()
    url = f"{grant.server}/xrpc/com.atproto.server.getSession"
    assert grant.proof_key
    headers = {"DPoP": dpop.proof(grant.proof_key, "GET", url, token=grant.access_token)}
    headers["Authorization"] = f"DPoP {grant.access_token.reveal()}"
    refused = requests.get(url, headers=headers, timeout=5)
    assert (refused.status_code, refused.json()["error"]) == (401, "use_dpop_nonce")
    assert 'error="use_dpop_nonce"' in refused.headers["WWW-Authenticate"]
    assert isinstance(BLUESKY.publish(post(grant), grant, "", Uploaded()), Published)


@pytest.mark.parametrize("wrong", ["method", "url", "token", "key", "again", "bearer"])
def test_a_proof_of_something_else_is_refused(server: AuthorizationServer, wrong: str) -> None:
    grant = signed_in(server)
    url = f"{grant.server}/xrpc/com.atproto.server.getSession"
    nonce = requests.post(server.token_url, timeout=5).headers["DPoP-Nonce"]
    key = dpop.new_proof_key() if wrong == "key" else grant.proof_key
    assert key
    token = Secret("another") if wrong == "token" else grant.access_token
    at = f"{url}x" if wrong == "url" else url
    proof = dpop.proof(key, "POST" if wrong == "method" else "GET", at, token=token, nonce=nonce)
    kind = "Bearer" if wrong == "bearer" else "DPoP"
    headers = {"DPoP": proof, "Authorization": f"{kind} {grant.access_token.reveal()}"}
    answers = [requests.get(url, headers=headers, timeout=5) for _ in range(2)]
    if wrong == "again":
        assert answers[0].status_code == 200
    if wrong == "bearer":
        assert answers[1].json()["error"] == "InvalidToken"
    else:
        assert (answers[1].status_code, answers[1].json()["error"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"scope": "atproto transition:generic"}, "invalid_scope"),
        ({"scope": "repo:app.bsky.feed.post"}, "invalid_scope"),
    ],
)
def test_a_request_that_is_not_ours_to_make(server: AuthorizationServer, more: dict[str, str], error: str) -> None:
    refused = push(server, dpop.new_proof_key(), **more)
    assert (refused.status, refused.document()["error"]) == (400, error)


def test_a_code_belongs_to_its_key_its_verifier_and_its_request(server: AuthorizationServer) -> None:
    key = dpop.new_proof_key()
    request_uri = push(server, key).document()["request_uri"]
    back = decide(server, request_uri)
    assert (back["iss"], back["state"]) == (server.issuer, "s")
    assert (
        "unknown, over"
        in requests.get(
            server.authorize_url, params={"client_id": our_id(), "request_uri": request_uri}, timeout=5
        ).text
    )
    assert exchange(server, back["code"], dpop.new_proof_key()).document()["error"] == "invalid_dpop_key_binding"
    assert exchange(server, back["code"], key, code_verifier="x" * 43).document()["error"] == "invalid_grant"
    assert body_of_reply(exchange(server, back["code"], key))["token_type"] == "DPoP"
    assert exchange(server, back["code"], key).document()["error"] == "invalid_grant"


def body_of_reply(reply: Any) -> dict[str, Any]:
    assert reply.status == 200, reply.body
    said: dict[str, Any] = reply.document()
    return said


def test_no_is_told_to_the_app(server: AuthorizationServer) -> None:
    request_uri = push(server, dpop.new_proof_key()).document()["request_uri"]
    assert decide(server, request_uri, decision="deny")["error"] == "access_denied"


def test_an_account_is_found_by_its_handle_both_ways(there: SandboxProcess, server: AuthorizationServer) -> None:
    account = there.account("bluesky", "ann")
    named = BLUESKY.find_sign_in(f"https://{account['handle']}")
    assert named == replace(server, login_hint=account["handle"], account_id=account["account_id"])
    assert not isinstance(BLUESKY.find_sign_in("https://nobody.sandbox.test"), AuthorizationServer)
    assert isinstance(BLUESKY.home_of(account["account_id"], "https://another.example"), NotConnected)
    assert body_of(requests.get(f"{there.base_url}/bluesky/{account['account_id']}", timeout=5))["alsoKnownAs"]


# --- an app with keys -------------------------------------------------------------------------------


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def our_site(there: SandboxProcess, settings: Any) -> Iterator[Peer]:
    """Our web application as the sandbox reads it: what our views answer, at the address we say is ours."""
    with running_peer() as site:
        point_at(there, settings)
        settings.SITE_ADDRESS, settings.OAUTH_CLIENT_KEYS = site.url, [new_key()]
        publish_documents(site)
        yield site


def publish_documents(site: Peer) -> None:
    for path in ("/connect/bluesky/client.json", "/connect/keys.json"):
        answer = Client().get(path)
        assert (answer.status_code, "max-age=300" in answer["Cache-Control"]) == (200, True)
        assert '"d"' not in answer.content.decode()
        site.tell(path, Answer(body=answer.json()))


def pushed(server: AuthorizationServer, **more: str) -> Any:
    return push(server, dpop.new_proof_key(), **more)


def test_an_app_with_keys_signs_for_itself(our_site: Peer, server: AuthorizationServer, settings: Any) -> None:
    assert our_id() == f"{our_site.url}/connect/bluesky/client.json"
    assert pushed(server).status == 201
    other, ours = new_key(), settings.OAUTH_CLIENT_KEYS[0]
    settings.OAUTH_CLIENT_KEYS = [other]  # a stranger who names our document
    assert pushed(server).document()["error"] == "invalid_client"
    settings.OAUTH_CLIENT_KEYS = [other, ours]  # the new key first, and the old one still published
    publish_documents(our_site)
    assert len(Client().get("/connect/keys.json").json()["keys"]) == 2
    assert pushed(server).status == 201
    settings.OAUTH_CLIENT_KEYS = [ours, other]
    assert pushed(server).status == 201


def test_a_sign_in_keeps_the_key_it_began_with(our_site: Peer, server: AuthorizationServer, settings: Any) -> None:
    """Bluesky's own server ends a session that another key of the same app signs for."""
    proof_key = dpop.new_proof_key()
    grant, request_uri = signed_in(server), push(server, proof_key).document()["request_uri"]
    old, new = settings.OAUTH_CLIENT_KEYS[0], new_key()
    settings.OAUTH_CLIENT_KEYS = [new, old]
    publish_documents(our_site)
    renewed = BLUESKY.refresh(grant)
    assert isinstance(renewed, Refreshed)
    assert isinstance(BLUESKY.publish(post(grant), renewed.grant, "", Uploaded()), Published)
    assert exchange(server, decide(server, request_uri)["code"], proof_key).document()["error"] == "invalid_grant"
    younger = signed_in(server)
    assert (renewed.grant.client_key, younger.client_key) == (grant.client_key, first_key(our_id()))
    assert BLUESKY.revoke(renewed.grant) == Revoked()
    unnamed = replace(younger, client_key="")  # as grants of an earlier release: the first key signs
    named = BLUESKY.refresh(unnamed)
    assert isinstance(named, Refreshed)
    assert named.grant.client_key == younger.client_key


def test_a_key_that_is_gone_signs_for_nobody(our_site: Peer, server: AuthorizationServer, settings: Any) -> None:
    grant, old = signed_in(server), settings.OAUTH_CLIENT_KEYS[0]
    settings.OAUTH_CLIENT_KEYS = [new_key()]
    publish_documents(our_site)
    refused = BLUESKY.refresh(grant)
    assert refused == NeedsReconnect(OUR_KEY_GONE)
    assert isinstance(BLUESKY.revoke(grant), RevokeByHand)
    settings.OAUTH_CLIENT_KEYS = [*settings.OAUTH_CLIENT_KEYS, old]
    publish_documents(our_site)  # put back, it finds the session as it was: nothing was sent
    assert isinstance(BLUESKY.refresh(grant), Refreshed)


def test_a_signature_is_for_one_server_and_one_time(our_site: Peer, server: AuthorizationServer) -> None:
    signed, elsewhere = (signature(our_id(), whom, key="") for whom in (server.issuer, "https://another.example"))

    def refusal(form: dict[str, str]) -> str:
        asked = {"client_id": our_id(), "grant_type": "authorization_code", **form}
        reply = dpop.send_bound(repeatable, "POST", server.token_url, key=dpop.new_proof_key(), data=asked)
        assert isinstance(reply, Reply)
        return str(reply.document()["error"])

    assert refusal(signed) == "invalid_dpop_key_binding"  # known, but without a code
    assert [refusal(form) for form in (signed, elsewhere, {})] == ["invalid_client"] * 3


def test_without_a_key_only_this_machine_is_offered_the_sign_in(settings: Any) -> None:
    settings.SITE_ADDRESS = "https://share.example.com"
    assert isinstance(BLUESKY.sign_in(), AppPassword)
    assert BLUESKY.other_sign_in() is None
    assert Client().get("/connect/bluesky/client.json").status_code == 404
