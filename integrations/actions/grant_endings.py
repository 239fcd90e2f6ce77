"""A grant that ends: the person is warned while there is time, and asked to connect again once it is over.

One letter per happening and grant. The company never learns of it: whose account it is, and that there is one, is the
person's own matter. Nothing here calls a network.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation

from accounts.audit import audit
from accounts.letters import language_of
from accounts.models import Member
from accounts.moments import in_zone, long_day
from accounts.selectors.organization import settings_of
from accounts.telling import tell
from integrations.actions.connections import mark_needs_reconnect
from integrations.grant_clocks import days_left, next_warning
from integrations.models import Connection, ConnectionState, StoredGrant
from integrations.networks import network


def ask_to_reconnect(connection: Connection, *, fence: int, reason: str, by: Member | None = None) -> bool:
    """The network said for good that it no longer takes this very grant (`fence`): mark it once, and tell the person.

    False where the person connected again or let go meanwhile, or was asked already.
    """
    with transaction.atomic():
        stored = _standing(connection, fence)
        if stored is None:
            return False
        mark_needs_reconnect(connection, reason=reason, by=by)
        _owe(connection, "reconnect", cause=f"reconnect:{connection.public_id}:{fence}", ends_at=None)
    return True


def warn_of_end(connection: Connection, *, fence: int, by: Member | None = None) -> bool:
    """Seven days and one day before a grant ends that only its person can renew; at the end they are asked."""
    now = timezone.now()
    with transaction.atomic():
        stored = _standing(connection, fence)
        if stored is None or stored.warn_at is None or stored.warn_at > now or stored.expires_at is None:
            return False
        days = days_left(stored.expires_at, now=now)
        if days == 0:
            return ask_to_reconnect(connection, fence=fence, reason="grant_ended", by=by)
        StoredGrant.objects.filter(pk=stored.pk).update(warn_at=next_warning(stored.expires_at, now=now))
        cause = f"grant_ends:{connection.public_id}:{fence}:{days}"
        _owe(connection, "grant_ends", cause=cause, ends_at=stored.expires_at)
        audit("warn_of_end", by=by, subject=f"connection {connection.public_id}", private=True, days=days)
    return True


def _standing(connection: Connection, fence: int) -> StoredGrant | None:
    """The grant under lock, if it is still the one that was looked at."""
    if not Connection.objects.select_for_update().filter(pk=connection.pk, state=ConnectionState.LIVE).exists():
        return None
    return StoredGrant.objects.select_for_update().filter(connection=connection, fence=fence).first()


def _owe(connection: Connection, what: str, *, cause: str, ends_at: datetime | None) -> None:
    member = connection.member
    if member.left_at is not None:
        return  # their receipt says that mails have stopped
    language = language_of(member)
    with translation.override(language):
        day = long_day(in_zone(ends_at, member.time_zone or settings_of().time_zone)) if ends_at else ""
    tell(
        member,
        f"notice_{what}",
        language=language,
        cause=cause,
        context={
            "name": member.own_name or member.name,
            "network": network(connection.network).label,
            "account": connection.handle,
            "day": day,
            "path": reverse("connections", args=[connection.organization.slug]),
        },
    )
