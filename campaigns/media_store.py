"""Where a company's media lie: by the SHA-256 of the bytes that will be posted, apart from every other company's.

Bytes under a hash never change. What may be uploaded and how it is decoded is `picture_decoding.py`'s and
`file_decoding.py`'s; which disk or bucket it is, `media_folder.py` and `media_bucket.py`'s.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import storages

from accounts.tenancy import acting_organization_id

PIECE = 1_048_576  # bytes in the memory at once


class MediaDamaged(OSError):
    """The stored bytes are no longer those of their hash: a disk or a hand changed them."""


def media_name(organization_id: int, sha256: str) -> str:
    """Never shown to anybody. By id, because the engine's threads read media without a database."""
    return f"pictures/{organization_id}/{sha256[:2]}/{sha256}"


def media_path(organization_id: int, sha256: str) -> Path:
    """On this machine, where media lie in a folder."""
    return Path(settings.MEDIA_ROOT) / media_name(organization_id, sha256)


def store() -> Any:
    """`MediaFolder` or `MediaBucket`."""
    return storages["media"]


def keep_media(organization_id: int, content: bytes) -> str:
    """Keep the bytes once; answers their hash. A crash half-way leaves no file under the hash's name."""
    sha256 = hashlib.sha256(content).hexdigest()
    _keep(media_name(organization_id, sha256), ContentFile(content))
    return sha256


def keep_media_file(organization_id: int, path: Path) -> str:
    """As `keep_media`, for what is too large to be held in the memory."""
    with path.open("rb") as file:
        sha256 = _hash(file)
        file.seek(0)
        _keep(media_name(organization_id, sha256), File(file))
    return sha256


def _keep(name: str, content: File[Any]) -> None:
    if not store().exists(name):
        store().save(name, content)


def read_media(organization_id: int, sha256: str) -> bytes:
    """The bytes as they lie there. The engine, which reads in threads, hashes what it uploads itself."""
    with store().open(media_name(organization_id, sha256), "rb") as file:
        return cast("bytes", file.read())


@contextmanager
def opened_media(organization_id: int, sha256: str) -> Iterator[BinaryIO]:
    """The file at its start, surely the bytes of the hash. Raises `FileNotFoundError` or `MediaDamaged`."""
    with store().open(media_name(organization_id, sha256), "rb") as file:
        if _hash(file) != sha256:
            raise MediaDamaged(sha256)
        file.seek(0)
        yield cast("BinaryIO", file)


def media_pieces(organization_id: int, sha256: str, first: int, last: int) -> Iterator[bytes]:
    """The bytes from `first` to `last`, both among them, a piece at a time, as they lie there. Raises
    `FileNotFoundError` at once."""
    name = media_name(organization_id, sha256)
    if not store().exists(name):
        raise FileNotFoundError(name)
    return cast("Iterator[bytes]", store().pieces(name, first, last))


def media_bytes(sha256: str) -> bytes:
    """The acting organization's picture, surely the bytes of the hash.

    Raises `FileNotFoundError` or `MediaDamaged`.
    """
    content = read_media(acting_organization_id(), sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise MediaDamaged(sha256)
    return content


def _hash(file: IO[bytes] | File[Any]) -> str:
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


# --- what is on its way here: piece by piece, until it is whole and was opened ------------------------------------


def keep_piece(organization_id: int, upload: str, number: int, content: bytes) -> None:
    """Again under the same number, it takes the place of what a cut call may have left."""
    name = _piece(organization_id, upload, number)
    store().save(name, ContentFile(content))


def join_pieces(organization_id: int, upload: str, count: int, into: Path) -> None:
    with into.open("wb") as whole:
        for number in range(count):
            with store().open(_piece(organization_id, upload, number), "rb") as piece:
                whole.write(piece.read())


def drop_pieces(organization_id: int, upload: str, count: int) -> None:
    """One more than were counted: a call that was cut may have left it."""
    for number in range(count + 1):
        with contextlib.suppress(FileNotFoundError):
            store().delete(_piece(organization_id, upload, number))


def _piece(organization_id: int, upload: str, number: int) -> str:
    return f"incoming/{organization_id}/{upload}/{number}"
