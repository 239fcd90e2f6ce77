"""Pictures for the demo's stories: calm shapes drawn here, so that no file of somebody else's is needed."""

from __future__ import annotations

import colorsys
import io
import random
from functools import cache

from PIL import Image, ImageDraw

from campaigns.picture_decoding import DecodedPicture, decode_picture

SIZE = (960, 504)
Colour = tuple[int, int, int]


@cache
def drawn(number: int) -> DecodedPicture:
    """Hills under a sky, each number in its own colours; decoded like any upload."""
    chance = random.Random(number)  # noqa: S311  # the same picture every time, not a secret
    image = Image.new("RGB", SIZE)
    brush = ImageDraw.Draw(image)
    hue = number * 0.19 % 1
    for line in range(SIZE[1]):
        brush.line([(0, line), (SIZE[0], line)], fill=_colour(hue, 0.22, 0.94 - 0.25 * line / SIZE[1]))
    x, y = chance.randint(140, 820), chance.randint(90, 190)
    brush.ellipse([x - 62, y - 62, x + 62, y + 62], fill=_colour(0.11, 0.2, 1.0))
    for layer in range(5):
        _hill(
            brush,
            chance,
            top=230 + layer * 52,
            colour=_colour(hue + 0.03 * layer, 0.35 + 0.08 * layer, 0.8 - 0.13 * layer),
        )
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=88)
    return decode_picture(kept.getvalue())


def _hill(brush: ImageDraw.ImageDraw, chance: random.Random, *, top: int, colour: Colour) -> None:
    steps = [(x, top + chance.randint(-34, 34)) for x in range(0, SIZE[0] + 1, 120)]
    brush.polygon([(0, SIZE[1]), *steps, (SIZE[0], SIZE[1])], fill=colour)


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return int(red * 255), int(green * 255), int(blue * 255)
