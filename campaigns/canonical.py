"""From a share's rows to the canonical post: exactly what readers will see (design.md §4).

The one builder, used by preview, count, approval, and by the engine when it rebuilds the post at the
intent. It reads rows and never writes; what changed since the approval shows as another hash.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db.models import Prefetch, prefetch_related_objects

from campaigns.activity_rules import deed_of, worded
from campaigns.disclosure_rules import compose, with_warning
from campaigns.models import LinkCode, Media, Share, ShareMedia
from integrations.networks.base import LinkCard, Picture, Post
from integrations.networks.folds import LEAST, Fold
from integrations.networks.media import KINDS, Document, Medium, medium_from
from integrations.places import where


def post_of(share: Share, pictures: tuple[Medium, ...] | None = None) -> Post:
    """The post that this share stands for now: words, disclosure, tracked address, card and pictures.

    `pictures` are its own, where the caller read those of many shares at once.
    """
    media = pictures_of(share) if pictures is None else pictures
    connection = share.connection
    return Post(
        network=share.network,
        connection=connection.public_id if connection else "",
        account_id=connection.account_id if connection else "",
        server=connection.server if connection else "",
        text=text_of(share),
        link=None if media else _card_of(share),
        tracked_address=tracked_address(share.link_code),
        # The item's present address, not the code's: an address that changed after the approval changes the hash.
        destination=share.item.destination if share.link_code_id else "",
        media=media,
        language=share.language,
        visibility=share.visibility,
        labels=tuple(share.labels),
        rkey=share.rkey,
        created_at=share.post_created_at,
        deed=deed_of(share.item.asks),
        target=share.item.target,
        warning=warning_of(share),
    )


def shown_post(share: Share, pictures: tuple[Medium, ...] | None = None) -> Post:
    """The post as a person looks at it: before its approval fixes `rkey` and `createdAt`."""
    return replace(post_of(share, pictures), rkey="", created_at="")


def text_of(share: Share) -> str:
    """Empty for a deed that shows no words: the line about the employer stands beside words alone."""
    if not worded(share.item.asks, share.text):
        return ""
    said = "" if warning_of(share) else share.disclosure  # it stands where it is seen, before what is folded
    return compose(share.text, disclosure=said, address=tracked_address(share.link_code), fold=fold_of(share))


def warning_of(share: Share) -> str:
    """The line that folds the post, with the disclosure; empty where the place knows none, and the draft keeps it."""
    if not share.warning or not share.network or not worded(share.item.asks, share.text):
        return ""
    there = where(share.network, by_hand=share.by_hand)
    return with_warning(share.warning, share.disclosure, there.fold) if there.takes_warning else ""


def seen_first(share: Share) -> str:
    """What a reader looks at before opening anything: the warning, where there is one."""
    return warning_of(share) or text_of(share)


def fold_of(share: Share) -> Fold:
    """What readers of that network see at once; an account of none yet is taken to show the least."""
    return where(share.network, by_hand=share.by_hand).fold if share.network else LEAST


def tracked_address(code: LinkCode | None) -> str:
    return f"{settings.SITE_ADDRESS}/l/{code.code}" if code else ""


def pictures_of(share: Share) -> tuple[Medium, ...]:
    return pictures_among([share.pk]).get(share.pk, ())


def read_pictures(share: Share) -> None:
    """Once, for a page with several parts that show or check them (`pictures_read`)."""
    prefetch_related_objects([share], Prefetch("media_links", ShareMedia.objects.select_related("media")))


def pictures_read(share: Share) -> tuple[Medium, ...]:
    """As they were when this share was read for a page; what is approved or sent asks `pictures_of`."""
    links = sorted(share.media_links.all(), key=lambda link: link.position)
    return tuple(_medium(link.media, link.alt_text) for link in links)


def pictures_among(share_ids: Collection[int]) -> dict[int, tuple[Medium, ...]]:
    """The pictures of many shares, each in its readers' order; a share without any is not in it."""
    links = ShareMedia.objects.filter(share_id__in=share_ids).select_related("media").order_by("position")
    found: dict[int, tuple[Medium, ...]] = {}
    for link in links:
        found[link.share_id] = (*found.get(link.share_id, ()), _medium(link.media, link.alt_text))
    return found


def _card_of(share: Share) -> LinkCard | None:
    """The card we send; networks that draw their own from the page get none."""
    if not share.link_code_id or not share.network or not where(share.network, by_hand=share.by_hand).shows_link_card:
        return None
    item = share.item
    picture = _picture(item.picture, item.picture.alt_text) if item.picture else None
    return LinkCard(url=tracked_address(share.link_code), title=item.title, description=item.summary, picture=picture)


def medium_of(media: Media) -> Medium:
    """A kept file, as no post carries it yet."""
    return _medium(media, media.alt_text)


def _picture(media: Media, alt_text: str) -> Picture:
    return Picture(
        sha256=media.sha256,
        content_type=media.content_type,
        alt_text=alt_text,
        width=media.width,
        height=media.height,
    )


def _medium(media: Media, words: str) -> Medium:
    """`words` say what it shows; of a PDF they are its title."""
    fields: dict[str, Any] = {name: getattr(media, name) for name in ("sha256", "content_type", "width", "height")}
    kind = KINDS.get(media.content_type, Picture)
    if kind is Picture:
        return _picture(media, words)
    if kind is Document:
        return Document(**fields, bytes=media.bytes, pages=media.pages, title=words)
    return medium_from({**fields, "alt_text": words, "bytes": media.bytes, "seconds": media.seconds})
