"""The names of stories, campaigns and feeds in the company's audit view (hook of `settings.AUDIT_NAMES`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from campaigns.models import Campaign, Item
from integrations.models import FeedSource


def names_of(subjects: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """By public id, for the kinds that this app knows. What was discarded has no name any more."""
    items = Item.objects.filter(public_id__in=subjects.get("item", ())).values_list("public_id", "title")
    campaigns = Campaign.objects.filter(public_id__in=subjects.get("campaign", ())).values_list("public_id", "name")
    feeds = FeedSource.objects.filter(public_id__in=subjects.get("feed", ())).values_list("public_id", "title")
    return {**dict(items), **dict(campaigns), **dict(feeds)}
