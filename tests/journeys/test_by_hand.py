"""Posting by hand on a phone, at a public and at a private place: out to its window and back to the one question."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Walking
from tests.journeys.installation import Running
from tests.journeys.main_road import WORDS, approve, begin, to_tell
from tests.journeys.walker import Walker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ELSEWHERE = re.compile(r"https://(www\.xing\.com|wa\.me)/")


def test_out_to_a_window_and_back(walking: Walking, running: Running, invited: dict[str, str]) -> None:
    walker = walking("320", "by-hand")
    context = walker.page.context
    # Nobody calls the real ones.
    context.route(ELSEWHERE, lambda route: route.fulfill(body="<p>A window</p>", content_type="text/html"))
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=walker.base)
    first = begin(walker, invited["windows-320"])
    walker.tick("XING")  # at a network of the first road, its people would be set apart from this post
    walker.tick("Now")
    approve(walker, "by-hand")
    window = out_and_back(walker, "Copy it and open XING")
    assert window.startswith("https://www.xing.com/")  # its share window, or its home for a story without a link
    assert WORDS in str(walker.page.evaluate("navigator.clipboard.readText()"))
    walker.button("It's out", "queue-by-hand")
    assert walker.says("It counts as posted, on your word.")

    walker.page.goto(running.company)
    begin_another(walker, besides=first)
    walker.tick("WhatsApp")
    walker.tick("Now")
    walker.button("Look it over", "approval")
    walker.button("Approve this text", "by-hand-private")
    window = out_and_back(walker, "Copy it and open WhatsApp")
    assert WORDS in parse_qs(urlsplit(window).query)["text"][0]
    assert walker.page.get_by_label("Address of your post").count() == 0
    walker.button("It's out", "queue-by-hand")
    assert walker.says("Nobody asks you to prove what you send there.")


def begin_another(walker: Walker, *, besides: str) -> None:
    cards = to_tell(walker).filter(has_not_text=besides)
    walker.go(cards.first.locator("form[action$='/share/'] button"), "composer")
    walker.write("Your words", WORDS)


def out_and_back(walker: Walker, words: str) -> str:
    """One tap copies and opens; whoever comes back stands before the question."""
    page = walker.page
    with page.expect_popup() as opened:
        walker.click(page.get_by_role("link", name=words))
    window: Page = opened.value
    window.wait_for_url(ELSEWHERE)
    address = window.url
    window.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")  # a browser without a screen keeps every page in front
    expect(page.get_by_role("heading", name="Is it out?")).to_be_focused()
    return address
