"""The errand "see_post": looks whether the address that a person gave shows their post, by the link in it.

Looked at once and then every six hours for a day: some networks show a post to strangers only after a while. What is
not seen stays told, and nobody is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.errands import Done, ErrandResult, Later, outside
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_is_seen
from campaigns.canonical import tracked_address
from campaigns.models import Evidence, Share, ShareState
from integrations.posted_pages import shows_link

EVERY = timedelta(hours=6)
LOOKED_FOR = timedelta(days=1)  # after the post was told


@dataclass(frozen=True, slots=True)
class ToldPost:
    """Plain values, so that no row is held while the page is fetched."""

    address: str
    link: str
    told_at: datetime


@outside
def see_post(payload: dict[str, Any]) -> ErrandResult:
    organization_id, public_id = payload["organization_id"], payload["share"]
    told = _told(organization_id, public_id)
    if told is None:
        return Done()
    if shows_link(told.address, told.link):
        with acting_in(organization_id):
            post_is_seen(Share.objects.get(public_id=public_id), by=None)
        return Done()
    if timezone.now() - told.told_at >= LOOKED_FOR:
        return Done()
    return Later("The page does not show the post's link.", after=EVERY)


def _told(organization_id: int, public_id: str) -> ToldPost | None:
    """None where there is nothing to look at any more."""
    with acting_in(organization_id):
        waiting = Share.objects.filter(public_id=public_id, state=ShareState.PUBLISHED, evidence=Evidence.TOLD)
        share = waiting.exclude(external_url="").select_related("link_code").first()
        if share is None or share.link_code is None or share.published_at is None:
            return None
        return ToldPost(share.external_url, tracked_address(share.link_code), share.published_at)


ERRANDS = {"see_post": see_post}
