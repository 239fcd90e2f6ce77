"""The one-time states of sign-ins under way: bound to person, company, network and server, for ten minutes.

The state itself is known to the person's browser and the network alone; only its SHA-256 stands here. The table is
global, because the address people come back to names no company. A used or old row stays a day, to say what happened.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from accounts.identifiers import sha256_of
from accounts.models import Member
from integrations.models import OAuthState
from integrations.networks.base import Secret
from integrations.sealing import CannotOpen, Identity, seal, unseal

VERIFIER = "PKCE verifier"
GOOD_FOR = timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class UsedState:
    """A state that was just used up: it opens no second door."""

    row: OAuthState
    verifier: Secret


def new_state(
    member: Member, *, network: str, server: str, verifier: Secret, share: str, scopes: Iterable[str] = ()
) -> str:
    """The state to send along. The one earlier draft to come back to is `share`, a public id or nothing.

    `scopes` is what is asked for, to be read where the network's answer does not say what it granted.
    """
    assert member.user_id is not None  # only people with an account can open the page
    state = secrets.token_urlsafe(32)
    row = OAuthState(
        state_sha256=sha256_of(state),
        organization_id=member.organization_id,
        member_public_id=member.public_id,
        user_id=member.user_id,
        network=network,
        server=server,
        share_public_id=share,
        asked_scopes=" ".join(scopes),
        expires_at=timezone.now() + GOOD_FOR,
    )
    sealed = seal(verifier.reveal(), purpose=VERIFIER, identity=identity_of_state(row))
    row.sealed_verifier, row.key_id = sealed.box, sealed.key_id
    row.save()
    return state


def find_state(state: str) -> OAuthState | None:
    """Whose sign-in this is, whether it is still good or not."""
    rows = OAuthState.objects.select_related("organization", "user")
    return rows.filter(state_sha256=sha256_of(state)).first() if state else None


def use_state(row: OAuthState) -> UsedState | None:
    """Use it up. Nothing where it was used before or its time is over: one statement decides the race."""
    good = OAuthState.objects.filter(pk=row.pk, used_at=None, expires_at__gt=Now())
    if good.update(used_at=Now()) == 0:
        return None
    row.refresh_from_db(fields=["used_at", "sealed_verifier", "key_id"])
    try:
        verifier = unseal(row.sealed_verifier, row.key_id, purpose=VERIFIER, identity=identity_of_state(row))
    except CannotOpen:
        return None
    return UsedState(row, Secret(verifier))


def forget_old_states() -> int:
    """Hourly: what is a day over is forgotten."""
    return OAuthState.objects.filter(expires_at__lt=Now() - KEPT_FOR).delete()[0]


def identity_of_state(row: OAuthState) -> Identity:
    return (row.state_sha256, row.organization_id, row.member_public_id, row.network, row.server)
