"""Pictures for tests: honest ones, and files made to hurt whoever opens them."""

from __future__ import annotations

import io
import random
import struct
import zlib

from PIL import Image

PLACE_TAG = 0x8825  # the EXIF block that says where a photo was taken
ORIENTATION = 0x0112


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), mode: str = "RGB", colour: object = "teal") -> bytes:
    return _bytes(Image.new(mode, size, colour), kind)  # type: ignore[arg-type]  # a colour of any mode


def photo_with_place(size: tuple[int, int] = (60, 40), orientation: int = 6) -> bytes:
    """A JPEG that lies on its side and knows its latitude, the camera and a comment."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Spycam"
    exif.get_ifd(PLACE_TAG).update({1: "N", 2: (52.0, 13.0, 47.0), 3: "E", 4: (21.0, 0.0, 44.0)})
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 2, size[1]))
    return _bytes(image, "JPEG", exif=exif, comment=b"secret remark", quality=95)


def noise(size: tuple[int, int], kind: str = "PNG") -> bytes:
    """Bytes that do not compress: the largest file its pixels can make."""
    data = random.Random(1).randbytes(size[0] * size[1] * 3)
    return _bytes(Image.frombytes("RGB", size, data), kind)


def animation(frames: int, kind: str = "GIF") -> bytes:
    images = [Image.new("P" if kind == "GIF" else "RGB", (20, 20), number % 256) for number in range(frames)]
    target = io.BytesIO()
    images[0].save(target, kind, save_all=True, append_images=images[1:], duration=10)
    return target.getvalue()


def png_claiming(width: int, height: int, *, rows: int = 10) -> bytes:
    """A PNG whose header claims a size; its data holds a few rows of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * ((width * 3 + 1) * rows))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def gif_claiming(width: int, height: int) -> bytes:
    size = struct.pack("<HH", width, height)
    frame = b"," + b"\0" * 4 + size + b"\0" + b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + size + b"\x80\0\0" + b"\0" * 3 + b"\xff" * 3 + frame + b";"


def png_with_text_bomb(megabytes: int = 200) -> bytes:
    """A small picture with a compressed text that unpacks to hundreds of megabytes."""
    text = b"Comment\0\0" + zlib.compress(b"a" * (megabytes * 1_000_000), 9)
    plain = picture()
    return plain[:33] + _chunk(b"zTXt", text) + plain[33:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _bytes(image: Image.Image, kind: str, **how: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **how)
    return target.getvalue()
