"""Checks what binds a token to a key: proofs (RFC 9449), their nonces, signatures of apps, and requests pushed ahead.

Owns what may be used once: a proof, a signature, a pushed request. A refusal is an exception of its own, which each
network's module words as its network does. Nothing here is kept over a restart but the keys beside the tokens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

Body = dict[str, Any]
OLDEST = 60  # seconds between the making of a proof or a signature and its arrival
PUSHED_FOR = 300
LOOPBACK = ("127.0.0.1", "[::1]", "::1")
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


class WrongProof(Exception):
    """The proof does not show what it must."""


class WantsNonce(WrongProof):
    """The proof is right but for the server's nonce."""


class WrongClient(Exception):
    """The app is none, or did not show that it is the one."""


@dataclass(frozen=True, slots=True)
class Client:
    """An app by its own description. `confidential`: it must sign. `signed_by`: the thumbprint of its key that did."""

    id: str
    name: str
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]
    keys: Body
    confidential: bool
    signed_by: str = ""


class Proofs:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._secret = secrets.token_bytes(32)
            self._used: dict[str, float] = {}
            self._pushed: dict[str, tuple[Body, float]] = {}
            self._bound: dict[str, tuple[str, str]] = {}  # codes to the keys their requests were pushed with

    # --- proofs -------------------------------------------------------------------------------

    def nonce(self, seconds: float, *, back: int = 0) -> str:
        """The server's nonce of this stretch of time."""
        stretch = int(time.time() / seconds) - back
        digest = hmac.digest(self._secret, str(stretch).encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def check(self, proof: str, method: str, url: str, *, nonce_seconds: float, token: str = "") -> str:
        """The thumbprint of the key behind the proof of this one call."""
        header, claims, key = _opened(proof)
        said = {name: str(claims.get(name, "")) for name in ("htm", "htu", "ath", "nonce", "jti")}
        digest = hashlib.sha256(token.encode()).digest()
        ath = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() if token else ""
        for name, wanted in {"htm": method, "htu": url, "ath": ath}.items():
            if said[name] != wanted:
                raise WrongProof(f'DPoP "{name}" mismatch')
        if header.get("typ") != "dpop+jwt" or abs(time.time() - float(claims.get("iat", 0))) > OLDEST:
            raise WrongProof("Failed to verify DPoP proof")
        if said["nonce"] not in (self.nonce(nonce_seconds), self.nonce(nonce_seconds, back=1)):
            raise WantsNonce("Authorization server requires nonce in DPoP proof")
        if not said["jti"] or not self._first_use(f"proof {said['jti']}"):
            raise WrongProof("DPoP proof replayed")
        return key.thumbprint()

    def _first_use(self, what: str) -> bool:
        now = time.monotonic()
        with self._lock:
            if len(self._used) > 20_000:
                self._used = {name: at for name, at in self._used.items() if at > now - 2 * OLDEST}
            return self._used.setdefault(what, now) == now

    # --- apps ---------------------------------------------------------------------------------

    def client(self, form: Mapping[str, str], issuer: str) -> Client:
        """The app that asks; one with keys must have signed for this server, once."""
        found = client_of(form.get("client_id", ""))
        if not found.confidential:
            return found
        if form.get("client_assertion_type") != ASSERTION:
            raise WrongClient('client authentication method "private_key_jwt" required a "client_assertion"')
        claims, signed_by = _signed_by(form.get("client_assertion", ""), found)
        now = time.time()
        right = claims.get("iss") == claims.get("sub") == found.id and claims.get("aud") == issuer
        if not right or not now - OLDEST < float(claims.get("iat", 0)) < now + OLDEST:
            raise WrongClient('Validation of "client_assertion" failed')
        if not self._first_use(f"signature {claims.get('jti')}"):
            raise WrongClient("private_key_jwt jti reused")
        return replace(found, signed_by=signed_by)

    # --- requests pushed ahead ----------------------------------------------------------------

    def push(self, asked: Body) -> str:
        request_uri = f"urn:ietf:params:oauth:request_uri:req-{secrets.token_hex(16)}"
        with self._lock:
            self._pushed[request_uri] = (asked, time.monotonic() + PUSHED_FOR)
        return request_uri

    def pushed(self, request_uri: str, client_id: str, *, take: bool) -> Body | None:
        """The request, which is answered once."""
        with self._lock:
            asked, until = self._pushed.get(request_uri, ({}, 0.0))
            if until < time.monotonic() or asked.get("client_id") != client_id:
                return None
            if take:
                del self._pushed[request_uri]
        return asked

    def bind(self, location: str, key: str, client_key: str) -> None:
        """The code on its way back belongs to the key of its request, and to the app's key that signed it."""
        for code in parse_qs(urlsplit(location).query).get("code", []):
            self._bound[code] = key, client_key

    def bound_to(self, code: str) -> tuple[str, str]:
        return self._bound.get(code, ("", ""))


def client_of(client_id: str) -> Client:
    """http://localhost names a public app of this machine; any other id is the address of the app's document.

    Real servers take documents by https alone; here nothing but this machine is called.
    """
    parts = urlsplit(client_id)
    if (parts.scheme, parts.netloc) == ("http", "localhost"):
        asked = parse_qs(parts.query)
        uris = tuple(asked.get("redirect_uri", ["http://127.0.0.1/", "http://[::1]/"]))
        scopes = frozenset(asked.get("scope", ["atproto"])[0].split())
        return Client(client_id, "An app on this machine", uris, scopes, {}, confidential=False)
    if parts.hostname not in LOOPBACK:
        raise WrongClient("Client metadata is fetched from this machine alone here")
    described = _read(client_id)
    if described.get("client_id") != client_id:
        raise WrongClient("Client ID mismatch in the client metadata")
    confidential = described.get("token_endpoint_auth_method") == "private_key_jwt"
    keys = _read(str(described.get("jwks_uri"))) if confidential else {}
    scopes = frozenset(str(described.get("scope", "")).split())
    name, uris = str(described.get("client_name") or client_id), tuple(described.get("redirect_uris", []))
    return Client(client_id, name, uris, scopes, keys, confidential)


def _read(url: str) -> Body:
    if urlsplit(url).hostname not in LOOPBACK:
        raise WrongClient("Client metadata is fetched from this machine alone here")
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:  # noqa: S310  # this machine, checked above
            found = json.load(reply)
    except (OSError, ValueError):
        raise WrongClient(f"Unable to obtain client metadata for {url!r}") from None
    return found if isinstance(found, dict) else {}


def _opened(proof: str) -> tuple[Body, Body, ECKey]:
    """Header, claims and the key that stands in the header itself."""
    try:
        first = proof.partition(".")[0]
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
        if "d" in header["jwk"]:
            raise WrongProof("Failed to verify DPoP proof")
        key = ECKey.import_key(header["jwk"])
        return header, jwt.decode(proof, key, algorithms=["ES256"]).claims, key
    except (JoseError, ValueError, KeyError, TypeError):
        raise WrongProof("Failed to verify DPoP proof") from None


def _signed_by(assertion: str, client: Client) -> tuple[Body, str]:
    for key in client.keys.get("keys", []):
        try:
            known = ECKey.import_key(key)
            token = jwt.decode(assertion, known, algorithms=["ES256"])
        except (JoseError, ValueError):
            continue
        if token.header.get("kid") == key.get("kid"):
            return dict(token.claims), known.thumbprint()
    raise WrongClient('Validation of "client_assertion" failed: signature verification failed')
