"""Writes the address of a person's calendar: making one, making a new one instead, what it tells, ending it."""

from __future__ import annotations

from django.db import transaction

from accounts.actions.consent import lock_self, require_self
from accounts.audit import audit
from accounts.identifiers import new_secret, sha256_of
from accounts.models import Member
from accounts.receipts import ReceiptLine
from campaigns.models import CalendarFeed


def make_calendar(member: Member, *, by: Member, shows_titles: bool) -> str:
    """A new address, whose secret is never shown again; the one before it ends at once."""
    secret = new_secret(member.organization.public_id)
    with transaction.atomic():
        lock_self(member, by=by)
        made = {"token_sha256": sha256_of(secret), "shows_titles": shows_titles}
        CalendarFeed.objects.update_or_create(member=member, defaults=made)
        audit("make_calendar", by=by, subject=f"member {member.public_id}", private=True)
    return secret


def choose_calendar_titles(member: Member, *, by: Member, shows_titles: bool) -> None:
    require_self(member, by=by)
    with transaction.atomic():
        CalendarFeed.objects.filter(member=member).update(shows_titles=shows_titles)
        audit("choose_calendar_titles", by=by, subject=f"member {member.public_id}", private=True)


def end_calendar(member: Member, *, by: Member) -> None:
    require_self(member, by=by)
    with transaction.atomic():
        CalendarFeed.objects.filter(member=member).delete()
        audit("end_calendar", by=by, subject=f"member {member.public_id}", private=True)


def end_calendar_of_leaver(member: Member, *, by: Member | None) -> list[ReceiptLine]:
    """A part of leaving and of being deactivated: nobody's calendar goes on reading."""
    CalendarFeed.objects.filter(member=member).delete()
    audit("end_calendar_of_leaver", by=by, subject=f"member {member.public_id}", private=True)
    return []
