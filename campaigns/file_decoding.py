"""From a stranger's file to a video, a GIF or a PDF we dare to keep and post: the caps and the sentences.

Call it outside any transaction: it may take minutes. Opening itself is `integrations/media_process.py`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from integrations.media_process import MOST_PAGES, MOST_SECONDS, DecodedFile, Kind, decoded_file, kind_of
from integrations.picture_process import Undecodable

__all__ = ["DecodedFile", "Undecodable", "decode_file", "refusal_of"]

SENTENCES = {
    "unreadable": gettext_noop("We could not read this file. MP4, MOV and WebM videos, GIF and PDF work."),
    "no_picture": gettext_noop("There is no picture in this file, only sound. Choose a video."),
    "too_many_pixels": gettext_noop("Its pictures have too many pixels for us to open. Make it smaller, then again."),
    "too_much": gettext_noop("It unpacks to more than we can hold. Save it in a simpler form, then choose it again."),
    "too_long": gettext_noop("It is too long. Videos up to %(minutes)d minutes are fine."),
    "too_many_pages": gettext_noop("It has too many pages. PDFs up to %(pages)d pages are fine."),
    "too_large": gettext_noop("Made ready it is larger than %(limit)d MB. Shorten it, then choose it again."),
    "too_slow": gettext_noop("It took too long to make this ready. Save it as MP4 (H.264), or shorten it, then again."),
    "lost": gettext_noop("This file did not arrive whole, or we could not open it. Choose it again."),
    "one_frame": gettext_noop("This GIF does not move. Choose it as the story's picture instead."),
    "nobodys": gettext_noop("Whoever sent this file looks after stories no more. Choose it again."),
    "picture": gettext_noop("This is a picture. Choose it as the story's picture instead."),
}


def decode_file(source: Path, folder: Path, *, still_waiting: Callable[[], None] = lambda: None) -> DecodedFile:
    """In the form that networks take, or `Undecodable`; `folder` is empty and holds what comes of it."""
    with source.open("rb") as file:
        kind = kind_of(file)
        is_picture = file.read(3) in (b"\x89PN", b"\xff\xd8\xff", b"RIF")
    if kind is Kind.PICTURE:
        raise Undecodable("picture" if is_picture else "unreadable")
    return decoded_file(source, kind, folder, most_bytes=settings.DIRECT_UPLOAD_BYTES, still_waiting=still_waiting)


def refusal_of(reason: str) -> str:
    """What came of it, in a sentence for whoever chose the file."""
    limits = {"minutes": MOST_SECONDS // 60, "pages": MOST_PAGES, "limit": settings.DIRECT_UPLOAD_BYTES // 1_000_000}
    return _(SENTENCES.get(reason, SENTENCES["unreadable"])) % limits
