"""What shows that a post by hand is out, beyond its person's word: its link on a page; less, who followed that.

The errand "see_post" looks whether the address that a person gave shows their post, by the link in it.

Looked at once and then every six hours for a day: some networks show a post to strangers only after a while. What is
not seen stays told, and nobody is asked again. Who left is followed no more. "see_click" is owed where a counted click
came from there (`actions/clicks.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts.errands import Done, ErrandResult, Later, outside
from accounts.tenancy import acting_in
from campaigns.actions.by_hand import post_is_clicked, post_is_seen
from campaigns.canonical import tracked_address
from campaigns.models import ON_A_WORD, Share, ShareState
from campaigns.selectors.places import hand_place
from integrations.places import Place
from integrations.posted_pages import page_of, shows_link

EVERY = timedelta(hours=6)
LOOKED_FOR = timedelta(days=1)  # after its address was told


@dataclass(frozen=True, slots=True)
class ToldPost:
    """Plain values, so that no row is held while the page is fetched. `others`: links of posts said to stand on the
    same page, apart from what follows its question mark."""

    share: Share
    place: Place
    link: str
    told_at: datetime
    others: tuple[str, ...]


@outside
def see_post(payload: dict[str, Any]) -> ErrandResult:
    organization_id, public_id = payload["organization_id"], payload["share"]
    told = _told(organization_id, public_id, payload.get("statement"))
    if told is None:
        return Done()
    server = payload.get("server") or told.share.external_url  # the address itself, where none was named
    if shows_link(told.share.external_url, told.link, at=told.place, server=server, others=told.others):
        with acting_in(organization_id):
            post_is_seen(told.share, by=None)
        return Done()
    if timezone.now() - told.told_at >= LOOKED_FOR:
        return Done()
    return Later("The page does not show the post's link.", after=EVERY)


@outside
def see_click(payload: dict[str, Any]) -> ErrandResult:
    """Once: a post that is taken down, or seen, by then is left as it is."""
    with acting_in(payload["organization_id"]):
        share = Share.objects.filter(public_id=payload["share"], member__left_at=None).first()
        if share is not None:
            post_is_clicked(share, by=None)
    return Done()


def _told(organization_id: int, public_id: str, statement: int | None) -> ToldPost | None:
    """None where there is nothing to look at any more, or another errand looks at an address that was given since."""
    with acting_in(organization_id):
        waiting = Share.objects.filter(public_id=public_id, state=ShareState.PUBLISHED, evidence__in=ON_A_WORD)
        waiting = waiting.filter(member__left_at=None, member__deactivated_at=None).exclude(external_url="")
        share = waiting.select_related("link_code").first()
        if share is None or share.link_code is None:
            return None
        word = share.statements.exclude(external_url="").order_by("-pk").first()
        if word is None or word.pk != (statement or word.pk):
            return None
        return ToldPost(share, hand_place(share), tracked_address(share.link_code), word.at, _others(share))


def _others(share: Share) -> tuple[str, ...]:
    out = Share.objects.filter(member=share.member_id, state=ShareState.PUBLISHED, by_hand=True)
    others = out.exclude(pk=share.pk).exclude(external_url="").select_related("link_code")
    # On pages of one's own, anything can stand anywhere: there two pages of one host that show both links show neither.
    parts = 2 if hand_place(share).names_itself else 1
    here = page_of(share.external_url)[:parts]
    return tuple(tracked_address(one.link_code) for one in others if page_of(one.external_url)[:parts] == here)


ERRANDS = {"see_post": see_post, "see_click": see_click}
