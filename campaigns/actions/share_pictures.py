"""The pictures of a post about a picture story: the story's own, with a description its person may change.

Replacing the story's picture renews them where a post waits; what is on its way or out keeps what was approved.
"""

from __future__ import annotations

from django.db import transaction

from campaigns.models import ItemKind, Share, ShareMedia


def pictures_are_stale(share: Share) -> bool:
    """Would this post show another picture than its story does now?"""
    item = share.item
    if item.kind != ItemKind.PICTURE or item.picture_id is None:
        return False
    return [link.media_id for link in share.media_links.all()] != [item.picture_id]


def renew_pictures(share: Share) -> None:
    """Take the story's picture, and its description, where the post has another one or none yet."""
    picture = share.item.picture
    if picture is None or not pictures_are_stale(share):
        return
    with transaction.atomic():
        ShareMedia.objects.filter(share=share).delete()
        ShareMedia.objects.create(share=share, media=picture, position=0, alt_text=picture.alt_text)
