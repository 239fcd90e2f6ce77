"""Random names for things people see in addresses, and secrets we hand out once.

Public ids are never sequence numbers. A handed-out secret begins with the organization's public id,
so that it can be looked up inside `acting_in`; only its SHA-256 is stored.
"""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no look-alikes: people read these aloud


def new_public_id() -> str:
    """12 characters of 31: about 59 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def new_secret(organization_public_id: str) -> str:
    """`<organization>.<43 random characters>`: what the person gets, and we forget."""
    return f"{organization_public_id}.{secrets.token_urlsafe(32)}"


def organization_of(secret: str) -> str:
    """The organization's public id in front of a secret ('' where there is none)."""
    front, dot, _rest = secret.partition(".")
    return front if dot else ""


def sha256_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
