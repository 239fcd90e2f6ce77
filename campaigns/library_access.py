"""Fetch campaigns, stories and their wordings *for a curator*. What is missing and what is forbidden are both 404.

A person's own side of a story is `access.py`'s.
"""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from accounts.access import require
from accounts.models import Member
from accounts.one_row import one_row
from accounts.roles import Right
from campaigns.models import Angle, Campaign, Item, Media, MediaUpload, Message
from campaigns.selectors.item_files import newest_upload

Row = TypeVar("Row")


def campaign_for(member: Member, public_id: str) -> Campaign:
    require(member, Right.CURATE)
    return _found(Campaign.objects.filter(public_id=public_id).first())


def curated_item(member: Member, public_id: str) -> Item:
    """A story in any state."""
    require(member, Right.CURATE)
    rows = Item.objects.select_related("campaign", "picture", "file__poster").annotate(**newest_upload())
    return _found(one_row(rows.filter(public_id=public_id)))


def message_for(member: Member, item: Item, public_id: str) -> Message:
    require(member, Right.CURATE)
    return _found(Message.objects.select_related("item").filter(item=item, public_id=public_id).first())


def angle_for(member: Member, item: Item, public_id: str) -> Angle:
    require(member, Right.CURATE)
    return _found(Angle.objects.select_related("item").filter(item=item, public_id=public_id).first())


def picture_named(member: Member, sha256: str) -> Media | None:
    """A kept picture by its hash; None where there is none."""
    require(member, Right.CURATE)
    return Media.objects.filter(sha256=sha256).first() if sha256 else None


def upload_for(member: Member, item: Item, public_id: str) -> MediaUpload:
    require(member, Right.CURATE)
    return _found(MediaUpload.objects.filter(item=item, public_id=public_id).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404("There is nothing here.")
    return row
