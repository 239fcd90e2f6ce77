"""Which of the first hour's steps are done by what stands there (hook of `settings.SETUP_SEEN`)."""

from __future__ import annotations

from accounts.models import Member
from campaigns.models import Item, Share
from integrations.networks import NETWORKS

FIRST_STORIES = 3


def steps_seen(member: Member) -> set[str]:
    """Three stories tick a step for everybody; a rehearsal only for who rehearsed: that somebody did is theirs."""
    seen = set()
    if Item.objects.all()[:FIRST_STORIES].count() == FIRST_STORIES:
        seen.add("items")
    rehearsing = [network.key for network in NETWORKS if not network.posts_publicly]
    if Share.objects.filter(member=member, network__in=rehearsing, published_at__isnull=False).exists():
        seen.add("rehearse")
    return seen
