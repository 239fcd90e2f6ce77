"""Tokens bound to a key (RFC 9449, DPoP): each call carries a proof, signed by the key that belongs to the grant.

Owns proofs and the nonces that servers hand out, each with its own. A server that wants another nonce has refused the
call before it did anything, so that one call is made a second time; nothing else here is ever repeated.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey

from integrations import http
from integrations.secret import Secret

T = TypeVar("T")
Send = Callable[..., T]  # answers an `http.Reply`, or what a lost answer means

ALGORITHM = "ES256"
WANTS_NONCE = "use_dpop_nonce"
MOST_SERVERS = 1_000
CHALLENGE = re.compile(r'(?i)\bdpop\b.*\berror="use_dpop_nonce"')

# The last nonce each server gave. A process that knows none asks once more; so does one whose nonce is over.
_nonces: dict[str, str] = {}


def new_proof_key() -> Secret:
    """A fresh private key for one sign-in, as a JWK."""
    return Secret(json.dumps(ECKey.generate_key("P-256").as_dict(private=True)))


def proof(key: Secret, method: str, url: str, *, token: Secret | None = None, nonce: str = "") -> str:
    """What shows that we hold the key, for this one call (RFC 9449, 4.2)."""
    signer = ECKey.import_key(json.loads(key.reveal()))
    header = {"typ": "dpop+jwt", "alg": ALGORITHM, "jwk": signer.as_dict(private=False)}
    claims: dict[str, Any] = {
        "jti": secrets.token_urlsafe(24),
        "htm": method,
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": int(time.time()),
    }
    if nonce:
        claims["nonce"] = nonce
    if token is not None:
        digest = hashlib.sha256(token.reveal().encode()).digest()
        claims["ath"] = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return jwt.encode(header, claims, signer, algorithms=[ALGORITHM])


def send_bound(send: Send[T], method: str, url: str, *, key: Secret, token: Secret | None = None, **request: Any) -> T:
    """Make a call through one of the ways in `networks/replies.py`, with its proof. Both tries have one call's time."""
    headers = dict(request.pop("headers", {}))
    if token is not None:
        headers["Authorization"] = f"DPoP {token.reveal()}"

    def call() -> T:
        signed = proof(key, method, url, token=token, nonce=_nonces.get(_server(url), ""))
        reply = send(method, url, headers=headers | {"DPoP": signed}, **request)
        if isinstance(reply, http.Reply):
            _remember(url, reply.headers.get("DPoP-Nonce", ""))
        return reply

    with http.all_within((request.get("timeout") or http.engine_timeout()).total):
        reply = call()
        return call() if isinstance(reply, http.Reply) and _wants_nonce(reply) else reply


def forget_nonces() -> None:
    """As a new process: for tests."""
    _nonces.clear()


def _wants_nonce(reply: http.Reply) -> bool:
    """A token endpoint says it in its body (RFC 9449, 8), another server in its challenge (9)."""
    if not reply.headers.get("DPoP-Nonce"):
        return False
    if reply.status == 401:
        return bool(CHALLENGE.search(reply.headers.get("WWW-Authenticate", "")))
    return reply.status == 400 and reply.document().get("error") == WANTS_NONCE


def _remember(url: str, nonce: str) -> None:
    if not nonce:
        return
    server = _server(url)
    if server not in _nonces and len(_nonces) >= MOST_SERVERS:
        _nonces.clear()
    _nonces[server] = nonce


def _server(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
