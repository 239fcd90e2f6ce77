"""Where a company's media lie: by the SHA-256 of the bytes that will be posted, apart from every other company's.

Bytes under a hash never change. What may be uploaded and how it is decoded is `picture_decoding.py`'s and
`file_decoding.py`'s; which disk or bucket it is, `media_folder.py` and `media_bucket.py`'s.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Iterator, Mapping
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


def copy_media(organization_id: int, sha256: str, into: Path) -> None:
    """Onto this machine's disk, surely the bytes of the hash. Raises `FileNotFoundError` or `MediaDamaged`."""
    with opened_media(organization_id, sha256) as file, into.open("wb") as copy:
        shutil.copyfileobj(file, copy, PIECE)


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


def piece_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def keep_piece(organization_id: int, upload: str, offset: int, content: bytes) -> str:
    """Answers its hash. By place and hash: whatever else comes for the same place lies beside it, never over it."""
    sha256 = piece_hash(content)
    store().save(_piece(organization_id, upload, offset, sha256), ContentFile(content))
    return sha256


def read_piece(organization_id: int, upload: str, offset: int, sha256: str) -> bytes:
    """Raises `FileNotFoundError` where it is gone."""
    with store().open(_piece(organization_id, upload, offset, sha256), "rb") as piece:
        return cast("bytes", piece.read())


def join_pieces(organization_id: int, upload: str, pieces: Mapping[int, str], into: Path) -> None:
    """`pieces`: where each begins, and its hash."""
    with into.open("wb") as whole:
        for offset in sorted(pieces):
            whole.write(read_piece(organization_id, upload, offset, pieces[offset]))


def drop_pieces(organization_id: int, upload: str) -> None:
    """All that lies there, also what calls that were cut or lost a race have left; in a folder, that folder too."""
    place = _place_of_pieces(organization_id, upload)
    with contextlib.suppress(FileNotFoundError):
        for name in store().listdir(place)[1]:
            store().delete(f"{place}/{name}")
    with contextlib.suppress(OSError):  # a call that comes at this instant left something in it
        store().delete(place)


def _place_of_pieces(organization_id: int, upload: str) -> str:
    return f"incoming/{organization_id}/{upload}"


def _piece(organization_id: int, upload: str, offset: int, sha256: str) -> str:
    return f"{_place_of_pieces(organization_id, upload)}/{offset}-{sha256[:32]}"
