"""Which items are open for sharing, and for whom; which announcements are there to be read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Member, TeamMember
from campaigns.models import Activity, AnnouncementRead, Item, ItemKind, ItemState, ItemTeam, ItemTopic, Share
from campaigns.selectors.interests import Reader
from integrations.places import public_keys

MOST_ANNOUNCEMENTS = 5


def open_items(*, at: datetime) -> QuerySet[Item]:
    """To share: released, begun, not expired, and of a campaign that runs."""
    return _open(at).exclude(kind=ItemKind.ANNOUNCEMENT)


def items_for(member: Member, *, at: datetime) -> QuerySet[Item]:
    """Open items whose audience this person belongs to: those for everybody and those of own teams."""
    return _addressed_to(member, open_items(at=at))


def announcements_for(member: Member, reader: Reader, *, at: datetime) -> list[Item]:
    """What this person has not read yet, the newest first."""
    waiting = unread_announcements(member, reader, at=at)
    return list(waiting.order_by("-release_at", "-pk")[:MOST_ANNOUNCEMENTS])


def unread_announcements(member: Member, reader: Reader, *, at: datetime) -> QuerySet[Item]:
    read = AnnouncementRead.objects.filter(member=member, item=OuterRef("pk"))
    return announcements_to(member, reader, at=at).filter(~Exists(read))


def announcements_to(member: Member, reader: Reader, *, at: datetime) -> QuerySet[Item]:
    """For everybody or their teams; where it has topics, of one they care about."""
    open_to_me = _addressed_to(member, _open(at).filter(kind=ItemKind.ANNOUNCEMENT))
    about = ItemTopic.objects.filter(item=OuterRef("pk"))
    mine = about.filter(topic__in=reader.topics)
    return open_to_me.filter(~Exists(about) | Exists(mine))


def posts_out(member: Member) -> int:
    """How many posts of this person went out where others can see them."""
    out = Share.objects.filter(member=member, published_at__isnull=False, network__in=public_keys())
    return out.filter(item__asks=Activity.SHARE).count()


def posts_missing(item: Item, member: Member) -> int:
    """How many more posts the story asks of this person before it opens to them."""
    return max(item.least_posts - posts_out(member), 0) if item.least_posts else 0


def _open(at: datetime) -> QuerySet[Item]:
    begun = Q(release_at=None) | Q(release_at__lte=at)
    lasting = Q(expires_at=None) | Q(expires_at__gt=at)
    running = (Q(campaign__starts_at=None) | Q(campaign__starts_at__lte=at)) & (
        Q(campaign__ends_at=None) | Q(campaign__ends_at__gt=at)
    )
    items = Item.objects.filter(begun & lasting & running, state=ItemState.RELEASED, campaign__archived_at=None)
    return items.select_related("campaign", "picture")


def _addressed_to(member: Member, items: QuerySet[Item]) -> QuerySet[Item]:
    addressed = ItemTeam.objects.filter(item=OuterRef("pk"))
    mine = addressed.filter(team__in=TeamMember.objects.filter(member=member).values("team"))
    return items.filter(~Exists(addressed) | Exists(mine))


def is_open(item: Item, *, at: datetime) -> bool:
    """What somebody writes of their own is theirs to say, whatever the company offers."""
    return item.own_of_id is not None or open_items(at=at).filter(pk=item.pk).exists()
