"""Seals secrets for the database: AES-256-GCM under `settings.FIELD_KEYS`, bound to the row they stand in.

The first key seals; every key opens. The associated data names the purpose, the environment and the row, so a
sealed text copied to another row, company or environment does not open. It knows no model and logs nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from dataclasses import dataclass, field
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FORM = b"\x01"  # the first byte of everything sealed; another form gets another byte
NONCE_BYTES = 12
Identity = tuple[str | int, ...]


class CannotOpen(Exception):
    """A sealed text does not open here. `key_is_missing`: its key is not among this installation's keys."""

    def __init__(self, sentence: str, *, key_is_missing: bool = False) -> None:
        super().__init__(sentence)
        self.key_is_missing = key_is_missing


@dataclass(frozen=True, slots=True)
class Sealed:
    """What goes into a row: the sealed bytes, and which key opens them."""

    box: bytes = field(repr=False)
    key_id: str


def seal(text: str, *, purpose: str, identity: Identity) -> Sealed:
    """Seal a text for one row, under the first key."""
    key_id = current_key_id()
    nonce = os.urandom(NONCE_BYTES)
    context = _context(purpose, identity)
    return Sealed(FORM + nonce + AESGCM(_keys()[key_id]).encrypt(nonce, text.encode(), context), key_id)


def unseal(box: bytes | memoryview, key_id: str, *, purpose: str, identity: Identity) -> str:
    """The text sealed for this row, in this environment; raises `CannotOpen`."""
    key = _keys().get(key_id)
    if key is None:
        raise CannotOpen("The key that sealed this is not among FIELD_KEYS.", key_is_missing=True)
    content = bytes(box)
    nonce, sealed = content[1 : 1 + NONCE_BYTES], content[1 + NONCE_BYTES :]
    if content[:1] != FORM or len(nonce) != NONCE_BYTES:
        raise CannotOpen("This was not sealed by this product.")
    try:
        return AESGCM(key).decrypt(nonce, sealed, _context(purpose, identity)).decode()
    except InvalidTag:
        raise CannotOpen("This was sealed for another row or another environment, or was changed.") from None


def current_key_id() -> str:
    """The key that seals now; rows under another one wait for `rotate_field_key`."""
    return next(iter(_keys()))


def _context(purpose: str, identity: Identity) -> bytes:
    return json.dumps([purpose, settings.ENVIRONMENT_NAME, *identity], ensure_ascii=False).encode()


def _keys() -> dict[str, bytes]:
    return _keys_of(tuple(settings.FIELD_KEYS))


@lru_cache(maxsize=8)
def _keys_of(written: tuple[str, ...]) -> dict[str, bytes]:
    """By their ids, in the order given: the first one seals."""
    keys = [_key(text) for text in written]
    if not keys:
        raise ImproperlyConfigured("Set FIELD_KEYS: 32 random bytes in base64 that encrypt grants.")
    return {hashlib.sha256(b"field key id" + key).hexdigest()[:12]: key for key in keys}


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, altchars=b"-_" if "-" in text or "_" in text else None, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != 32:
        raise ImproperlyConfigured("Each of FIELD_KEYS must be 32 random bytes in base64.")
    return key
