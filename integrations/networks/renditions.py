"""Which other form of a file a network wants, by its limits. Pure: what is kept, and what is declared, decide.

A form is named by its limits and not by the network: two that ask for the same get the same file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.media_cage.ladder import longest_side_at, picture_rate
from integrations.networks.media import Animation, Medium, Video, VideoLimits

if TYPE_CHECKING:
    from integrations.networks.base import Limits


@dataclass(frozen=True, slots=True)
class VideoWanted:
    """A video of at most so many bytes and, where not 0, so many pixels a picture."""

    bytes: int
    pixels: int = 0

    @property
    def key(self) -> str:
        return f"video {self.bytes} {self.pixels}"

    def told(self) -> dict[str, int]:
        """As an errand keeps it."""
        return {"bytes": self.bytes, "pixels": self.pixels}


def rendition_wanted(file: Medium, limits: Limits) -> VideoWanted | None:
    """None where the file goes as it is, or where no form of it could honestly go."""
    most = limits.video
    if most is None:
        return None
    if isinstance(file, Video):
        wanted = VideoWanted(most.bytes, most.pixels)
        fits = file.bytes <= most.bytes and not 0 < most.pixels < file.width * file.height
        return None if fits or not _can_be(file.seconds, most) else wanted
    if isinstance(file, Animation):
        gif = limits.animation
        taken = gif is not None and file.bytes <= gif.bytes and not 0 < gif.pixels < file.width * file.height
        wanted = VideoWanted(most.bytes, most.pixels)
        return wanted if most.takes_gifs and not taken and _can_be(file.seconds, most) else None
    return None


def _can_be(seconds: int, most: VideoLimits) -> bool:
    """Not shortened, and a picture that one can still look at."""
    return most.least_seconds <= seconds <= most.seconds and bool(longest_side_at(picture_rate(most.bytes, seconds)))
