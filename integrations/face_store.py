"""Where the pictures of people's accounts lie: each connection's own, by the SHA-256 of what we encoded.

Shown to the account's person alone; a small picture that is no longer shown is deleted, not kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings

from integrations.models import Connection


def keep_face(connection: Connection, content: bytes) -> str:
    """Keep the bytes; answers their hash. A crash half-way leaves no file under the hash's name."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = _path(connection, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o640)
    os.replace(file.name, path)
    return sha256


def read_face(connection: Connection) -> bytes | None:
    """The bytes of the picture that the connection shows; None where they are gone or damaged."""
    try:
        content = _path(connection, connection.avatar_sha256).read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == connection.avatar_sha256 else None


def forget_face(connection: Connection, sha256: str) -> None:
    """Delete a picture that is no longer shown."""
    with contextlib.suppress(OSError):  # gone already, or a disk that will not: nobody can see it either way
        _path(connection, sha256).unlink()


def _path(connection: Connection, sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "faces" / str(connection.organization_id) / connection.public_id / sha256
