"""How a curator's browser reaches the product where memory is measured: over HTTP to the real web server, or straight
into the application of this process. What is sent is read from the disk as it goes.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import requests
from django.test import Client

BETWEEN = "----a-part-begins-here"
FORM = f"multipart/form-data; boundary={BETWEEN}"


@dataclass(frozen=True)
class Answer:
    status: int
    text: str


class Door(Protocol):
    """`memory` names the processes that are measured."""

    memory: Memory

    def get(self, address: str) -> Answer: ...

    def send(self, address: str, body: BinaryIO, content_type: str) -> Answer: ...

    def size_of(self, address: str) -> int:
        """Bytes of a file that is fetched and forgotten piece by piece."""

    def let_work(self) -> None:
        """Workers get their turn."""


@dataclass(frozen=True)
class Memory:
    """Resident memory of processes as the system counts it (proc(5)), in megabytes: the largest of them."""

    pids: tuple[int, ...]

    def forget_peak(self) -> None:
        for pid in self.pids:
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak(self) -> float:
        return self._most("VmHWM:")

    def now(self) -> float:
        return self._most("VmRSS:")

    def _most(self, name: str) -> float:
        lines = [line for pid in self.pids for line in Path(f"/proc/{pid}/status").read_text().splitlines()]
        return max(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024 / 1e6


def family(pid: int) -> tuple[int, ...]:
    """A process and all that came of it so far."""
    children = [int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()]
    return (pid, *(one for child in children for one in family(child)))


class HttpDoor:
    """`signed_in` has a session of somebody; the server and its workers run beside."""

    def __init__(self, base: str, signed_in: Client, memory: Memory) -> None:
        self.base, self.memory, self.session = base, memory, requests.Session()
        for name, cookie in signed_in.cookies.items():
            self.session.cookies.set(name, cookie.value)
        self.session.headers.update({"Accept-Language": "en"})

    def get(self, address: str) -> Answer:
        return self._read(self.session.get(self.base + address, timeout=120))

    def send(self, address: str, body: BinaryIO, content_type: str) -> Answer:
        headers = {"Content-Type": content_type, "X-CSRFToken": self.session.cookies.get("csrf", "")}
        return self._read(self.session.post(self.base + address, data=body, headers=headers, timeout=300))

    def size_of(self, address: str) -> int:
        with self.session.get(self.base + address, stream=True, timeout=120) as answer:
            answer.raise_for_status()
            return sum(len(piece) for piece in answer.iter_content(1_048_576))

    def let_work(self) -> None:
        """They have it all the time."""

    @staticmethod
    def _read(answer: requests.Response) -> Answer:
        return Answer(answer.status_code, answer.text)


class InProcessDoor:
    """The same application without a server: its middlewares, its reading of bodies, its views."""

    def __init__(self, browser: Client, memory: Memory, work: Callable[[], object]) -> None:
        self.browser, self.memory, self.work = browser, memory, work

    def get(self, address: str) -> Answer:
        answer = self.browser.get(address, follow=True)
        return Answer(answer.status_code, answer.content.decode())

    def send(self, address: str, body: BinaryIO, content_type: str) -> Answer:
        size = body.seek(0, io.SEEK_END)
        body.seek(0)
        sent = {"CONTENT_TYPE": content_type, "CONTENT_LENGTH": str(size), "wsgi.input": body}
        answer = self.browser.generic("POST", address, **sent)  # type: ignore[arg-type]  # what a server puts there
        body.close()  # the answer keeps its request, and that keeps the body: no real server's does
        onward = getattr(answer, "url", "")
        return self.get(onward) if onward else Answer(answer.status_code, answer.content.decode())

    def size_of(self, address: str) -> int:
        pieces = self.browser.get(address).streaming_content  # type: ignore[attr-defined]  # it comes in pieces
        return sum(len(piece) for piece in pieces)

    def let_work(self) -> None:
        self.work()


def form_with(source: Path, into: Path, *, field: str, **typed: str) -> Path:
    """A form as a browser sends it (RFC 7578), laid on the disk beside its file."""
    with into.open("wb") as form, source.open("rb") as file:
        for name, value in typed.items():
            form.write(f'--{BETWEEN}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
        about = f'name="{field}"; filename="{source.name}"\r\nContent-Type: application/octet-stream'
        form.write(f"--{BETWEEN}\r\nContent-Disposition: form-data; {about}\r\n\r\n".encode())
        while piece := file.read(1_048_576):
            form.write(piece)
        form.write(f"\r\n--{BETWEEN}--\r\n".encode())
    return into
