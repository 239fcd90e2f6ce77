"""The append-only file of accepted posts: one JSON line each, on disk before the network answers.

Judges of the product read this file and nothing else. Requests that wait at the same moment share one fsync. It
never changes or drops a line; only a tail torn by a crash in mid-write is cut off on start.
"""

from __future__ import annotations

import json
import os
import threading
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Line = dict[str, Any]


def utc_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_utc_text(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def whole_lines(path: Path) -> list[Line]:
    """Read a JSON-lines file and cut off what a crash left unfinished at its end."""
    if not path.exists():
        return []
    content = path.read_bytes()
    complete = content[: content.rfind(b"\n") + 1]
    if len(complete) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(complete))
    return [json.loads(line) for line in complete.splitlines() if line.strip()]


class AcceptanceFile:
    """Takes lines in order, writes them in groups, and tells each waiting request when its line is durable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._waiting: list[tuple[bytes, Future[None]]] = []
        self._closed = False
        self.lines = whole_lines(path)
        self._seq = max((int(line["seq"]) for line in self.lines), default=0)
        self._file = path.open("ab")
        self._writer = threading.Thread(target=self._write_groups, name="acceptances", daemon=True)
        self._writer.start()

    def append(self, line: Line) -> Future[None]:
        """Number the line and queue it. The caller answers its client only after `result()` of what this returns."""
        written: Future[None] = Future()
        with self._arrived:
            if self._closed:
                raise RuntimeError("The acceptance file is closed.")
            self._seq += 1
            numbered = {"seq": self._seq, **line}
            self.lines.append(numbered)
            text = json.dumps(numbered, ensure_ascii=False, separators=(",", ":"))
            self._waiting.append((text.encode() + b"\n", written))
            self._arrived.notify()
        return written

    def close(self) -> None:
        with self._arrived:
            self._closed = True
            self._arrived.notify()
        self._writer.join(timeout=10)
        self._file.close()

    def _write_groups(self) -> None:
        while True:
            with self._arrived:
                while not self._waiting and not self._closed:
                    self._arrived.wait()
                group, self._waiting = self._waiting, []
            if not group:
                return
            self._write(group)

    def _write(self, group: list[tuple[bytes, Future[None]]]) -> None:
        try:
            self._file.write(b"".join(line for line, _ in group))
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            for _, written in group:
                written.set_exception(error)
            return
        for _, written in group:
            written.set_result(None)
