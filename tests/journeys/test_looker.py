"""A look at a page does not depend on the pages before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from tests.journeys.looker import Looker
from tests.journeys.page_list import Visit

pytestmark = pytest.mark.browser


class Echo(BaseHTTPRequestHandler):
    """A page that shows the cookies it was asked with, and sets the one that its path names."""

    def do_GET(self) -> None:  # noqa: N802  # as it is looked for
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", f"{self.path.strip('/') or 'csrf'}=left; Path=/")
        self.end_headers()
        self.wfile.write(f"<p>{self.headers['Cookie'] or ''}</p>".encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_a_page_leaves_behind_is_gone_before_the_next(unpainted: Browser, address: str) -> None:
    looker = Looker(unpainted, address, has_axe=False)

    def asked_with(session: str, path: str = "/") -> str:
        assert looker.open(Visit("page", path, session))
        return looker.page.inner_text("p")

    assert asked_with("ada", "/language") == "session=ada"
    assert asked_with("ada", "/session") == "session=ada"
    assert asked_with("ada") == "session=ada"
    assert asked_with("ada") == "session=ada; csrf=left"
    assert asked_with("") == ""
    looker.close()
