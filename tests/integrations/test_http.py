"""The outbound door: what it refuses to reach, what it says about lost answers, what it never does."""

from __future__ import annotations

import gzip
import ipaddress
import logging
import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.db import transaction
from django.test import override_settings
from requests import TooManyRedirects
from requests_oauthlib import OAuth2Session

from integrations import http
from integrations.addresses import ForbiddenAddress, is_public, target_of
from integrations.outbound_sockets import trusted_authorities
from tests.integrations.peer import Answer, Peer, closed_port, cut_short, drip, hang, reset, running_peer

PRIVATE = [
    "0.0.0.0",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.8.8.8",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:a00:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
WRONG_URLS = [
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "dict://127.0.0.1:11211/",
    "data:text/html,hello",
    "javascript:alert(1)",
    "http://example.com/",
    "https://example.com:8080/",
    "https://example.com:22/",
    "https://user:secret@example.com/",
    "https://user@example.com/",
    "https://127.0.0.1@example.com/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com /",
    "https://example.com\r\nX-Injected: 1/",
    "https://",
    "https:///path",
    "//example.com/",
    "example.com",
    "https://example.com:99999/",
    "https://[::1/",
]
# Read by the system's own resolver: every way to write an address of this machine or its neighbours.
LEADS_INSIDE = [
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[fe80::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://192.168.0.1/",
    "https://127.0.0.1.:443/",
]


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


def resolver(*rounds: str) -> tuple[http.Resolve, list[str]]:
    """A name server whose answer changes with every question; the second value lists the questions."""
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Any]:
        asked.append(host)
        address = rounds[min(len(asked), len(rounds)) - 1]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        where: tuple[Any, ...] = (address, port, 0, 0) if family == socket.AF_INET6 else (address, port)
        return [(family, socket.SOCK_STREAM, 6, "", where)]

    return resolve, asked


# --- where it may go --------------------------------------------------------------------------


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", WRONG_URLS)
def test_an_address_of_the_wrong_kind_is_refused_unread(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        target_of(url, [])
    with override_settings(OUTBOUND_ALLOWED_HOSTS=[]), pytest.raises(http.Forbidden):
        http.send("GET", url, timeout=http.Timeout(1, 1))


@pytest.mark.parametrize("url", LEADS_INSIDE)
def test_no_way_of_writing_reaches_this_machine(url: str) -> None:
    with override_settings(OUTBOUND_ALLOWED_HOSTS=[]), pytest.raises(http.NotSent):
        http.send("GET", url, timeout=http.Timeout(1, 1))


@pytest.mark.parametrize("address", PRIVATE)
def test_a_public_name_with_a_private_address_is_refused(address: str) -> None:
    resolve, _ = resolver(address.partition("%")[0])
    with pytest.raises(http.Forbidden):
        http.send("GET", "https://example.com/", timeout=http.Timeout(0.2, 0.2), resolve=resolve)


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    def resolve(host: str, port: int) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", ("93.184.216.34", port)), (socket.AF_INET, 1, 6, "", ("127.0.0.1", port))]

    with pytest.raises(http.Forbidden):
        http.send("GET", "https://example.com/", timeout=http.Timeout(0.2, 0.2), resolve=resolve)


def test_a_name_is_resolved_once_and_that_answer_is_used() -> None:
    # Public when checked, private when connected to: the second answer is never asked for.
    resolve, asked = resolver("2606:4700:4700::1111", "127.0.0.1")
    with pytest.raises(http.NotSent):
        http.send("GET", "https://rebinding.example/", timeout=http.Timeout(0.1, 0.1), resolve=resolve)
    assert asked == ["rebinding.example"]


def test_an_allowed_host_is_allowed_on_its_port_only(peer: Peer) -> None:
    peer.tell("/", Answer(body={"hello": "you"}))
    assert http.send("GET", f"{peer.url}/").json() == {"hello": "you"}
    with pytest.raises(http.Forbidden):
        http.send("GET", f"http://127.0.0.1:{closed_port()}/")


def test_a_name_that_hangs_in_the_resolver_ends_at_the_connect_timeout() -> None:
    def resolve(host: str, port: int) -> list[Any]:
        time.sleep(1)
        return []

    began = time.monotonic()
    with pytest.raises(http.NotSent):
        http.send("GET", "https://example.com/", timeout=http.Timeout(0.2, 5), resolve=resolve)
    assert time.monotonic() - began < 0.9


# --- redirects --------------------------------------------------------------------------------


def test_redirects_are_off_by_default(peer: Peer) -> None:
    peer.tell("/from", Answer(302, headers={"Location": "/to"}))
    assert http.send("GET", f"{peer.url}/from").status == 302
    assert [asked.path for asked in peer.asked] == ["/from"]


def test_up_to_three_redirects_are_followed_when_asked_for(peer: Peer) -> None:
    for number in range(4):
        peer.tell(f"/{number}", Answer(302, headers={"Location": f"/{number + 1}"}))
    peer.tell("/3", Answer(body=b"here"))
    reply = http.send("GET", f"{peer.url}/0", follow=True)
    assert (reply.body, reply.url) == (b"here", f"{peer.url}/3")
    peer.tell("/3", Answer(302, headers={"Location": "/4"}))
    with pytest.raises(http.NoReply):
        http.send("GET", f"{peer.url}/0", follow=True)
    assert [asked.path for asked in peer.asked] == ["/0", "/1", "/2", "/3"] * 2


@pytest.mark.parametrize(
    "elsewhere",
    ["http://127.0.0.1:1/", "https://169.254.169.254/", "file:///etc/passwd", "https://localhost/", "http://[::1]/"],
)
def test_a_redirect_into_a_private_network_is_refused(peer: Peer, elsewhere: str) -> None:
    peer.tell("/from", Answer(302, headers={"Location": elsewhere}))
    with pytest.raises(http.NotSent):
        http.send("GET", f"{peer.url}/from", follow=True)


def test_a_redirect_carries_no_token_to_another_host(peer: Peer) -> None:
    with running_peer() as other:
        allowed = [f"127.0.0.1:{peer.port}", f"127.0.0.1:{other.port}"]
        with override_settings(OUTBOUND_ALLOWED_HOSTS=allowed):
            peer.tell("/from", Answer(302, headers={"Location": f"{other.url}/to"}))
            http.send("GET", f"{peer.url}/from", follow=True, headers={"Authorization": "Bearer canary"})
        assert "authorization" in peer.asked[0].headers
        assert "authorization" not in other.asked[0].headers


def test_a_post_is_never_redirected(peer: Peer) -> None:
    peer.tell("/from", Answer(307, headers={"Location": "/to"}))
    assert http.send("POST", f"{peer.url}/from", json={}, follow=True).status == 307


# --- what is known of a failure ---------------------------------------------------------------


def test_refused_connections_and_unknown_names_were_surely_not_sent() -> None:
    port = closed_port()
    with override_settings(OUTBOUND_ALLOWED_HOSTS=[f"127.0.0.1:{port}"]), pytest.raises(http.NotSent):
        http.send("POST", f"http://127.0.0.1:{port}/", json={})
    with pytest.raises(http.NotSent):
        http.send("POST", "https://no-such-name.invalid/", json={}, timeout=http.Timeout(2, 2))


def test_tls_that_fails_was_surely_not_sent(peer: Peer) -> None:
    with pytest.raises(http.NotSent):
        http.send("POST", f"https://127.0.0.1:{peer.port}/", json={})
    assert peer.asked == []


def certificate(folder: Path) -> tuple[Path, str]:
    """A key with a certificate for 127.0.0.1 that nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "peer.pem"
    path.write_bytes(key.private_bytes(*plain) + pem)
    return path, pem.decode()


def test_https_trusts_known_authorities_only(tmp_path: Path) -> None:
    path, pem = certificate(tmp_path)
    with running_peer(certificate=path) as peer:
        peer.tell("/", Answer(body={"hello": "you"}), Answer(act=hang), Answer(act=drip))
        url = f"https://127.0.0.1:{peer.port}/"
        with pytest.raises(http.NotSent, match="could not be trusted"):
            http.send("POST", url, json={})
        assert peer.asked == []
        trusted_authorities().load_verify_locations(cadata=pem)
        assert http.send("POST", url, json={"text": "hello"}).json() == {"hello": "you"}
        assert peer.asked[0].json() == {"text": "hello"}
        for _ in range(2):
            with pytest.raises(http.NoReply):
                http.send("POST", url, json={"text": "hello"}, timeout=http.Timeout(0.5, 0.5))
        assert len(peer.asked) == 3


@pytest.mark.parametrize("act", [hang, reset, drip, cut_short], ids=lambda act: str(act.__name__))
def test_after_the_first_byte_left_a_failure_says_nothing(peer: Peer, act: Any) -> None:
    peer.tell("/", Answer(act=act))
    began = time.monotonic()
    with pytest.raises(http.NoReply):
        http.send("POST", f"{peer.url}/", json={"text": "hello"}, timeout=http.Timeout(0.5, 0.5))
    assert time.monotonic() - began < 0.9
    assert len(peer.asked) == 1


def test_calls_of_a_block_share_its_time(peer: Peer) -> None:
    peer.tell("/slow", Answer(act=hang))
    began = time.monotonic()
    with http.all_within(0.3):
        with http.all_within(9), pytest.raises(http.NoReply):  # the earliest end counts
            http.send("GET", f"{peer.url}/slow", timeout=http.Timeout(1, 1))
        with pytest.raises(http.NotSent):
            http.send("GET", f"{peer.url}/", timeout=http.Timeout(1, 1))
    assert time.monotonic() - began < 0.9
    assert [asked.path for asked in peer.asked] == ["/slow"]
    assert http.send("GET", f"{peer.url}/").status == 404


def test_a_failed_call_is_never_repeated_by_the_library(peer: Peer) -> None:
    peer.tell("/", Answer(503, {"error": "later"}, {"Retry-After": "0"}))
    assert http.send("GET", f"{peer.url}/").status == 503
    assert len(peer.asked) == 1


def test_a_body_is_read_up_to_the_cap_even_when_packed(peer: Peer) -> None:
    peer.tell("/big", Answer(body=b"a" * 2_000))
    peer.tell("/packed", Answer(body=gzip.compress(b"a" * 5_000_000), headers={"Content-Encoding": "gzip"}))
    peer.tell("/small", Answer(body=gzip.compress(b"a" * 900), headers={"Content-Encoding": "gzip"}))
    with pytest.raises(http.TooLarge):
        http.send("GET", f"{peer.url}/big", max_bytes=1_000)
    with pytest.raises(http.TooLarge):
        http.send("GET", f"{peer.url}/packed", max_bytes=1_000_000)
    assert http.send("GET", f"{peer.url}/small", max_bytes=1_000).body == b"a" * 900


def test_a_reply_that_is_no_json_has_its_own_error(peer: Peer) -> None:
    peer.tell("/", Answer(body=b"<html>bad gateway"))
    reply = http.send("GET", f"{peer.url}/")
    with pytest.raises(http.UnreadableReply):
        reply.json()
    assert reply.document() == {}


# --- what it never does -----------------------------------------------------------------------


@pytest.mark.django_db
def test_no_call_inside_a_transaction(peer: Peer) -> None:
    peer.tell("/", Answer())
    assert http.send("GET", f"{peer.url}/").status == 200  # the test case's own transaction does not count
    with transaction.atomic(), pytest.raises(http.CalledInsideTransaction):
        http.send("GET", f"{peer.url}/")
    assert len(peer.asked) == 1


def test_no_cookies_no_proxies_and_our_own_name(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    peer.tell("/", Answer(headers={"Set-Cookie": "a=b"}))
    session = http.session()
    assert session.get(f"{peer.url}/").status_code == 200
    assert session.get(f"{peer.url}/").status_code == 200
    assert "cookie" not in peer.asked[1].headers
    assert peer.asked[0].headers["user-agent"] == http.USER_AGENT


def test_an_oauth_session_goes_through_the_same_door(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the library's own rule; the peer speaks no TLS
    peer.tell("/token", Answer(body={"access_token": "canary", "token_type": "Bearer", "expires_in": 60}))
    oauth = OAuth2Session("us", redirect_uri="https://we.example/back")
    http.mount(oauth)
    with pytest.raises(http.Forbidden):
        oauth.fetch_token("https://127.0.0.1/token", code="c", include_client_id=True)
    peer.tell("/moved", Answer(302, headers={"Location": "/token"}))
    with pytest.raises(TooManyRedirects):
        oauth.request("POST", f"{peer.url}/moved", withhold_token=True)
    assert [asked.path for asked in peer.asked] == ["/moved"]


def test_no_secret_reaches_a_log_or_an_error(peer: Peer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = {"Authorization": "Bearer canary-1"}
    peer.tell("/", Answer(act=reset))
    with pytest.raises(http.NoReply) as caught:
        http.send("POST", f"{peer.url}/?token=canary-2", headers=secret, data={"client_secret": "canary-3"})
    peer.tell("/", Answer(body={"access_token": "canary-4"}, headers={"X-Token": "canary-5"}))
    reply = http.send("POST", f"{peer.url}/", headers=secret, data={"client_secret": "canary-3"})
    in_query = http.send("GET", f"{peer.url}/", params={"access_token": "canary-6"})
    assert "canary-6" in in_query.url
    assert "canary" not in caplog.text + repr(caught.value) + repr(reply) + repr(in_query)
    assert caught.value.__cause__ is None


def test_redaction_takes_tokens_out_of_a_text() -> None:
    text = 'Bearer abc.def-1 {"access_token": "xyz", "note": "kept"} code=123&state=ok eyJhbGciOi.eyJzdWIi.c2ln'
    assert http.redact(text) == 'Bearer *** {"access_token": "***", "note": "kept"} code=***&state=ok ***'
