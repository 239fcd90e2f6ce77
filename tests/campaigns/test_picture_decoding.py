"""Strangers' pictures: what comes out is small, upright and silent; what would hurt us is refused with a sentence."""

from __future__ import annotations

import io
import subprocess
import sys
import time

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile
from PIL import Image
from pytest_django import Settings

from campaigns.picture_decoding import DecodedPicture, PictureRefused, decode_picture, fits_every_network
from tests.campaigns import pictures

UNREADABLE = "We could not read this file as a picture. JPEG, PNG, GIF and WebP work."
TOO_MANY = "This picture has too many pixels for us to open. Make it smaller, then choose it again."


# A child counts what its parent held when it was begun, so the one that is measured begins from a small program.
MEASURE = """
import resource, sys
from integrations.picture_process import Undecodable, decoded
try:
    decoded(sys.stdin.buffer.read(), longest_side=2048, most_bytes=1_000_000)
except Undecodable:
    pass
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def memory_of_decoding(content: bytes) -> int:
    """Kilobytes, of the process that decodes."""
    command = [sys.executable, "-c", MEASURE]
    return int(subprocess.run(command, input=content, capture_output=True, check=True).stdout)  # noqa: S603  # our own


def opened(made: DecodedPicture) -> Image.Image:
    return Image.open(io.BytesIO(made.content))


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (pictures.picture("JPEG"), "image/jpeg"),
        (pictures.picture("PNG"), "image/png"),
        (pictures.picture("PNG", mode="RGBA", colour=(0, 0, 0, 90)), "image/png"),
        (pictures.picture("PNG", mode="1", colour=1), "image/png"),
        (pictures.picture("PNG", mode="I;16", colour=4000), "image/png"),
        (pictures.picture("JPEG", mode="CMYK", colour=(10, 20, 30, 0)), "image/jpeg"),
        (pictures.picture("WEBP"), "image/jpeg"),
        (pictures.picture("WEBP", mode="RGBA", colour=(0, 0, 0, 90)), "image/png"),
        (pictures.animation(3), "image/png"),
        (pictures.animation(3, "WEBP"), "image/jpeg"),
    ],
)
def test_every_kind_becomes_a_fresh_jpeg_or_png(content: bytes, content_type: str) -> None:
    made = decode_picture(content)
    assert made.content_type == content_type
    image = opened(made)
    assert Image.MIME[image.format or ""] == content_type
    assert image.size == (made.width, made.height)
    assert getattr(image, "n_frames", 1) == 1


def test_a_photo_stands_upright_and_forgets_its_place() -> None:
    original = pictures.photo_with_place()
    assert Image.open(io.BytesIO(original)).getexif().get_ifd(pictures.PLACE_TAG)
    made = decode_picture(original)
    image = opened(made).convert("L")
    assert image.size == (40, 60)
    pixels = image.tobytes()
    above, below = pixels[5 * 40 + 20], pixels[55 * 40 + 20]
    assert (above < 40, below > 215) == (True, True)  # what was left is up
    assert dict(opened(made).getexif()) == {}
    assert set(opened(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
    for told in (b"Exif", b"Spycam", b"secret remark"):
        assert told not in made.content


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert decode_picture(pictures.photo_with_place()) == decode_picture(pictures.photo_with_place())


def test_a_large_picture_becomes_one_that_every_network_takes() -> None:
    assert fits_every_network() == 1_000_000
    made = decode_picture(pictures.noise((2600, 1300)))
    assert len(made.content) <= 1_000_000
    assert made.content_type == "image/jpeg"
    assert made.width in (2048, 1025)
    assert made.width / made.height == pytest.approx(2, rel=0.01)


BOMBS = {
    "a header of 50,000 by 50,000": (pictures.png_claiming(50_000, 50_000), TOO_MANY),
    "a header just over the cap": (pictures.png_claiming(10_000, 5_001), TOO_MANY),
    "a header of nothing": (pictures.png_claiming(0, 10), UNREADABLE),
    "a text of 200 MB": (pictures.png_with_text_bomb(), UNREADABLE),
    "a truncated PNG": (pictures.noise((200, 200))[:-2_000], UNREADABLE),
    "a truncated JPEG": (pictures.noise((200, 200), "JPEG")[:-8_000], UNREADABLE),
    "a truncated WebP": (pictures.noise((200, 200), "WEBP")[:-9_000], UNREADABLE),
    "a page": (b"<!doctype html><script>alert(1)</script>", UNREADABLE),
    "a drawing with scripts": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", UNREADABLE),
    "an archive": (b"PK\x03\x04" + b"\0" * 100, UNREADABLE),
    "a TIFF": (pictures.picture("TIFF"), UNREADABLE),
    "a PostScript program": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", UNREADABLE),
    "a sign and no more": (b"\x89PNG\r\n\x1a\n", UNREADABLE),
    "a GIF that claims 65,535 by 65,535": (pictures.gif_claiming(65_535, 65_535), TOO_MANY),
    "nothing": (b"", "This file is empty. Choose the picture again."),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_with_a_sentence_and_little_memory(name: str) -> None:
    content, sentence = BOMBS[name]
    began = time.monotonic()
    with pytest.raises(PictureRefused) as caught:
        decode_picture(content)
    assert caught.value.sentence == sentence
    assert time.monotonic() - began < 10
    assert memory_of_decoding(content) < 512_000


def test_a_long_animation_costs_one_frame() -> None:
    made = decode_picture(pictures.animation(10_000))
    assert (made.width, made.height) == (20, 20)


def test_a_large_header_with_few_rows_costs_no_more_than_a_photo() -> None:
    made = decode_picture(pictures.png_claiming(8_000, 6_000))
    assert (made.width, made.height) == (2048, 1536)
    assert memory_of_decoding(pictures.png_claiming(8_000, 6_000)) < 512_000


def test_what_follows_a_picture_is_not_kept() -> None:
    script = b"<script>alert(1)</script>"
    made = decode_picture(pictures.picture("PNG") + script)
    assert script not in made.content


def test_the_largest_photo_fits_the_memory() -> None:
    made = decode_picture(pictures.picture("PNG", size=(8_000, 6_000)))
    assert (made.width, made.height) == (2048, 1536)


def test_a_file_over_the_limit_is_not_opened(settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 2_000_000
    with pytest.raises(PictureRefused) as caught:
        decode_picture(b"\xff\xd8\xff" + b"\0" * 2_000_000)
    assert caught.value.sentence == "This picture is too large. Files up to 2 MB are fine."


def test_an_upload_is_read_where_django_laid_it() -> None:
    content = pictures.picture()
    laid = TemporaryUploadedFile("a.png", "image/png", len(content), None)
    laid.write(content)
    laid.flush()  # the place where one reads is the end now, and stays it
    assert decode_picture(laid) == decode_picture(content)
    assert laid.tell() == len(content)
