"""The files of a post: its story's video, GIF or PDF, or a picture story's picture, each with a description its person
may change.

Replacing the story's file renews them where a post waits; what is on its way or out keeps what was approved.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from campaigns.actions.renditions import rendition_for
from campaigns.models import Item, ItemKind, Media, Share, ShareMedia
from campaigns.selectors.renditions import form_for, limits_for


def carried_by(item: Item) -> Media | None:
    """What posts of this story carry."""
    if item.file_id is not None:
        return item.file
    return item.picture if item.kind == ItemKind.PICTURE else None


def pictures_are_stale(share: Share) -> bool:
    """Would this post show another file than its story does now, or one that its story has no more?"""
    item = share.item
    carried = item.picture_id if item.kind == ItemKind.PICTURE else None
    if item.file is not None:
        form = form_for(share, item.file)
        if not form.is_asked_for:
            return True
        carried = form.carried.pk
    return [link.media_id for link in share.media_links.all()] != ([carried] if carried else [])


def renew_pictures(share: Share) -> None:
    """Take the story's file in the form that the post's network takes, and its description, where the post has another
    one or none yet."""
    carried = carried_by(share.item)
    if carried is None:
        share.media_links.all().delete()
    elif pictures_are_stale(share):
        with transaction.atomic():
            form, words = _form_of(carried, share), _own_words(carried, share)
            ShareMedia.objects.filter(share=share).delete()
            ShareMedia.objects.create(share=share, media=form, position=0, alt_text=words)


def _own_words(file: Media, share: Share) -> str:
    """What its person wrote stays with the same file in another form."""
    same = Q(media=file) | Q(media__in=file.renditions.values("made"))
    words = ShareMedia.objects.filter(same, share=share).values_list("alt_text", flat=True).first()
    return file.alt_text if words is None else words


def _form_of(file: Media, share: Share) -> Media:
    limits = limits_for(share)
    rendition = rendition_for(file, limits) if limits and file.pk == share.item.file_id else None
    return rendition.made if rendition and rendition.made else file
