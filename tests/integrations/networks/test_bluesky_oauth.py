"""What Bluesky's servers answer to a grant that is bound to a key, and to whoever asks them who they are."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from integrations import dpop
from integrations.networks import network
from integrations.networks.base import (
    AuthorizationServer,
    Grant,
    NeedsReconnect,
    NotConnected,
    Published,
    Refreshed,
    RevokeByHand,
    Revoked,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.tokens import RefreshDue, ask_for_refresh, renewal_lasts
from tests.integrations.networks.spoken import DID, RKEY, grant_for, post_for
from tests.integrations.peer import Answer, Peer, hang, reset

BLUESKY = network("bluesky")
PUT = "/bluesky/xrpc/com.atproto.repo.putRecord"
OUT = Answer(body={"uri": f"at://{DID}/app.bsky.feed.post/{RKEY}"})
RESOURCE, ISSUER = "/bluesky/.well-known/oauth-protected-resource", "/bluesky/.well-known/oauth-authorization-server"
TOKEN, REVOKE = "/bluesky/oauth/token", "/bluesky/oauth/revoke"


@pytest.fixture(autouse=True)
def as_a_new_process() -> Iterator[None]:
    dpop.forget_nonces()
    yield
    dpop.forget_nonces()


def challenge(name: str, nonce: str = "", status: int = 401) -> Answer:
    headers = {"WWW-Authenticate": f'DPoP algs="ES256", error="{name}"'} | ({"DPoP-Nonce": nonce} if nonce else {})
    return Answer(status, {"error": name, "message": "…"}, headers)


def bound(peer: Peer) -> Grant:
    grant = grant_for("bluesky", peer)
    return replace(grant, proof_key=dpop.new_proof_key(), issuer=grant.server, client_id="http://localhost?x=1")


def described(peer: Peer, **more: Any) -> dict[str, Any]:
    base = f"{peer.url}/bluesky"
    return {
        "issuer": base,
        "pushed_authorization_request_endpoint": f"{base}/oauth/par",
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "dpop_signing_alg_values_supported": ["ES256"],
        "client_id_metadata_document_supported": True,
        **more,
    }


@pytest.mark.parametrize(
    ("answers", "kind", "calls"),
    [
        ((challenge("use_dpop_nonce", "n1"), OUT), Published, 2),
        ((challenge("use_dpop_nonce", "n1"), challenge("use_dpop_nonce", "n2")), TryLater, 2),
        ((challenge("use_dpop_nonce"),), TryLater, 1),
        ((challenge("invalid_token"),), NeedsReconnect, 1),
        ((Answer(403, {"error": "ScopeMissingError", "message": "…"}),), NeedsReconnect, 1),
        ((challenge("use_dpop_nonce", "n1"), Answer(act=reset)), Unknown, 2),
        ((Answer(500, headers={"DPoP-Nonce": "n1"}),), Unknown, 1),
        ((Answer(400, {"error": "use_dpop_nonce"}),), Unknown, 1),  # no server of records says it so
    ],
)
def test_what_a_reply_to_a_bound_grant_means(peer: Peer, answers: Any, kind: type, calls: int) -> None:
    peer.tell(PUT, *answers)
    outcome = BLUESKY.publish(post_for("bluesky"), bound(peer), "k", Uploaded())
    assert (type(outcome), len(peer.asked)) == (kind, calls)
    assert {asked.headers["authorization"] for asked in peer.asked} == {"DPoP canary-access"}
    assert len({asked.headers["dpop"] for asked in peer.asked}) == calls
    if isinstance(outcome, NeedsReconnect):
        assert outcome.may_refresh == ("invalid_token" in str(answers[0].body))


def renewal(**more: Any) -> Answer:
    made = {"access_token": "a2", "refresh_token": "r2", "token_type": "DPoP", "expires_in": 3600, "sub": DID}
    return Answer(body=made | more)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (renewal(), Refreshed),
        (renewal(sub="did:plc:somebodyelse"), NeedsReconnect),
        (renewal(token_type="Bearer"), Unknown),  # noqa: S106  # a kind of token
        (Answer(400, {"error": "invalid_grant"}), NeedsReconnect),
        (Answer(400, {"error": "invalid_client"}), TryLater),  # ours to mend: the session is as good as before
        (Answer(400, {"error": "invalid_dpop_proof"}), TryLater),
        (Answer(429), TryLater),
        (Answer(502), Unknown),
        (Answer(act=reset), Unknown),  # asked again, a spent token would end the session
    ],
)
def test_a_renewal(peer: Peer, answer: Answer, kind: type) -> None:
    peer.tell(ISSUER, Answer(body=described(peer)))
    peer.tell(TOKEN, Answer(400, {"error": "use_dpop_nonce"}, {"DPoP-Nonce": "n1"}), answer)
    grant = bound(peer)
    renewed = BLUESKY.refresh(grant)
    assert type(renewed) is kind
    assert [asked.path for asked in peer.asked] == [ISSUER, TOKEN, TOKEN]
    assert peer.asked[1].form()["refresh_token"] == "canary-refresh"
    if isinstance(renewed, Refreshed):
        assert (renewed.grant.proof_key, renewed.grant.issuer) == (grant.proof_key, grant.issuer)


def late(seconds: float, *lines: bytes, body: bytes = b"") -> Answer:
    def act(peer: socket.socket) -> None:
        time.sleep(seconds)
        peer.sendall(b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body]))

    return Answer(act=act)


def test_all_calls_of_a_renewal_end_before_its_lease(peer: Peer, settings: Any) -> None:
    """Whoever took the lease after it would spend the same token, and end the session."""
    settings.ENGINE = {**settings.ENGINE, "call_timeout": 1.0}
    said = json.dumps(described(peer)).encode()
    challenged = (b"HTTP/1.1 400 Bad", b"DPoP-Nonce: n1")
    peer.tell(ISSUER, late(0.4, b"HTTP/1.1 200 OK", body=said), Answer(act=hang))
    peer.tell(TOKEN, late(0.7, *challenged, body=b'{"error": "use_dpop_nonce"}'), Answer(act=hang))
    due = RefreshDue(1, 1, "bluesky", bound(peer), 1)
    began = time.monotonic()
    assert isinstance(ask_for_refresh(due), Unknown)
    assert [asked.path for asked in peer.asked] == [ISSUER, TOKEN, TOKEN]
    assert time.monotonic() - began < renewal_lasts().total_seconds() + 0.4
    assert isinstance(ask_for_refresh(due), TryLater)  # the server is silent: nothing was spent
    assert len(peer.asked) == 4


@pytest.mark.parametrize("lost", [Answer(503), Answer(act=reset), Answer(404)])
def test_an_issuer_that_is_silent_leaves_the_grant_as_it_is(peer: Peer, lost: Answer) -> None:
    peer.tell(ISSUER, lost)
    assert isinstance(BLUESKY.refresh(bound(peer)), TryLater)
    assert [asked.path for asked in peer.asked] == [ISSUER]


def test_taking_a_session_back(peer: Peer) -> None:
    peer.tell(ISSUER, Answer(body=described(peer)))
    peer.tell(REVOKE, Answer(body={}), Answer(503), Answer(400, {"error": "invalid_client"}))
    grant = bound(peer)
    assert BLUESKY.revoke(grant) == Revoked()
    assert peer.asked[-1].form()["token"] == "canary-refresh"
    assert isinstance(BLUESKY.revoke(grant), TryLater)
    by_hand = BLUESKY.revoke(grant)
    assert isinstance(by_hand, RevokeByHand)
    assert by_hand.url == f"{peer.url}/bluesky/account"


@pytest.mark.parametrize(
    "more",
    [
        {"issuer": "https://another.example"},
        {"dpop_signing_alg_values_supported": ["RS256"]},
        {"client_id_metadata_document_supported": False},
        {"pushed_authorization_request_endpoint": None},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_server_that_describes_itself_otherwise_is_none(peer: Peer, more: dict[str, Any]) -> None:
    server = f"{peer.url}/bluesky"
    peer.tell(RESOURCE, Answer(body={"authorization_servers": [server]}))
    peer.tell(ISSUER, Answer(body=described(peer)))
    assert isinstance(BLUESKY.find_sign_in(server), AuthorizationServer)
    peer.tell(ISSUER, Answer(body=described(peer) | more))
    assert isinstance(BLUESKY.find_sign_in(server), NotConnected)


@pytest.mark.parametrize("named", ["http://169.254.169.254/latest", "http://127.0.0.1:1/", "file:///etc/passwd", 7])
def test_an_address_that_we_never_call_is_not_called(peer: Peer, named: object) -> None:
    server = f"{peer.url}/bluesky"
    peer.tell(RESOURCE, Answer(body={"authorization_servers": [named]}))
    assert isinstance(BLUESKY.find_sign_in(server), NotConnected)


def test_a_server_speaks_for_its_own_accounts_alone(peer: Peer) -> None:
    server, did = f"{peer.url}/bluesky", f"/bluesky/{DID}"
    service = {"id": "#atproto_pds", "serviceEndpoint": server}
    peer.tell(did, Answer(body={"id": DID, "service": [service]}))
    peer.tell(RESOURCE, Answer(body={"authorization_servers": [server]}))
    assert BLUESKY.home_of(DID, server) == server
    assert isinstance(BLUESKY.home_of(DID, "https://evil.example"), NotConnected)
    assert isinstance(BLUESKY.home_of("did:plc:/../x", server), NotConnected)
    peer.tell(did, Answer(body={"id": "did:plc:another", "service": [service]}))
    assert isinstance(BLUESKY.home_of(DID, server), NotConnected)
    for nonsense in (7, [7], {"id": "#atproto_pds"}, [{"id": "#atproto_pds", "serviceEndpoint": 7}]):
        peer.tell(did, Answer(body={"id": DID, "service": nonsense}))
        assert isinstance(BLUESKY.home_of(DID, server), NotConnected)
    peer.tell(did, Answer(503))
    assert isinstance(BLUESKY.home_of(DID, server), TryLater)
