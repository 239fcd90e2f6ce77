"""The program that decodes one stranger's picture, in a process of its own that may use little and can be killed.

Run by `picture_process.py` with the caps as arguments and the bytes on stdin. It answers one line of JSON and, if all
is well, the re-encoded bytes. It imports no Django, reads no file, opens no connection and keeps nothing of the
original but its pixels: no EXIF, no place, no comment, no colour profile.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
QUALITIES = (90, 84, 76, 66, 56)
SMALLEST_SIDE = 200
OPAQUE = 255


class TooManyPixels(Exception):
    """Unpacked it would fill the memory."""


@dataclass(frozen=True)
class Caps:
    """What one picture may cost, and how large its result may be."""

    memory: int
    seconds: int
    pixels: int
    longest_side: int
    bytes: int


def main() -> None:
    caps = Caps(*(int(word) for word in sys.argv[1:]))
    resource.setrlimit(resource.RLIMIT_AS, (caps.memory, caps.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (caps.seconds, caps.seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    try:
        told, content = _made(sys.stdin.buffer.read(), caps)
    except (TooManyPixels, MemoryError, Image.DecompressionBombError):
        told, content = {"refused": "too_many_pixels"}, b""
    except Exception:  # whatever a broken file makes the decoder raise, the picture cannot be read
        told, content = {"refused": "unreadable"}, b""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + content)


def _made(content: bytes, caps: Caps) -> tuple[dict[str, object], bytes]:
    image = _opened(content, caps)
    drawn = image.format in ("PNG", "GIF")  # sharp edges: worth keeping without loss where that fits
    image = _ready(image, caps)
    content_type, made = _encoded(image, caps, lossless=drawn or image.mode == "RGBA")
    with Image.open(io.BytesIO(made)) as final:
        return {"content_type": content_type, "width": final.width, "height": final.height}, made


def _opened(content: bytes, caps: Caps) -> Image.Image:
    """The first frame, loaded. The header may lie, so the pixels are counted before and after."""
    Image.MAX_IMAGE_PIXELS = caps.pixels
    image = Image.open(io.BytesIO(content), formats=FORMATS)
    _count(image, caps)
    image.draft("RGB", (caps.longest_side, caps.longest_side))  # a JPEG can be unpacked small
    image.load()
    _count(image, caps)
    return image


def _count(image: Image.Image, caps: Caps) -> None:
    if image.width * image.height > caps.pixels:
        raise TooManyPixels


def _ready(image: Image.Image, caps: Caps) -> Image.Image:
    """Small enough, upright, in sRGB, opaque if it is, and with nothing attached."""
    profile = image.info.get("icc_profile")
    upright = image.getexif() if image.format in ("JPEG", "MPO", "PNG", "WEBP") else None
    image = _plain(image)
    image.thumbnail((caps.longest_side, caps.longest_side))
    if upright is not None:
        image.info["exif"] = upright.tobytes()
        with contextlib.suppress(Exception):  # a broken orientation turns nothing
            image = ImageOps.exif_transpose(image)
    if profile and image.mode in ("RGB", "CMYK"):
        image = _in_srgb(image, profile)
    image = image if image.mode in ("RGB", "RGBA", "L") else image.convert("RGB")
    image.info.clear()
    return image


def _plain(image: Image.Image) -> Image.Image:
    """Without a palette and without odd depths; with an alpha channel only where something shows through."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        lowest = image.getchannel("A").getextrema()[0]
        return image if lowest != OPAQUE else image.convert("RGB")
    if image.mode.startswith("I") or image.mode in ("1", "F"):
        return image.convert("L")
    return image if image.mode in ("RGB", "L", "CMYK") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """A wide-gamut photo looks dull where its profile is dropped: its colours are translated first."""
    with contextlib.suppress(Exception):  # a broken profile is no profile
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        moved = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        if moved is not None:
            return moved
    return image


def _encoded(image: Image.Image, caps: Caps, *, lossless: bool) -> tuple[str, bytes]:
    """PNG where it keeps edges and fits, else the best JPEG that fits, else smaller."""
    if lossless and len(made := _written(image, "PNG", optimize=True)) <= caps.bytes:
        return "image/png", made
    flat = _on_white(image)
    while True:
        for quality in QUALITIES:
            made = _written(flat, "JPEG", quality=quality, optimize=True, progressive=True)
            if len(made) <= caps.bytes:
                return "image/jpeg", made
        if max(flat.size) // 2 < SMALLEST_SIDE:
            raise ValueError("It does not become small enough.")
        flat.thumbnail((flat.width // 2 + 1, flat.height // 2 + 1))


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _written(image: Image.Image, kind: str, **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **how)
    return target.getvalue()


if __name__ == "__main__":
    main()
