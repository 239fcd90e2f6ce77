"""What is sent where the web process's memory is measured: honest files of a wanted size, and files made to hurt."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image

from tests.campaigns import moving, pictures

FRAME = (1_280, 720)
RATE = 25  # frames a second
UNPACKED_MB = 1_500


@dataclass(frozen=True)
class Bomb:
    """`words` stand in the sentence that refuses it; a picture is sent where pictures are."""

    name: str
    content: bytes
    words: str
    is_picture: bool = False


def large_video(path: Path, size: int) -> Path:
    """An MP4 (H.264) that plays and has about `size` bytes: one full frame of noise, again and again."""
    with av.open(str(path), "w", format="mp4") as out:
        stream: Any = out.add_stream("libx264", rate=RATE, options={"preset": "ultrafast", "qp": "4", "g": "1"})
        stream.width, stream.height = FRAME
        stream.pix_fmt = "yuv420p"
        noise = Image.frombytes("RGB", FRAME, random.Random(1).randbytes(FRAME[0] * FRAME[1] * 3))
        made = [*stream.encode(av.VideoFrame.from_image(noise)), *stream.encode(None)]  # type: ignore[no-untyped-call]
        frame = bytes(made[0])
        for number in range(max(1, size // len(frame))):
            packet: Any = av.Packet(frame)
            packet.stream, packet.time_base, packet.duration = stream, Fraction(1, RATE), 1
            packet.pts = packet.dts = number
            packet.is_keyframe = True
            out.mux(packet)
    return path


def large_picture(path: Path, size: int) -> Path:
    """A PNG of noise, which packs to no less than its pixels: about `size` bytes."""
    side = int((size / 3) ** 0.5)
    noise = Image.frombytes("RGB", (side, side), random.Random(1).randbytes(side * side * 3))
    noise.save(path, "PNG", compress_level=0)
    return path


def bombs(folder: Path) -> list[Bomb]:
    return [
        Bomb("png of 30000 x 30000", pictures.png_claiming(30_000, 30_000), "too many pixels", is_picture=True),
        Bomb("gif of 65000 x 65000", moving.huge_gif(), "too many pixels"),
        Bomb(f"pdf of {UNPACKED_MB} MB", moving.unpacking_pdf(UNPACKED_MB), "unpacks to more than we can hold"),
        Bomb("video of 12000 x 12000", moving.claiming_video(folder / "bomb.mov", 12_000), "too many pixels"),
        Bomb("video of 30000 x 30000", moving.claiming_video(folder / "bomb.mov"), "could not read"),
    ]
