"""Lets go of a request's body with its answer.

Django's requests hang together in circles (each holds its user, which holds the request), so they lie about until
Python next looks for such; meanwhile each would keep the server's input, and with it as much as was last read of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Body:
    """A server's input (PEP 3333), which is over once `let_go` was called."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def read(self, size: int = -1) -> bytes:
        return bytes(self._source.read(size)) if self._source is not None else b""

    def readline(self, size: int = -1) -> bytes:
        return bytes(self._source.readline(size)) if self._source is not None else b""

    def readlines(self, hint: int = -1) -> list[bytes]:
        return list(self._source.readlines(hint)) if self._source is not None else []

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.readline, b"")

    def let_go(self) -> None:
        self._source = None


def letting_go(application: WSGIApplication) -> WSGIApplication:
    """Whatever a view reads it has read when it answers, also where its answer comes in pieces."""

    def answered(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"] = Body(environ["wsgi.input"])
        try:
            return application(environ, start_response)
        finally:
            body.let_go()

    return answered
