"""Writes pictures: keeping decoded bytes, saying what a picture shows.

Decoding happens before, outside the transaction (`campaigns/picture_decoding.py`).
"""

from __future__ import annotations

from django.db import transaction

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member
from accounts.roles import Right
from accounts.tenancy import acting_organization_id
from campaigns.actions.stories import hold_for_changed_story
from campaigns.media_store import keep_media
from campaigns.models import Item, ItemState, Media
from campaigns.picture_decoding import DecodedPicture

LONGEST_ALT_TEXT = 1_000


def keep_picture(decoded: DecodedPicture, *, by: Member, alt_text: str = "") -> Media:
    """Keep a decoded picture; the same bytes again are the same picture, with the description it has."""
    require(by, Right.CURATE)
    with transaction.atomic():
        sha256 = keep_media(acting_organization_id(), decoded.content)
        made = {
            "content_type": decoded.content_type,
            "bytes": len(decoded.content),
            "width": decoded.width,
            "height": decoded.height,
            "alt_text": one_line(alt_text),
        }
        media, _new = Media.objects.get_or_create(sha256=sha256, defaults=made)
        audit("keep_picture", by=by, subject=f"picture {sha256[:12]}", bytes=len(decoded.content))
    return media


def describe_media(media: Media, *, by: Member, alt_text: str) -> Media:
    """Say what a picture shows, for people who cannot see it. It is part of what was approved, so posts wait."""
    require(by, Right.CURATE)
    alt_text = one_line(alt_text)
    if media.alt_text == alt_text:
        return media
    with transaction.atomic():
        Media.objects.filter(pk=media.pk).update(alt_text=alt_text)
        media.alt_text = alt_text
        for item in Item.objects.filter(picture=media).exclude(state=ItemState.DRAFT).order_by("pk"):
            hold_for_changed_story(item, by=by)
        audit("describe_media", by=by, subject=f"picture {media.sha256[:12]}")
    return media


def one_line(text: str) -> str:
    """As it stands in a description: no line of its own, not longer than networks take."""
    return " ".join(text.split())[:LONGEST_ALT_TEXT]
