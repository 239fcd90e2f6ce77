"""From a stranger's bytes to a picture we dare to keep and post: the caps and the sentences.

Call it outside any transaction: it may take ten seconds. Decoding itself is `integrations/picture_process.py`'s.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.utils.translation import gettext as _

from accounts.refusals import BadInput
from integrations.networks import NETWORKS
from integrations.picture_process import DecodedPicture, Undecodable, decoded

__all__ = ["DecodedPicture", "PictureRefused", "decode_picture", "fits_every_network"]

LONGEST_SIDE = 2_048  # what feeds show at most


class PictureRefused(BadInput):
    """This picture cannot be used; nothing was kept."""

    code = "picture_refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="upload")


def decode_picture(content: bytes | UploadedFile) -> DecodedPicture:
    """The picture upright, without metadata, small enough for every network; or `PictureRefused`."""
    size = len(content) if isinstance(content, bytes) else content.size or 0
    if not size:
        raise PictureRefused(_("This file is empty. Choose the picture again."))
    if size > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 1_000_000
        raise PictureRefused(_("This picture is too large. Files up to %(limit)s MB are fine.") % {"limit": limit})
    try:
        with _as_it_lies(content) as source:
            return decoded(source, longest_side=LONGEST_SIDE, most_bytes=fits_every_network())
    except Undecodable as refused:
        raise PictureRefused(_sentence(refused.reason)) from None


@contextmanager
def _as_it_lies(content: bytes | UploadedFile) -> Iterator[bytes | BinaryIO]:
    """What Django laid on the disk is read from there by the decoder alone; only small files are held in memory."""
    if isinstance(content, TemporaryUploadedFile):
        with Path(content.temporary_file_path()).open("rb") as file:
            yield file
    else:
        yield content if isinstance(content, bytes) else content.read()


def fits_every_network() -> int:
    """The most bytes that each network takes for one picture: one picture goes everywhere."""
    return min(network.limits.picture_bytes for network in NETWORKS)


def _sentence(reason: str) -> str:
    if reason == "too_slow":
        return _("It took too long to open this picture. Try a smaller one.")
    if reason == "too_many_pixels":
        return _("This picture has too many pixels for us to open. Make it smaller, then choose it again.")
    return _("We could not read this file as a picture. JPEG, PNG, GIF and WebP work.")
