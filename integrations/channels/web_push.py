"""Web push (RFC 8030, 8291, 8292): encrypts a few words for one browser, and hands them to the service its maker runs.

pywebpush and py_vapid encrypt and sign; the call itself goes through our one door. What is told is never a text of a
post: it lies on lock screens. It knows no person and no row.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02

from integrations import http

LONGEST_ENDPOINT = 1_000
KEPT = timedelta(days=1)  # by the service, for a device that is off
SIGNED_FOR = timedelta(hours=12)  # RFC 8292 allows a day
PUBLIC_KEY_BYTES, AUTH_BYTES = 65, 16


class UnusableSubscription(ValueError):
    """What a browser sent is no subscription."""


class Told(StrEnum):
    """What became of one message."""

    TAKEN = "taken"
    GONE = "gone"  # the browser let go of it: never again
    LATER = "later"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a browser is reached, and the two keys to write to it."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    def as_json(self) -> str:
        return json.dumps(asdict(self))


def is_on() -> bool:
    return bool(settings.PUSH_PRIVATE_KEY)


def public_key() -> str:
    """For the browser, which lets nobody else write to this subscription."""
    key = _signer().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return _text(key)


def new_private_key() -> str:
    signer = Vapid02()
    signer.generate_keys()
    return _text(signer.private_key.private_numbers().private_value.to_bytes(32, "big"))


def read_subscription(endpoint: str, p256dh: str, auth: str) -> Subscription:
    """What a browser sent, if it can be written to; raises `UnusableSubscription`."""
    try:
        address = urlsplit(endpoint)
    except ValueError:
        raise UnusableSubscription("The address is none.") from None
    if address.scheme not in ("https", "http") or not address.hostname or len(endpoint) > LONGEST_ENDPOINT:
        raise UnusableSubscription("The address is none.")
    if address.scheme == "http" and address.netloc not in settings.OUTBOUND_ALLOWED_HOSTS:
        raise UnusableSubscription("The address is not encrypted.")
    if len(_bytes(p256dh)) != PUBLIC_KEY_BYTES or len(_bytes(auth)) != AUTH_BYTES:
        raise UnusableSubscription("The keys are none.")
    return Subscription(endpoint, p256dh, auth)


def send_push(to: Subscription, message: Mapping[str, str]) -> Told:
    """One message, once. A repeat does no harm: messages of one topic replace each other."""
    # It brings aiohttp along, a fifth of the time in which a program starts; few programs push.
    from pywebpush import WebPusher, WebPushException

    try:
        keys = {"p256dh": to.p256dh, "auth": to.auth}
        body = WebPusher({"endpoint": to.endpoint, "keys": keys}).encode(json.dumps(dict(message)).encode())["body"]
    except (WebPushException, ValueError):
        return Told.REFUSED
    try:
        reply = http.send("POST", to.endpoint, data=body, headers={**_signed(to.endpoint), **_about(message)})
    except http.Forbidden:
        return Told.GONE
    except http.OutboundError:
        return Told.LATER
    return _meaning(reply.status)


def _meaning(status: int) -> Told:
    """RFC 8030, section 5 and 7.3."""
    if status in (404, 410):
        return Told.GONE
    if status == 429 or status >= 500:
        return Told.LATER
    return Told.TAKEN if 200 <= status < 300 else Told.REFUSED


def _about(message: Mapping[str, str]) -> dict[str, str]:
    topic = _text(hashlib.sha256(message["path"].encode()).digest())[:32]
    kept = str(int(KEPT.total_seconds()))
    return {"Content-Encoding": "aes128gcm", "TTL": kept, "Urgency": "normal", "Topic": topic}


def _signed(endpoint: str) -> dict[str, str]:
    address = urlsplit(endpoint)
    claims = {
        "aud": f"{address.scheme}://{address.netloc}",
        "exp": int(time.time() + SIGNED_FOR.total_seconds()),
        "sub": f"mailto:{settings.PUSH_CONTACT}",
    }
    headers: dict[str, str] = _signer().sign(claims)
    return headers


def _signer() -> Vapid02:
    return Vapid02.from_raw(settings.PUSH_PRIVATE_KEY.encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise UnusableSubscription("The keys are none.") from None
