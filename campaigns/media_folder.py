"""Media in a folder of this machine: `settings.STORAGES["media"]` where no bucket is named.

Bytes under a name never change, so a name that is taken holds them already. Nothing is public: whoever may see a file
gets it through our own addresses.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

PIECE = 262_144  # bytes in the memory at once


class MediaFolder(FileSystemStorage):
    """Written beside, synced and renamed: a crash half-way leaves no file under the name."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002  # Django's own
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            try:
                for piece in content.chunks(PIECE):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            except BaseException:
                os.unlink(file.name)
                raise
        os.chmod(file.name, 0o640)
        os.replace(file.name, path)
        return name

    def pieces(self, name: str, first: int, last: int) -> Iterator[bytes]:
        """The bytes from `first` to `last`, both among them, a piece at a time."""
        with self.open(name, "rb") as file:
            file.seek(first)
            left = last + 1 - first
            while left > 0 and (piece := file.read(min(PIECE, left))):
                left -= len(piece)
                yield piece
