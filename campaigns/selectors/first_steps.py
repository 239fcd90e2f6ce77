"""Which of the first hour's steps are done by what stands there (hook of `settings.SETUP_SEEN`)."""

from __future__ import annotations

from django.db.models import Exists

from accounts.models import Member
from campaigns.models import Item, Share
from integrations.networks import NETWORKS

FIRST_STORIES = 3


def steps_seen(member: Member) -> dict[str, Exists]:
    """Three stories tick a step for everybody; a rehearsal only for who rehearsed: that somebody did is theirs.

    Conditions, so that all steps are looked at in one query.
    """
    rehearsing = [network.key for network in NETWORKS if not network.posts_publicly]
    rehearsed = Share.objects.filter(member=member, network__in=rehearsing, published_at__isnull=False)
    enough = Item.objects.order_by("pk").values("pk")[FIRST_STORIES - 1 : FIRST_STORIES]
    return {"items": Exists(enough), "rehearse": Exists(rehearsed)}
