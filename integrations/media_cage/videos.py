"""Videos: MP4 with H.264 and AAC, copied as it is where it is that already, else encoded anew."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from integrations.media_cage.caps import POSTER_SIDE, Caps, Refused
from integrations.media_cage.ladder import SOUND

SEEN_UNITS = "filter_units=pass_types=1-5|7|8"  # H.264, table 7-1: slices, and what they refer to
SOUND_RATE = 48_000  # samples a second
FASTEST = 60  # pictures a second: the least that the networks with a limit take (LinkedIn, X, Instagram, Threads)
# Of all that FFmpeg reads only these: playlists and their like name other files and addresses.
FILES_ALONE = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"}


@dataclass(frozen=True)
class Encoding:
    """The most of a side and of a whole picture in pixels, and of pictures in bits a second, which may swing for
    `swings` seconds."""

    longest_side: int
    pixels: int
    rate: int = 6_000_000
    swings: float = 2.0

    def options(self) -> dict[str, str]:
        return {
            "preset": "veryfast",
            "crf": "23",
            "maxrate": str(self.rate),
            "bufsize": str(int(self.rate * self.swings)),
        }


def video(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
    import av

    with av.open(str(source), options=FILES_ALONE) as opened:
        if not opened.streams.video:
            raise Refused("no_picture")
        stream = opened.streams.video[0]
        _claims(stream, opened, caps)
        turned = _poster(opened, stream, folder)
    made = folder / "made"
    with av.open(str(source), options=FILES_ALONE) as opened:
        if not (_fits_as_it_is(opened, caps) and _copied(opened, made)):
            with av.open(str(source), options=FILES_ALONE) as again:
                encode(again, made, Encoding(caps.longest_side, caps.pixels), turned)
    told = told_of_video(made)
    if told["seconds"] > caps.seconds:  # the original's header said less
        raise Refused("too_long")
    return told


def _claims(stream: Any, opened: Any, caps: Caps) -> None:
    width, height = stream.codec_context.width, stream.codec_context.height
    if width * height > caps.pixels:
        raise Refused("too_many_pixels")
    if width <= 0 or height <= 0:
        raise Refused("unreadable")
    if opened.duration is None or opened.duration / 1_000_000 > caps.seconds:
        raise Refused("too_long" if opened.duration else "unreadable")


def _poster(opened: Any, stream: Any, folder: Path) -> int:
    """The first frame after a second, upright, as a JPEG; answers how far the video is turned, in degrees."""
    shown = None
    for frame in opened.decode(stream):
        shown = frame
        if frame.time is None or frame.time >= min(1.0, (opened.duration or 0) / 2_000_000):
            break
    if shown is None:
        raise Refused("unreadable")
    turned = turned_by(shown)
    image = shown.to_image().rotate(turned, expand=True)
    image.thumbnail((POSTER_SIDE, POSTER_SIDE))
    image.convert("RGB").save(folder / "poster", "JPEG", quality=84, optimize=True)
    return turned


def turned_by(frame: Any) -> int:
    """How far a player turns this picture, in degrees."""
    return int(getattr(frame, "rotation", 0) or 0) % 360


def _fits_as_it_is(opened: Any, caps: Caps) -> bool:
    video = opened.streams.video[0].codec_context
    sound = opened.streams.audio[0].codec_context if opened.streams.audio else None
    says_when = opened.format.name.startswith("mov")  # Matroska leaves out when its first packets are to be decoded
    plain = says_when and video.name == "h264" and video.pix_fmt in ("yuv420p", "yuvj420p")
    small = max(video.width, video.height) <= caps.longest_side
    calm = round(opened.streams.video[0].average_rate or 0) <= FASTEST
    return plain and small and calm and (sound is None or sound.name == "aac")


def _copied(opened: Any, made: Path) -> bool:
    """Packets into a new file without decoding: one video and one sound, no other tracks, no words about them, and of
    the video's units pictures and their parameters alone: cameras write place and maker between them. False where
    they cannot be told apart."""
    import av
    from av.bitstream import BitStreamFilterContext

    video = opened.streams.video[0]
    with av.open(str(made), "w", format="mp4", options={"movflags": "faststart"}) as out:
        kept = {}
        for stream in (video, *opened.streams.audio[:1]):
            kept[stream.index] = out.add_stream_from_template(stream)
            kept[stream.index].metadata.clear()
        seen = BitStreamFilterContext(SEEN_UNITS, video, kept[video.index])
        try:
            for packet in opened.demux([stream for stream in opened.streams if stream.index in kept]):
                if packet.dts is None:
                    continue
                target = kept[packet.stream.index]
                for one in seen.filter(packet) if packet.stream.index == video.index else [packet]:
                    one.stream = target
                    out.mux(one)
        except av.error.InvalidDataError:
            return False
    return True


def encode(opened: Any, made: Path, wanted: Encoding, turned: int) -> None:
    """H.264 of at most 30 pictures a second, upright, and AAC in stereo: no second more than there was."""
    import av

    source, sound = opened.streams.video[0], next(iter(opened.streams.audio), None)
    source.thread_type = "AUTO"
    size = scaled(source.codec_context.width, source.codec_context.height, wanted)
    rate = min(max(math.ceil(source.average_rate or 25), 1), 30)
    with av.open(str(made), "w", format="mp4", options={"movflags": "faststart"}) as out:
        pictures = _Pictures(out, size, rate, turned, wanted)
        sounds = _Sounds(out, math.ceil((opened.duration or 0) / 1_000_000)) if sound is not None else None
        for frame in opened.decode(*(one for one in (source, sound) if one is not None)):
            if isinstance(frame, av.VideoFrame):
                pictures.take(frame)
            elif sounds is not None:
                sounds.take(frame)
        pictures.take(None)
        if sounds is not None:
            sounds.take(None)


class _Pictures:
    """Those of more than `rate` a second are left out."""

    def __init__(self, out: Any, size: tuple[int, int], rate: int, turned: int, wanted: Encoding) -> None:
        self.out, self.size, self.rate, self.turned = out, size, rate, turned
        self.stream = out.add_stream("libx264", rate=rate, options=wanted.options())
        self.stream.width, self.stream.height = size[::-1] if turned in (90, 270) else size
        self.stream.pix_fmt = "yuv420p"
        self.begins: float | None = None
        self.next = 0

    def take(self, frame: Any) -> None:
        if frame is None:
            self.out.mux(self.stream.encode(None))
            return
        at = frame.time or 0.0
        self.begins = at if self.begins is None else self.begins
        place = int((at - self.begins) * self.rate)
        if place < self.next:
            return
        plain = frame.reformat(width=self.size[0], height=self.size[1], format="yuv420p")
        plain = _upright(plain, self.turned)
        plain.pts, plain.time_base, self.next = place, Fraction(1, self.rate), place + 1
        self.out.mux(self.stream.encode(plain))


class _Sounds:
    """An encoder fills up its last frame: without what sounds after `seconds`, or a video would be too long by that."""

    def __init__(self, out: Any, seconds: int) -> None:
        import av

        self.out = out
        self.stream = out.add_stream("aac", rate=SOUND_RATE, layout="stereo", bit_rate=SOUND)
        self.most = seconds * SOUND_RATE  # 0 where nobody knows
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=SOUND_RATE)

    def take(self, frame: Any) -> None:
        for piece in self.resampler.resample(frame):
            self._keep(self.stream.encode(piece))
        if frame is None:
            self._keep(self.stream.encode(None))

    def _keep(self, packets: Iterable[Any]) -> None:
        for packet in packets:
            if self.most and packet.pts >= self.most:
                continue
            if self.most:
                packet.duration = min(packet.duration, self.most - packet.pts)
            self.out.mux(packet)


def _upright(frame: Any, turned: int) -> Any:
    from av import VideoFrame

    if not turned:
        return frame
    image = frame.to_image().rotate(turned, expand=True)
    return VideoFrame.from_image(image).reformat(format="yuv420p")  # type: ignore[no-untyped-call]


def scaled(width: int, height: int, wanted: Encoding) -> tuple[int, int]:
    """Even sides, as H.264 wants them."""
    by = min(1.0, wanted.longest_side / max(width, height), math.sqrt(wanted.pixels / (width * height)))
    return max(2, int(width * by) // 2 * 2), max(2, int(height * by) // 2 * 2)


def told_of_video(made: Path) -> dict[str, Any]:
    import av

    with av.open(str(made), options={"protocol_whitelist": "file"}) as opened:
        video = opened.streams.video[0]
        seconds = math.ceil((opened.duration or 0) / 1_000_000)
        first = next(opened.decode(video))
        turned = int(getattr(first, "rotation", 0) or 0) % 180
        width, height = video.codec_context.width, video.codec_context.height
    width, height = (height, width) if turned else (width, height)
    return {"content_type": "video/mp4", "width": width, "height": height, "seconds": seconds, "pages": 0}
