"""Videos, GIFs and PDFs for tests: small honest ones that hold a secret, and files made to hurt whoever opens them."""

from __future__ import annotations

import io
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pikepdf
from av.bitstream import BitStreamFilterContext
from PIL import Image

SECRET = "SECRETPLACE"


def video(path: Path, kind: str = "mp4", codec: str = "libx264", size: tuple[int, int] = (96, 64)) -> bytes:
    """Two fifths of a second."""
    with av.open(str(path), "w", format=kind) as out:
        out.metadata.update({"title": SECRET, "location": f"+52.2+21.0/{SECRET}", "comment": SECRET})
        stream: Any = out.add_stream(codec, rate=25)
        stream.width, stream.height = size
        stream.pix_fmt = {"prores": "yuv422p10le", "rawvideo": "rgb24"}.get(codec, "yuv420p")
        for number in range(10):
            frame = av.VideoFrame.from_image(Image.new("RGB", size, (number * 20, 90, 90)))  # type: ignore[no-untyped-call]
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path.read_bytes()


def noisy_video(path: Path) -> int:
    """A second of it that hardly packs, with as much silence; answers its bytes."""
    with av.open(str(path), "w", format="mp4") as out:
        stream: Any = out.add_stream("libx264", rate=25, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = 480, 320, "yuv420p"
        sound: Any = out.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(25):
            frame = av.VideoFrame.from_image(Image.effect_noise((480, 320), 40 + number))  # type: ignore[no-untyped-call]
            out.mux(stream.encode(frame))
            out.mux(sound.encode(_silence(1_920, at=number * 1_920)))
        out.mux(stream.encode(None))
        out.mux(sound.encode(None))
    return path.stat().st_size


def _silence(samples: int, at: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=samples)
    frame.sample_rate, frame.pts, frame.time_base = 48_000, at, Fraction(1, 48_000)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    return frame


def telling_video(path: Path) -> bytes:
    """As a camera writes it: what it knows stands between the pictures' units."""
    said = f"h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+{SECRET}"
    with av.open(io.BytesIO(video(path)), "r") as plain, av.open(str(path), "w", format="mp4") as out:
        stream = plain.streams.video[0]
        target = out.add_stream_from_template(stream)
        words = BitStreamFilterContext(said, stream, target)
        for packet in plain.demux(stream):
            for one in words.filter(packet) if packet.dts is not None else ():
                one.stream = target
                out.mux(one)
    return path.read_bytes()


def longer_than_said(path: Path) -> bytes:
    """A Matroska file of two pictures half an hour and more apart, whose head tells of a second."""
    with av.open(str(path), "w", format="matroska") as out:
        stream: Any = out.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for at in (0, 2_000):
            frame = av.VideoFrame.from_image(Image.new("RGB", (96, 64)))  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = at * 25, Fraction(1, 25)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    content = path.read_bytes()
    at = content.index(b"\x44\x89\x88") + 3  # Duration, in milliseconds
    return content[:at] + struct.pack(">d", 1_000.0) + content[at + 8 :]


def gif(frames: int = 4) -> bytes:
    images = [Image.effect_noise((40, 30), number * 9 + 5).convert("P") for number in range(frames)]
    target = io.BytesIO()
    images[0].save(
        target, "GIF", save_all=True, append_images=images[1:], duration=120, loop=0, comment=SECRET.encode()
    )
    return target.getvalue()


def telling_jpeg() -> bytes:
    target, about = io.BytesIO(), Image.Exif()
    about[0x010F] = SECRET
    Image.effect_noise((40, 30), 50).convert("RGB").save(
        target, "JPEG", exif=about, comment=SECRET.encode(), icc_profile=b"PROFILE", progressive=True
    )
    return target.getvalue() + SECRET.encode()


def telling_pdf() -> bytes:
    """A drawn photograph and a font's name; page, picture and photograph tell of their making."""
    made, target = pikepdf.new(), io.BytesIO()
    photo = pikepdf.Stream(made, telling_jpeg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
    photo.Width, photo.Height, photo.BitsPerComponent = 40, 30, 8
    photo.ColorSpace, photo.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
    photo.Metadata = pikepdf.Stream(made, SECRET.encode())
    page = made.add_blank_page(page_size=(400, 600)).obj
    page.Contents = pikepdf.Stream(made, b"q 400 0 0 600 0 0 cm /AF Do Q")
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(AF=photo))
    page.AF = pikepdf.Array([pikepdf.Dictionary(Type=pikepdf.Name.Filespec, F=SECRET)])
    page.VP = pikepdf.Array([pikepdf.Dictionary(Measure=pikepdf.Dictionary(GCS=SECRET))])
    page["/OwnKey"] = pikepdf.String(SECRET)
    made.save(target)
    return target.getvalue()


def pdf(pages: int = 3) -> bytes:
    made, target = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        made.add_blank_page(page_size=(400, 600))
    made.docinfo["/Author"] = SECRET
    made.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=SECRET)
    made.save(target)
    return target.getvalue()


# --- bombs --------------------------------------------------------------------------------------------------------


def claiming_video(path: Path, side: int = 30_000) -> bytes:
    """A few small pictures that call themselves so wide and high."""
    content = video(path, "mov", "rawvideo")
    at = content.index(b"raw ", content.index(b"stsd")) + 28  # behind the codec's name: width and height
    return content[:at] + struct.pack(">HH", side, side) + content[at + 4 :]


def huge_gif() -> bytes:
    screen = b"GIF89a" + struct.pack("<HH", 65_000, 65_000) + b"\x80\0\0\0\0\0\xff\xff\xff"
    return screen + b"\x2c" + struct.pack("<HHHH", 0, 0, 65_000, 65_000) + b"\0\x02\x02\x44\x01\0\x3b"


def unpacking_pdf(megabytes: int) -> bytes:
    """One page whose drawing unpacks to that much: one block of it is packed, and stands there again and again."""
    packer, block = zlib.compressobj(9), b"0 0 m 1 1 l S \n\n" * 65_536
    first, again = (packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    packed = first + again * (megabytes - 1) + packer.flush()
    made, target = pikepdf.new(), io.BytesIO()
    page = made.add_blank_page(page_size=(400, 600))
    page.obj.Contents = pikepdf.Stream(made, b"")
    page.obj.Contents.write(packed, filter=pikepdf.Name.FlateDecode)
    made.save(target)
    return target.getvalue()
