"""A smaller video of one that we keep, or a silent one of a GIF, within the bytes and pixels that are asked for."""

from __future__ import annotations

import errno
from fractions import Fraction
from pathlib import Path
from typing import Any

from integrations.media_cage.caps import Caps, Refused
from integrations.media_cage.gifs import moments
from integrations.media_cage.ladder import longest_side_at, picture_rate
from integrations.media_cage.videos import FILES_ALONE, Encoding, encode, scaled, told_of_video, turned_by

FIRST, AGAIN = 1.0, 0.75  # of the rate that fits: an encoder keeps to it on the whole, and not in each second
GIF_RATE = 30  # pictures a second


def rendition(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
    with source.open("rb") as file:
        make = _of_gif if file.read(4) == b"GIF8" else _of_video
    made = folder / "made"
    for share in (FIRST, AGAIN):
        rate = int(picture_rate(caps.bytes, caps.seconds) * share)
        side = min(caps.longest_side, longest_side_at(rate))
        if not side:
            break
        try:
            make(source, made, Encoding(side, caps.pixels, rate, swings=0.5))
        except OSError as error:
            if error.errno != errno.EFBIG:
                raise
            continue  # over `caps.written` already: the next one is smaller
        if made.stat().st_size <= caps.bytes:
            return told_of_video(made)
    raise Refused("too_large")


def _of_video(source: Path, made: Path, wanted: Encoding) -> None:
    import av

    with av.open(str(source), options=FILES_ALONE) as opened:
        turned = turned_by(next(opened.decode(opened.streams.video[0])))
    with av.open(str(source), options=FILES_ALONE) as opened:
        encode(opened, made, wanted, turned)


def _of_gif(source: Path, made: Path, wanted: Encoding) -> None:
    """Each picture as long as it stands there, the last one too."""
    import av

    with av.open(str(made), "w", format="mp4", options={"movflags": "faststart"}) as out:
        stream: Any = None
        shown, place = None, -1
        for image, milliseconds in moments(source):
            if stream is None:
                stream = out.add_stream("libx264", rate=GIF_RATE, options=wanted.options())
                stream.width, stream.height = scaled(image.width, image.height, wanted)
                stream.pix_fmt = "yuv420p"
            now = milliseconds * GIF_RATE // 1000
            if now <= place:
                continue
            place = now
            shown = av.VideoFrame.from_image(  # type: ignore[no-untyped-call]
                image.resize((stream.width, stream.height))
            )
            shown.pts, shown.time_base = place, Fraction(1, GIF_RATE)
            out.mux(stream.encode(shown))
        out.mux(stream.encode(None))
