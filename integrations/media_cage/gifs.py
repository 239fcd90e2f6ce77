"""GIFs: every frame is opened, and of the file only what is shown goes on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from integrations.media_cage.caps import POSTER_SIDE, Caps, Refused


def gif(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
    """Every frame is opened once to see that it can be; the blocks of the pictures are kept, all others dropped."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = caps.pixels
    milliseconds, frames = 0, 0
    with Image.open(source, formats=("GIF",)) as image:
        width, height = image.size
        if width * height > caps.pixels // 4:
            raise Refused("too_many_pixels")
        while True:
            image.load()
            frames += 1
            milliseconds += int(image.info.get("duration", 0) or 100)
            if frames == 1:
                still = image.convert("RGB")
                still.thumbnail((POSTER_SIDE, POSTER_SIDE))
                still.save(folder / "poster", "JPEG", quality=84, optimize=True)
            if milliseconds > caps.seconds * 1000:
                raise Refused("too_long")
            try:
                image.seek(image.tell() + 1)
            except EOFError:
                break
    if frames == 1:
        raise Refused("one_frame")
    (folder / "made").write_bytes(_without_words(source.read_bytes()))
    seconds = math.ceil(milliseconds / 1000)
    return {"content_type": "image/gif", "width": width, "height": height, "seconds": seconds, "pages": 0}


def _without_words(content: bytes) -> bytes:
    """The GIF without comments, texts and foreign applications' blocks (GIF89a, sections 18 to 26)."""
    at = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    kept = [content[:at]]
    while at < len(content) and content[at] != 0x3B:
        begins = at
        if content[at] == 0x21:
            label, name = content[at + 1], content[at + 3 : at + 14]
            at = _after_blocks(content, at + 2)
            wanted = label == 0xF9 or (label == 0xFF and name in (b"NETSCAPE2.0", b"ANIMEXTS1.0"))
        elif content[at] == 0x2C:
            colours = content[at + 9]
            at += 10 + (3 << ((colours & 7) + 1) if colours & 0x80 else 0)
            at, wanted = _after_blocks(content, at + 1), True
        else:
            break
        if wanted:
            kept.append(content[begins:at])
    return b"".join(kept) + b"\x3b"


def _after_blocks(content: bytes, at: int) -> int:
    while at < len(content) and content[at]:
        at += 1 + content[at]
    return at + 1


def moments(source: Path) -> Iterator[tuple[Any, int]]:
    """Each picture of a GIF that was opened before, with the millisecond at which it begins to show; the last one again
    at the end of its time. What is seen through shows white."""
    from PIL import Image, ImageSequence

    at, plain = 0, None
    with Image.open(source, formats=("GIF",)) as image:
        for frame in ImageSequence.Iterator(image):
            drawn = frame.convert("RGBA")
            plain = Image.new("RGB", drawn.size, "white")
            plain.paste(drawn, mask=drawn.getchannel("A"))
            yield plain, at
            at += int(frame.info.get("duration", 0) or 100)
    yield plain, max(at - 1, 0)
