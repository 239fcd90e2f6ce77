"""What networks with key-bound tokens share: a form sent to their token servers, and the grant in the answer.

Each form says who we are and proves that we hold the key (`integrations/dpop.py`). It knows no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from integrations.dpop import Send, send_bound
from integrations.networks.posts import Grant
from integrations.networks.replies import lifetime
from integrations.our_client import signature
from integrations.secret import Secret

T = TypeVar("T")


def send_form(send: Send[T], url: str, form: Mapping[str, str], *, client_id: str, issuer: str, key: Secret) -> T:
    """`send` says what a lost answer means. Each try is signed anew: servers take a signature once."""

    def signed(method: str, address: str, *, headers: Mapping[str, str]) -> T:
        data = {"client_id": client_id, **form, **signature(client_id, issuer)}
        return send(method, address, data=data, headers=headers)

    return send_bound(signed, "POST", url, key=key)


def is_bound_grant(made: Mapping[str, Any]) -> bool:
    """Bound to the key (a server that answers another kind did not look at it), and somebody's."""
    return bool(made.get("access_token") and made.get("sub")) and str(made.get("token_type", "")).lower() == "dpop"


def bound_grant(made: Mapping[str, Any], old: Grant, *, now: datetime) -> Grant:
    """What a token server answered, as the grant that follows `old`."""
    lasts, renewal, scope = lifetime(made.get("expires_in")), made.get("refresh_token"), made.get("scope")
    return replace(
        old,
        access_token=Secret(str(made["access_token"])),
        refresh_token=Secret(str(renewal)) if renewal else None,
        expires_at=now + lasts if lasts else None,
        scopes=frozenset(str(scope).split()) if scope else old.scopes,
    )
