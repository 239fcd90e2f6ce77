"""The files of a post: its story's video, GIF or PDF, or a picture story's picture, each with a description its person
may change.

Replacing the story's file renews them where a post waits; what is on its way or out keeps what was approved.
"""

from __future__ import annotations

from django.db import transaction

from campaigns.models import Item, ItemKind, Media, Share, ShareMedia


def carried_by(item: Item) -> Media | None:
    """What posts of this story carry."""
    if item.file_id is not None:
        return item.file
    return item.picture if item.kind == ItemKind.PICTURE else None


def pictures_are_stale(share: Share) -> bool:
    """Would this post show another file than its story does now, or one that its story has no more?"""
    item = share.item
    carried = item.file_id or (item.picture_id if item.kind == ItemKind.PICTURE else None)
    return [link.media_id for link in share.media_links.all()] != ([carried] if carried else [])


def renew_pictures(share: Share) -> None:
    """Take the story's file, and its description, where the post has another one or none yet."""
    carried = carried_by(share.item)
    if carried is None:
        share.media_links.all().delete()
    elif pictures_are_stale(share):
        with transaction.atomic():
            ShareMedia.objects.filter(share=share).delete()
            ShareMedia.objects.create(share=share, media=carried, position=0, alt_text=carried.alt_text)
