"""What networks with key-bound tokens share: a form sent to their token servers, and the grant in the answer.

Each form says who we are and proves that we hold the key (`integrations/dpop.py`). It knows no network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from integrations.dpop import Send, send_bound
from integrations.networks.posts import Grant
from integrations.networks.replies import lifetime
from integrations.our_client import signature
from integrations.secret import Secret

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks whom: our app at a server, with the key of the tokens and the one of ours that signs for them."""

    client_id: str
    issuer: str
    proof_key: Secret
    client_key: str = ""


def send_form(send: Send[T], url: str, form: Mapping[str, str], session: Session) -> T:
    """`send` says what a lost answer means. Each try is signed anew: servers take a signature once."""

    def signed(method: str, address: str, *, headers: Mapping[str, str]) -> T:
        ours = signature(session.client_id, session.issuer, key=session.client_key)
        return send(method, address, data={"client_id": session.client_id, **form, **ours}, headers=headers)

    return send_bound(signed, "POST", url, key=session.proof_key)


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
