"""A real HTTP server on 127.0.0.1 that answers what a test tells it to, and keeps what it was asked."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings as django_settings
from django.test import override_settings


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> dict[str, str]:
        return {name: values[-1] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """`act` replaces the answer by a misbehaviour at the socket."""

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    act: Callable[[socket.socket], None] | None = None

    def bytes(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def hang(peer: socket.socket) -> None:
    time.sleep(1.6)  # longer than the call may take


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def drip(peer: socket.socket) -> None:
    """One byte of a header now and then: no single read ever times out."""
    try:
        for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 100:
            peer.sendall(bytes([letter]))
            time.sleep(0.05)
    except OSError:
        pass


def cut_short(peer: socket.socket) -> None:
    peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"id":')


class Peer:
    """Answers are given out per path; the last one of a path stays."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.port = int(server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        self._otherwise = Answer(404, {"error": "nothing here"})

    def tell(self, path: str, *answers: Answer) -> None:
        self._answers[path] = list(answers)

    def tell_any(self, answer: Answer) -> None:
        self._answers.clear()
        self._otherwise = answer

    def answer_to(self, path: str) -> Answer:
        waiting = self._answers.get(path)
        if not waiting:
            return self._otherwise
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


class _Handler(BaseHTTPRequestHandler):
    peer: Peer

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.peer.asked.append(Asked(self.command, parts.path, parse_qs(parts.query), headers, body))
        answer = self.peer.answer_to(parts.path)
        if answer.act:
            answer.act(self.connection)
            self.close_connection = True
            return
        content = answer.bytes()
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # the names http.server calls

    def log_message(self, *_: object) -> None:
        """Tests keep what was asked; stderr stays quiet."""


@contextmanager
def running_peer(certificate: Path | None = None) -> Iterator[Peer]:
    handler = type("Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a reset we made ourselves
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    peer = Peer(server)
    handler.peer = peer  # type: ignore[attr-defined]  # declared on the base
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        engine = {**django_settings.ENGINE, "connect_timeout": 1.0, "call_timeout": 1.0}
        with override_settings(OUTBOUND_ALLOWED_HOSTS=[f"127.0.0.1:{peer.port}"], SANDBOX_URL=peer.url, ENGINE=engine):
            yield peer
    finally:
        server.shutdown()
        server.server_close()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
