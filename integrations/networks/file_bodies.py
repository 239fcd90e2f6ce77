"""A large file on its way to a network, in pieces: never whole in our memory, and anew from its start when repeated."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

from integrations import http

PIECE = 262_144  # bytes
LONGEST = 300.0  # seconds, for all pieces of one file


@dataclass(frozen=True, slots=True)
class FileBody:
    """The body of one request. `size` is the file's alone, in bytes."""

    file: BinaryIO
    size: int
    before: bytes = b""
    after: bytes = b""

    def __len__(self) -> int:
        return len(self.before) + self.size + len(self.after)

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(0)
        if self.before:
            yield self.before
        while piece := self.file.read(PIECE):
            yield piece
        if self.after:
            yield self.after


@dataclass(frozen=True, slots=True)
class FileForm:
    """A form with one file, as a browser would send it (RFC 7578)."""

    body: FileBody
    headers: dict[str, str]


def file_form(fields: Mapping[str, str], file: BinaryIO, size: int, *, name: str, content_type: str) -> FileForm:
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
    before = "".join([*parts, head, f"Content-Type: {content_type}\r\n\r\n"]).encode()
    body = FileBody(file, size, before, f"\r\n--{mark}--\r\n".encode())
    return FileForm(body, {"Content-Type": f"multipart/form-data; boundary={mark}"})


def long_call() -> http.Timeout:
    """For one such file: what a share's lease leaves beside the calls before and after it."""
    return http.Timeout(float(settings.ENGINE["connect_timeout"]), _most())


def within_a_lease() -> AbstractContextManager[None]:
    """Bringing a file there and waiting for it, all in all."""
    return http.all_within(_most())


def piece_by_piece() -> AbstractContextManager[None]:
    """A file in many short calls, and waiting for it: its share's lease is kept alive meanwhile, like a picture's."""
    return http.all_within(LONGEST)


def _most() -> float:
    """Seconds. Three quarters of a lease, so that another worker never begins beside this one."""
    return float(settings.ENGINE["lease"]) * 0.75
