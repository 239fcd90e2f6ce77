"""PDFs: a new file with what of the pages is drawn, and nothing that runs, is attached or tells of its making."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from integrations.media_cage.caps import POSTER_SIDE, Caps, Refused

# ISO 32000-1, 7.7.3.3: what of a page is drawn, and how large. Its parent is the tree it stands in.
OF_A_PAGE = {"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group"}
NOT_DRAWN = {"/Metadata", "/PieceInfo", "/AF", "/Measure", "/PtData", "/LastModified"}
# In these the names are the page's own: a font may be called so.
HOLD_OWN_NAMES = {"/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/XObject", "/Font", "/Properties"}
JPEG_MARKER = re.compile(rb"\xff+([^\x00\x01\xd0-\xd8\xff])")
APPLICATIONS = range(0xE0, 0xF0)
WANTED_OF_APPLICATIONS = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}


def document(source: Path, folder: Path, caps: Caps) -> dict[str, Any]:
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
