"""The program that opens one stranger's video, GIF or PDF, in a process of its own that can be killed.

Run by `media_process.py` with the kind, the caps and two paths: the file and an empty folder for what comes of it. It
answers one line of JSON. Sizes, lengths and pages are counted before anything is decoded. It imports no Django, opens
no connection (no protocol but a file's is known to it, and where the system allows it has no network at all), and of
the original nothing goes on but what one sees and hears: no place, no maker, no comment, no attachment, no script.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import re
import resource
import sys
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
POSTER_SIDE = 1_280
SEEN_UNITS = "filter_units=pass_types=1-5|7|8"  # H.264, table 7-1: slices, and what they refer to
X264 = {"preset": "veryfast", "crf": "23", "maxrate": "6M", "bufsize": "12M"}


class Refused(Exception):
    """`args[0]` is the reason, a word that `media_process.py` knows."""


@dataclass(frozen=True)
class Caps:
    """What one file may cost, and how large its result may be. Memory and bytes in bytes, time in seconds."""

    memory: int
    cpu: int
    bytes: int
    pixels: int
    seconds: int
    pages: int
    longest_side: int


def main() -> None:
    kind, source, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    caps = Caps(*(int(word) for word in sys.argv[4:]))
    _shut_in(caps)
    try:
        told: dict[str, Any] = {"video": _video, "gif": _gif, "pdf": _pdf}[kind](source, folder, caps)
    except Refused as refused:
        told = {"refused": refused.args[0]}
    except MemoryError:
        told = {"refused": "too_much"}
    except OSError as error:
        told = {"refused": "too_large" if error.errno == 27 else "unreadable"}  # EFBIG: the cap on what may be written
    except Exception as error:  # whatever a broken file makes a library raise, it cannot be read
        told = {"refused": "too_many_pixels" if type(error).__name__ == "DecompressionBombError" else "unreadable"}
    sys.stdout.write(json.dumps(told) + "\n")


def _shut_in(caps: Caps) -> None:
    with contextlib.suppress(Exception):  # not every system lets a program give up its network
        ctypes.CDLL(None).unshare(CLONE_NEWUSER | CLONE_NEWNET)
    resource.setrlimit(resource.RLIMIT_AS, (caps.memory, caps.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (caps.cpu, caps.cpu + 5))  # the first ends it with a signal of its own
    resource.setrlimit(resource.RLIMIT_FSIZE, (caps.bytes, caps.bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


# --- video --------------------------------------------------------------------------------------------------------


def _video(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
    """MP4 with H.264 and AAC: copied as it is where it is that already, else encoded anew."""
    import av

    # Of all that FFmpeg reads only these: playlists and their like name other files and addresses.
    options = {"protocol_whitelist": "file", "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm"}
    with av.open(str(source), options=options) as opened:
        if not opened.streams.video:
            raise Refused("no_picture")
        stream = opened.streams.video[0]
        _claims(stream, opened, caps)
        turned = _poster(opened, stream, folder)
    made = folder / "made"
    with av.open(str(source), options=options) as opened:
        if not (_fits_as_it_is(opened, caps) and _copied(opened, made)):
            with av.open(str(source), options=options) as again:
                _encoded(again, made, caps, turned)
    told = _told_of_video(made)
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
    turned = int(getattr(shown, "rotation", 0) or 0) % 360
    image = shown.to_image().rotate(turned, expand=True)
    image.thumbnail((POSTER_SIDE, POSTER_SIDE))
    image.convert("RGB").save(folder / "poster", "JPEG", quality=84, optimize=True)
    return turned


def _fits_as_it_is(opened: Any, caps: Caps) -> bool:
    video = opened.streams.video[0].codec_context
    sound = opened.streams.audio[0].codec_context if opened.streams.audio else None
    says_when = opened.format.name.startswith("mov")  # Matroska leaves out when its first packets are to be decoded
    plain = says_when and video.name == "h264" and video.pix_fmt in ("yuv420p", "yuvj420p")
    small = max(video.width, video.height) <= caps.longest_side
    return plain and small and (sound is None or sound.name == "aac")


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


def _encoded(opened: Any, made: Path, caps: Caps, turned: int) -> None:
    """H.264 of at most 30 pictures a second, upright, and AAC in stereo."""
    import av

    source, sound = opened.streams.video[0], next(iter(opened.streams.audio), None)
    source.thread_type = "AUTO"
    width, height = _scaled(source.codec_context.width, source.codec_context.height, caps.longest_side)
    rate = min(max(math.ceil(source.average_rate or 25), 1), 30)
    with av.open(str(made), "w", format="mp4", options={"movflags": "faststart"}) as out:
        pictures = _Pictures(out, width, height, rate, turned)
        sounds = _Sounds(out) if sound is not None else None
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

    def __init__(self, out: Any, width: int, height: int, rate: int, turned: int) -> None:
        self.out, self.size, self.rate, self.turned = out, (width, height), rate, turned
        self.stream = out.add_stream("libx264", rate=rate, options=X264)
        self.stream.width, self.stream.height = (height, width) if turned in (90, 270) else (width, height)
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
    def __init__(self, out: Any) -> None:
        import av

        self.out = out
        self.stream = out.add_stream("aac", rate=48_000, layout="stereo")
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=48_000)

    def take(self, frame: Any) -> None:
        for piece in self.resampler.resample(frame):
            self.out.mux(self.stream.encode(piece))
        if frame is None:
            self.out.mux(self.stream.encode(None))


def _upright(frame: Any, turned: int) -> Any:
    from av import VideoFrame

    if not turned:
        return frame
    image = frame.to_image().rotate(turned, expand=True)
    return VideoFrame.from_image(image).reformat(format="yuv420p")  # type: ignore[no-untyped-call]


def _scaled(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """Even sides, as H.264 wants them."""
    by = min(1.0, longest_side / max(width, height))
    return max(2, int(width * by) // 2 * 2), max(2, int(height * by) // 2 * 2)


def _told_of_video(made: Path) -> dict[str, Any]:
    import av

    with av.open(str(made), options={"protocol_whitelist": "file"}) as opened:
        video = opened.streams.video[0]
        seconds = math.ceil((opened.duration or 0) / 1_000_000)
        first = next(opened.decode(video))
        turned = int(getattr(first, "rotation", 0) or 0) % 180
        width, height = video.codec_context.width, video.codec_context.height
    width, height = (height, width) if turned else (width, height)
    return {"content_type": "video/mp4", "width": width, "height": height, "seconds": seconds, "pages": 0}


# --- GIF ----------------------------------------------------------------------------------------------------------


def _gif(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
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


# --- PDF ----------------------------------------------------------------------------------------------------------


# ISO 32000-1, 7.7.3.3: what of a page is drawn, and how large. Its parent is the tree it stands in.
OF_A_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
NOT_DRAWN = {"/Metadata", "/PieceInfo", "/AF", "/Measure", "/PtData", "/LastModified"}
# In these the names are the page's own: a font may be called so.
HOLD_OWN_NAMES = {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/Properties"}
JPEG_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")
APPLICATIONS = range(0xE0, 0xF0)
WANTED_OF_APPLICATIONS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def _pdf(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
    """A new file with the pages alone: what runs, what is attached, who made it and with what stay behind."""
    import pikepdf

    with pikepdf.open(source) as old, pikepdf.new() as new:
        count = len(old.pages)
        if not count:
            raise Refused("unreadable")
        if count > caps.pages:
            raise Refused("too_many_pages")
        for page in old.pages:
            for name in set(page.obj.keys()) - OF_A_PAGE:
                del page.obj[name]
            new.pages.append(page)
        _say_nothing_about(new)
        new.save(folder / "made", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    width, height = _first_page(folder / "made", folder / "poster")
    return {"content_type": "application/pdf", "width": width, "height": height, "seconds": 0, "pages": count}


def _say_nothing_about(document: Any) -> None:
    """Takes from all that the pages reach what tells of it and is not drawn."""
    import pikepdf

    seen: set[tuple[int, int]] = set()
    ahead: list[tuple[Any, bool]] = [(page.obj, False) for page in document.pages]
    while ahead:
        thing, has_own_names = ahead.pop()
        if thing.is_indirect and thing.objgen in seen:
            continue
        seen.add(thing.objgen)
        if isinstance(thing, pikepdf.Array):
            ahead.extend((one, False) for one in thing if isinstance(one, pikepdf.Object))
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            for name in set() if has_own_names else NOT_DRAWN & set(thing.keys()):
                del thing[name]
            ahead.extend(
                (one, name in HOLD_OWN_NAMES) for name, one in thing.items() if isinstance(one, pikepdf.Object)
            )
        if isinstance(thing, pikepdf.Stream):
            _bare_jpeg_of(document, thing)


def _bare_jpeg_of(document: Any, stream: Any) -> None:
    import pikepdf

    filters, settings = (_listed(stream.get(name)) for name in ("/Filter", "/DecodeParms"))
    if not filters or filters[-1] not in (pikepdf.Name.DCTDecode, pikepdf.Name.DCT):
        return
    content = stream.read_raw_bytes()
    if len(filters) > 1:
        packed = pikepdf.Stream(document, content)
        packed.Filter = pikepdf.Array(filters[:-1])
        if settings:
            packed.DecodeParms = pikepdf.Array(settings[:-1])
        content = packed.read_bytes()
    own = settings[-1] if len(settings) == len(filters) else None
    stream.write(_bare_jpeg(content), filter=pikepdf.Name.DCTDecode, decode_parms=own)


def _listed(value: Any) -> list[Any]:
    import pikepdf

    return list(value) if isinstance(value, pikepdf.Array) else [value] if value is not None else []


def _bare_jpeg(content: bytes) -> bytes:
    """The JPEG without comments, applications' words and what follows its end (ITU-T T.81, annex B). Left are how
    sample, colours and profile are to be taken: JFIF, Adobe's APP14, ICC in APP2."""
    kept, at, in_pictures = [b"\xff\xd8"], max(content.find(b"\xff\xd8"), 0) + 2, False
    while marker := JPEG_MARKER.search(content, at):
        if in_pictures:
            kept.append(content[at : marker.start()])
        code, at = marker[1][0], marker.end()
        if code == 0xD9:
            break
        segment = content[at : at + max(2, int.from_bytes(content[at : at + 2]))]
        at, in_pictures = at + len(segment), code == 0xDA
        wanted = WANTED_OF_APPLICATIONS.get(code)
        told = code in APPLICATIONS and not (wanted and segment[2:].startswith(wanted))
        if code != 0xFE and not told:
            kept.append(b"\xff" + marker[1] + segment)
    else:
        kept.append(content[at:] if in_pictures else b"")
    return b"".join(kept) + b"\xff\xd9"


def _first_page(made: Path, poster: Path) -> tuple[int, int]:
    import pypdfium2

    document = pypdfium2.PdfDocument(made)
    page = document[0]
    width, height = page.get_size()  # points
    if not (1 <= width <= 15_000 and 1 <= height <= 15_000):
        raise Refused("too_many_pixels")
    image = page.render(scale=POSTER_SIDE / max(width, height)).to_pil()
    image.convert("RGB").save(poster, "JPEG", quality=84, optimize=True)
    return round(width), round(height)


if __name__ == "__main__":
    main()
