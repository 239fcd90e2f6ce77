"""Which items are open for sharing, and for whom."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Member, TeamMember
from campaigns.models import Item, ItemState, ItemTeam


def open_items(*, at: datetime) -> QuerySet[Item]:
    """Released, begun, not expired, and of a campaign that runs."""
    begun = Q(release_at=None) | Q(release_at__lte=at)
    lasting = Q(expires_at=None) | Q(expires_at__gt=at)
    running = (Q(campaign__starts_at=None) | Q(campaign__starts_at__lte=at)) & (
        Q(campaign__ends_at=None) | Q(campaign__ends_at__gt=at)
    )
    items = Item.objects.filter(begun & lasting & running, state=ItemState.RELEASED, campaign__archived_at=None)
    return items.select_related("campaign", "picture")


def items_for(member: Member, *, at: datetime) -> QuerySet[Item]:
    """Open items whose audience this person belongs to: those for everybody and those of own teams."""
    addressed = ItemTeam.objects.filter(item=OuterRef("pk"))
    mine = addressed.filter(team__in=TeamMember.objects.filter(member=member).values("team"))
    return open_items(at=at).filter(~Exists(addressed) | Exists(mine))


def is_open(item: Item, *, at: datetime) -> bool:
    return open_items(at=at).filter(pk=item.pk).exists()
