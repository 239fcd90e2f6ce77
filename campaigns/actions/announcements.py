"""Writes *Read*: an announcement goes from this person's own page. It is counted nowhere, for nobody."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import audit
from accounts.models import Member
from campaigns.models import AnnouncementRead, Item


def read_announcement(item: Item, *, by: Member) -> None:
    with transaction.atomic():
        AnnouncementRead.objects.get_or_create(member=by, item=item)
        audit("read_announcement", by=by, subject=f"item {item.public_id}", private=True)
