"""From a stranger's bytes to a picture we dare to keep and post: the caps, the process, the sentences.

Call it outside any transaction: it may take ten seconds. It never decodes in this process and keeps nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.refusals import BadInput
from integrations.networks import NETWORKS

PROGRAM = Path(__file__).with_name("picture_decoder.py")
MEMORY_BYTES = 512_000_000
SECONDS = 10
MOST_PIXELS = 50_000_000  # the largest photos of phones; four bytes each stay within the memory
LONGEST_SIDE = 2_048  # what feeds show at most


class PictureRefused(BadInput):
    """This picture cannot be used; nothing was kept."""

    code = "picture_refused"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, field="upload")


@dataclass(frozen=True, slots=True)
class DecodedPicture:
    """Freshly encoded JPEG or PNG bytes: nothing of the original file but what one sees."""

    content: bytes
    content_type: str
    width: int
    height: int


def decode_picture(content: bytes) -> DecodedPicture:
    """The picture upright, without metadata, small enough for every network; or `PictureRefused`."""
    if not content:
        raise PictureRefused(_("This file is empty. Choose the picture again."))
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // 1_000_000
        raise PictureRefused(_("This picture is too large. Files up to %(limit)s MB are fine.") % {"limit": limit})
    answer, _newline, made = _run(content).partition(b"\n")
    told = _read(answer)
    if "refused" in told:
        raise PictureRefused(_sentence(str(told["refused"])))
    return DecodedPicture(made, str(told["content_type"]), int(str(told["width"])), int(str(told["height"])))


def fits_every_network() -> int:
    """The most bytes that each network takes for one picture: one picture goes everywhere."""
    return min(network.limits.picture_bytes for network in NETWORKS)


def _run(content: bytes) -> bytes:
    caps = (MEMORY_BYTES, SECONDS, MOST_PIXELS, LONGEST_SIDE, fits_every_network())
    command = [sys.executable, "-I", str(PROGRAM), *map(str, caps)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with numbers of our own
            command, input=content, capture_output=True, timeout=SECONDS, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        raise PictureRefused(_("It took too long to open this picture. Try a smaller one.")) from None
    return done.stdout


def _read(answer: bytes) -> dict[str, object]:
    """What the program told; a program that died told nothing."""
    try:
        told = json.loads(answer)
    except ValueError:
        return {"refused": "unreadable"}
    return told if isinstance(told, dict) else {"refused": "unreadable"}


def _sentence(refused: str) -> str:
    if refused == "too_many_pixels":
        return _("This picture has too many pixels for us to open. Make it smaller, then choose it again.")
    return _("We could not read this file as a picture. JPEG, PNG, GIF and WebP work.")
