"""A person in a real browser at the server's own pages: they sign in there and say yes to our app."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, sync_playwright

from tests.journeys.browsers import NOT_RUN, chromium_path
from tests.peers.installing import PeerTrouble

BACK = "/connect/back/"
PATIENCE_MS = 20_000
SignIn = Callable[[Page], None]  # up to and with the button that says yes


def allow(address: str, sign_in: SignIn) -> str:
    """Answers the address that the server sends the person back to; nobody listens there, and nobody needs to."""
    path = chromium_path()
    if not path:
        raise PeerTrouble(NOT_RUN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            return _walk(browser.new_page(), address, sign_in)
        finally:
            browser.close()


def _walk(page: Page, address: str, sign_in: SignIn) -> str:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    with page.expect_request(lambda asked: BACK in asked.url) as way_back:
        sign_in(page)
    return way_back.value.url
