"""A person in a real browser at the server's own pages: they sign in there and say yes to our app."""

from __future__ import annotations

from playwright.sync_api import Page, sync_playwright

from tests.journeys.browsers import NOT_RUN, chromium_path
from tests.peers.bluesky_peer import PersonThere
from tests.peers.installing import PeerTrouble

BACK = "/connect/back/"
PATIENCE_MS = 20_000


def allow(address: str, person: PersonThere) -> str:
    """Answers the address that the server sends the person back to; nobody listens there, and nobody needs to."""
    path = chromium_path()
    if not path:
        raise PeerTrouble(NOT_RUN)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            return _walk(browser.new_page(), address, person)
        finally:
            browser.close()


def _walk(page: Page, address: str, person: PersonThere) -> str:
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.get_by_role("button", name="Sign in").click()
    page.locator("input[name=username]").fill(person.handle)
    page.locator("input[name=password]").fill(person.password)
    page.locator("button[type=submit]").click()
    with page.expect_request(lambda asked: BACK in asked.url) as way_back:
        page.get_by_role("button", name="Authorize").click()
    return way_back.value.url
