"""Files that a network has and still works on: the next attempt asks for them instead of bringing them again.

Kept in the cache for an hour; whatever is lost there is only brought once more.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from integrations.networks.base import Grant, Medium

KEPT_FOR = 3_600  # seconds


def waiting_upload(network: str, grant: Grant, file: Medium) -> str:
    """What the network called it; empty where nothing waits."""
    return str(cache.get(_key(network, grant, file)) or "")


def keep_waiting(network: str, grant: Grant, file: Medium, called: str) -> None:
    cache.set(_key(network, grant, file), called, KEPT_FOR)


def no_longer_waiting(network: str, grant: Grant, file: Medium) -> None:
    cache.delete(_key(network, grant, file))


def _key(network: str, grant: Grant, file: Medium) -> str:
    """One account's file with its description; the account cannot be read from it."""
    named = "\0".join((network, grant.server, grant.account_id, file.sha256, file.alt_text))
    return f"waiting-upload:{hashlib.sha256(named.encode()).hexdigest()}"
