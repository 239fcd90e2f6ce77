"""Writes posts without a story of the company: somebody's own words, which nobody else sees before they are out.

Such a post walks the same road as any other: its story is a row that belongs to its author alone (`Item.own_of`), and
the engine asks nothing new. It earns nothing and stands in no figure.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self
from accounts.audit import audit
from accounts.letters import language_of
from accounts.models import Member, Purpose
from accounts.selectors.consent import takes_part
from campaigns.actions.share_disclosure import disclosure_for
from campaigns.models import Campaign, Item, ItemKind, ItemState, Share, ShareState
from campaigns.refusals import NotTakingPart


def write_own_post(*, by: Member) -> Share:
    """A draft on the server before anything else. One that was begun and left empty is taken up again."""
    with transaction.atomic():
        lock_self(by, by=by)
        if not takes_part(by):
            raise NotTakingPart
        empty = Share.objects.filter(member=by, item__own_of=by, state=ShareState.DRAFT, approval=None, text="")
        begun = empty.order_by("-id").first()
        if begun is not None:
            return begun
        share = _new_draft(_own_story(by), by)
        audit("write_own_post", by=by, subject=f"share {share.public_id}", private=True)
    return share


def _own_story(by: Member) -> Item:
    """What the draft hangs on. Its title is what the person's own pages call it."""
    return Item.every.create(
        own_of=by,
        created_by=by,
        campaign=_campaign_of_own_posts(),
        kind=ItemKind.TEXT,
        state=ItemState.RELEASED,
        title=_("Something of my own"),
        language=language_of(by),
    )


def _campaign_of_own_posts() -> Campaign:
    """One in a company, with the usual times; no curator ever sees it, and it does not say who wrote first."""
    first_person = Member.objects.order_by("pk")[0]
    columns = {"name": "", "purpose": Purpose.COMMUNITY, "created_by": first_person}
    campaign, _new = Campaign.every.get_or_create(of_own_posts=True, defaults=columns)
    return campaign


def _new_draft(story: Item, by: Member) -> Share:
    return Share.objects.create(
        member=by,
        item=story,
        campaign=story.campaign,
        language=story.language,
        disclosure=disclosure_for(story, by=by, language=story.language).sentence,
        time_zone=by.time_zone,
    )
