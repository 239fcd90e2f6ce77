"""The HTTP server of the sandbox: routing, HTTP/1.1 with kept-alive connections, and dropped connections on demand.

Werkzeug's own server closes every connection; this handler reads each body whole, answers in one write and keeps the
connection. It knows no network; the modules bring their routes.
"""

from __future__ import annotations

import contextlib
import io
import select
import socket
import struct
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from integrations.sandbox import (
    bluesky,
    control,
    facebook_pages,
    figures,
    instagram,
    linkedin,
    mastodon,
    news,
    pages,
    threads,
    x,
)
from integrations.sandbox.faults import DropConnection
from integrations.sandbox.web import Handler, Rejected, Routes, Sandbox, answer

LARGEST_BODY = 60_000_000
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
MODULES: tuple[Routes, ...] = (
    linkedin.ROUTES,
    x.ROUTES,
    mastodon.ROUTES,
    bluesky.ROUTES,
    threads.ROUTES,
    facebook_pages.ROUTES,
    instagram.ROUTES,
    control.ROUTES,
    figures.ROUTES,
    pages.ROUTES,
    news.ROUTES,
)


@dataclass(slots=True)
class Application:
    """Finds the handler of a request and turns refusals into answers."""

    sandbox: Sandbox
    routes: Map

    @classmethod
    def of(cls, sandbox: Sandbox) -> Application:
        rules = [
            Rule(path, endpoint=handler, methods=[method], strict_slashes=False)
            for module in MODULES
            for method, path, handler in module
        ]
        return cls(sandbox, Map(rules, merge_slashes=False))

    def answer(self, request: Request) -> Response:
        if self.sandbox.settings.latency_ms and not request.path.startswith("/sandbox/"):
            time.sleep(self.sandbox.settings.latency_ms / 1000)
        try:
            handler, values = self.routes.bind_to_environ(request.environ).match()
            return _call(handler, self.sandbox, request, values)
        except Rejected as refusal:
            return refusal.response
        except HTTPException as error:
            return pages.problem(error)


def _call(handler: Handler, sandbox: Sandbox, request: Request, values: Mapping[str, object]) -> Response:
    return handler(sandbox, request, **values)


class Server(ThreadedWSGIServer):
    """One thread per connection; a connection marked for a reset is closed without a goodbye."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, _no_wsgi, handler=ConnectionHandler)
        self.application: Application | None = None

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            with contextlib.suppress(OSError):
                if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8) == RESET_ON_CLOSE:
                    self.close_request(request)
                    return
        super().shutdown_request(request)


def _no_wsgi(_environ: object, _start_response: object) -> list[bytes]:
    raise RuntimeError("The connection handler answers by itself.")


class ConnectionHandler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    rbufsize = 65_536
    server: Server
    _headers_buffer: list[bytes]

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.environ = self.make_environ()
        body = self._read_body()
        if body is None:
            self._write(Response("The body is too large.", status=413), close=True)
            return
        self.environ["wsgi.input"] = io.BytesIO(body)
        self.environ["CONTENT_LENGTH"] = str(len(body))
        try:
            self._write(self._answer(Request(self.environ)))
        except DropConnection as drop:
            self._drop(drop)

    def _answer(self, request: Request) -> Response:
        application = self.server.application
        if application is None:
            return Response("The sandbox is starting.", status=503)
        try:
            return application.answer(request)
        except DropConnection:
            raise
        except Exception:
            # A mistake of the sandbox itself: the client sees a 500, whoever runs it sees where.
            traceback.print_exc(file=sys.stderr)
            return answer({"error": "The sandbox itself failed; see its log."}, 500)

    def _read_body(self) -> bytes | None:
        if self.environ.get("wsgi.input_terminated"):
            body: bytes = self.environ["wsgi.input"].read(LARGEST_BODY + 1)
            return body if len(body) <= LARGEST_BODY else None
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length <= LARGEST_BODY else None

    def _write(self, response: Response, *, close: bool = False) -> None:
        body = b"" if self.command == "HEAD" else response.get_data()
        self.send_response(response.status_code)
        for name, value in response.get_wsgi_headers(self.environ):
            if name.lower() != "content-length":
                self.send_header(name, value)
        if response.status_code not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        if close or self.close_connection:
            self.send_header("Connection", "close")
        # One write for headers and body: two would wait for each other's acknowledgement.
        self._headers_buffer.append(b"\r\n")
        self.wfile.write(b"".join(self._headers_buffer) + body)
        self._headers_buffer = []

    def _drop(self, drop: DropConnection) -> None:
        until = time.monotonic() + drop.after
        while (left := until - time.monotonic()) > 0 and not self._client_left(min(left, 0.5)):
            pass
        if drop.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.close_connection = True

    def _client_left(self, wait: float) -> bool:
        readable, _, _ = select.select([self.connection], [], [], wait)
        if not readable:
            return False
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests carry tokens; none is logged."""
