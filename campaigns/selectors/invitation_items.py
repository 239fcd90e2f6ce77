"""The three stories on an invitation page (hook of `settings.INVITATION_ITEMS`): real ones, open now.

Plain values, since `accounts` shows them and does not know what an item is.
"""

from __future__ import annotations

from django.db.models import BooleanField, Case, Value, When
from django.utils import timezone

from accounts.models import Member
from campaigns.models import Activity, Item
from campaigns.selectors.items import items_for

SHOWN = 3


def invitation_items(member: Member, *, language: str) -> list[dict[str, str]]:
    """The newest that this person could share, those in the language of the page first."""
    spoken = Case(When(language=language, then=Value(True)), default=Value(False), output_field=BooleanField())
    items = items_for(member, at=timezone.now()).filter(asks=Activity.SHARE).annotate(is_spoken=spoken)
    return [_plain(item) for item in items.order_by("-is_spoken", "-release_at", "-pk")[:SHOWN]]


def _plain(item: Item) -> dict[str, str]:
    return {
        "title": item.title,
        "summary": item.summary,
        "source": item.source,
        "language": item.language,
    }
