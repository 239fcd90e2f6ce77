"""Where a company's pictures lie: by the SHA-256 of the bytes that will be posted, apart from every other company's.

Bytes under a hash never change. What may be uploaded and how it is decoded is `picture_decoding.py`'s.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from accounts.tenancy import acting_organization_id


class MediaDamaged(OSError):
    """The stored bytes are no longer those of their hash: a disk or a hand changed them."""


def media_path(organization_id: int, sha256: str) -> Path:
    """Never shown to anybody. By id, because the engine's threads read pictures without a database."""
    return Path(settings.MEDIA_ROOT) / "pictures" / str(organization_id) / sha256[:2] / sha256


def keep_media(organization_id: int, content: bytes) -> str:
    """Keep the bytes once; answers their hash. A crash half-way leaves no file under the hash's name."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = media_path(organization_id, sha256)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(file.name, 0o640)
        os.replace(file.name, path)
    return sha256


def read_media(organization_id: int, sha256: str) -> bytes:
    """The bytes as they lie there. The engine, which reads in threads, hashes what it uploads itself."""
    return media_path(organization_id, sha256).read_bytes()


def media_bytes(sha256: str) -> bytes:
    """The acting organization's picture, surely the bytes of the hash.

    Raises `FileNotFoundError` or `MediaDamaged`.
    """
    content = read_media(acting_organization_id(), sha256)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise MediaDamaged(sha256)
    return content
