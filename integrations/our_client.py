"""Our app as it describes itself to servers that never heard of it: its id, its document, its keys, its signature.

The keys stand in the environment (`OAUTH_CLIENT_KEYS`): the first signs for new sign-ins, all are published. A sign-in
keeps the key it began with, for a server ends one that another key signs for; so a new key is put first, and an old one
stays until no grant names it. Without a key the app is offered on this machine alone, where the protocol knows a public
client of the name http://localhost.
"""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse
from joserfc import jwt
from joserfc.jwk import ECKey

OUR_NAME = "Employee Advocacy"
ALGORITHM = "ES256"
ASSERTION_LASTS = 60  # seconds
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LOOPBACK = ("127.0.0.1", "::1")
PUBLIC_CLIENT = "http://localhost"


class KeyGone(Exception):
    """The key that a sign-in was made with is no longer among ours, and no other may sign for it."""


def redirect_address_of(key: str) -> str:
    """Where the network of that key sends people back to."""
    return _here(reverse("oauth_callback", args=[key]))


def client_id_for(key: str, scopes: tuple[str, ...]) -> str:
    """The address of our document; nothing where such a sign-in cannot be offered."""
    if settings.OAUTH_CLIENT_KEYS:
        return _here(reverse("client_document", args=[key]))
    if urlsplit(settings.SITE_ADDRESS).hostname in LOOPBACK:
        asked = {"redirect_uri": redirect_address_of(key), "scope": " ".join(scopes)}
        return f"{PUBLIC_CLIENT}?{urlencode(asked)}"
    return ""


def client_document(key: str, scopes: tuple[str, ...]) -> dict[str, Any]:
    """What a server reads at our client id (OAuth Client ID Metadata Document)."""
    return {
        "client_id": client_id_for(key, scopes),
        "client_name": OUR_NAME,
        "client_uri": settings.SITE_ADDRESS.rstrip("/"),
        "application_type": "web",
        "redirect_uris": [redirect_address_of(key)],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "scope": " ".join(scopes),
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": ALGORITHM,
        "dpop_bound_access_tokens": True,
        "jwks_uri": _here(reverse("client_keys")),
    }


def public_keys() -> dict[str, Any]:
    """The JWKS beside it."""
    return {"keys": [_published(key) for key in _keys()]}


def first_key(client_id: str) -> str:
    """The thumbprint of the key that signs for new sign-ins; nothing for a public client."""
    keys = () if client_id.startswith(PUBLIC_CLIENT) else _keys()
    return keys[0].thumbprint() if keys else ""


def holds_key(thumbprint: str) -> bool:
    """Nothing names no key, as in grants of an earlier release and of a public client."""
    return not thumbprint or any(key.thumbprint() == thumbprint for key in _keys())


def signature(client_id: str, issuer: str, *, key: str) -> dict[str, str]:
    """The fields by which a server knows that it is our app that asks (RFC 7523); a public client has none.

    `key` is the thumbprint that the sign-in keeps; without one the first signs.
    """
    signer = _signer(client_id, key)
    if signer is None:
        return {}
    now = int(time.time())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": issuer,
        "jti": secrets.token_urlsafe(24),
        "iat": now,
        "exp": now + ASSERTION_LASTS,
    }
    header = {"alg": ALGORITHM, "kid": signer.thumbprint()}
    signed = jwt.encode(header, claims, signer, algorithms=[ALGORITHM])
    return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}


def _signer(client_id: str, thumbprint: str) -> ECKey | None:
    named = thumbprint or first_key(client_id)
    if not named:
        return None
    found = next((key for key in _keys() if key.thumbprint() == named), None)
    if found is None:
        raise KeyGone
    return found


def _published(key: ECKey) -> dict[str, Any]:
    return {**key.as_dict(private=False), "kid": key.thumbprint(), "use": "sig", "alg": ALGORITHM}


def _keys() -> tuple[ECKey, ...]:
    return tuple(_key(written) for written in settings.OAUTH_CLIENT_KEYS)


@lru_cache(maxsize=8)
def _key(written: str) -> ECKey:
    try:
        number = int.from_bytes(_bytes(written))
        private = ec.derive_private_key(number, ec.SECP256R1())
    except ValueError:
        raise ImproperlyConfigured("Each of OAUTH_CLIENT_KEYS must be 32 random bytes in base64.") from None
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ECKey.import_key(pem)


def _bytes(written: str) -> bytes:
    try:
        content = base64.b64decode(written, validate=True)
    except binascii.Error:
        content = b""
    if len(content) != 32:
        raise ValueError("not 32 bytes")
    return content


def _here(path: str) -> str:
    return settings.SITE_ADDRESS.rstrip("/") + path
