"""What came with a request is gone with its answer, whoever still holds the request."""

from __future__ import annotations

import io
import weakref
from collections.abc import Iterable
from typing import Any

from advocacy.request_bodies import letting_go


def test_who_keeps_a_request_keeps_no_body() -> None:
    kept: list[dict[str, Any]] = []

    def application(environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        kept.append(environ)
        body = environ["wsgi.input"]
        return [body.readline(), body.read(3), *body, body.read()]

    source = io.BytesIO(b"first\nsecond\nthird")
    gone = weakref.ref(source)
    environ: dict[str, Any] = {"wsgi.input": source}
    del source
    answer = letting_go(application)(environ, lambda *_: lambda _piece: None)
    assert list(answer) == [b"first\n", b"sec", b"ond\n", b"third", b""]
    assert gone() is None
    assert kept[0]["wsgi.input"].read() == b""
