"""Writes that stories stood before a person, once each: for figures that pass the small-group gate."""

from __future__ import annotations

from collections.abc import Collection

from accounts.models import Member
from campaigns.models import Item, Sight


def note_sights(items: Collection[Item], *, by: Member) -> None:
    """No audit row: one for each look would be a diary."""
    Sight.objects.bulk_create([Sight(member=by, item=item) for item in items], ignore_conflicts=True)
