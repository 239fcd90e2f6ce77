"""Pictures and videos lent to a network that fetches them: nobody can guess the address, and it ends with the call.

The bytes lie in a file of their own for as long as the network works on them; the signed ticket in the address names
it for ten minutes at most. No account, company or share can be read from either. No database is asked: engine threads
lend, and the web gives out.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core import signing
from django.urls import reverse

SALT = "lent picture"
GOOD_FOR = 600  # seconds; longer than any network may work on it
LEFT_AFTER = 3_600  # a worker that was killed takes nothing back: the next loan does


@dataclass(frozen=True, slots=True)
class Lent:
    """`file` is open; whoever asked closes it."""

    file: BinaryIO
    content_type: str


@contextmanager
def lent(content: bytes | BinaryIO, content_type: str) -> Iterator[str]:
    """The public address of this file, inside the block and no longer. What is large comes open, from its start."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _take_back_left(folder)
    name = secrets.token_hex(16)
    path = folder / name
    try:
        with path.open("wb") as copy:
            if isinstance(content, bytes):
                copy.write(content)
            else:
                shutil.copyfileobj(content, copy)
        path.chmod(0o640)
        ticket = signing.dumps([name, content_type], salt=SALT)
        yield settings.SITE_ADDRESS.rstrip("/") + reverse("lent_picture", args=[ticket])
    finally:
        path.unlink(missing_ok=True)


def find_lent(ticket: str) -> Lent | None:
    """What is behind an address, while it is lent."""
    try:
        name, content_type = signing.loads(ticket, salt=SALT, max_age=GOOD_FOR)
        return Lent((_folder() / name).open("rb"), content_type)
    except (signing.BadSignature, FileNotFoundError):
        return None


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "lent"


def _take_back_left(folder: Path) -> None:
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - LEFT_AFTER:
                path.unlink(missing_ok=True)
