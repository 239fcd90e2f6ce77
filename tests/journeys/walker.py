"""A person at a real browser: clicks by words, counts the clicks on our own pages, keeps a picture of every screen.

A kind of page seen for the first time may not be wider than the screen, and axe-core looks at it at one of the sizes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, ViewportSize

SIZES = {"320": ViewportSize(width=320, height=640), "1280": ViewportSize(width=1280, height=860)}
# On a picture of the whole page, what sticks to the screen would stand in its middle, and late pictures be missing.
READY_FOR_PICTURE = """async () => {
  for (const stuck of document.querySelectorAll('.dock, .bar')) stuck.style.position = 'static';
  for (const image of document.querySelectorAll('img[loading=lazy]')) image.loading = 'eager';
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
}"""
AFTER_PICTURE = "for (const stuck of document.querySelectorAll('.dock, .bar')) stuck.style.position = ''"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
PICTURES = Path("screenshots")


class Walker:
    """One browser with its own cookies."""

    def __init__(self, browser: Browser, base: str, size: str, journey: str, seen: set[tuple[str, str]]) -> None:
        self.base = base
        self.size = size
        self.journey = journey
        self.seen = seen  # kinds of pages that were looked at closely, over all journeys
        self.wrong: list[str] = []
        self.clicks = 0
        self._pictures = 0
        self._context = browser.new_context(
            viewport=SIZES[size], has_touch=size == "320", base_url=base, reduced_motion="reduce", locale="en-GB"
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(15_000)

    def close(self) -> None:
        self._context.close()

    # --- going ------------------------------------------------------------------------------

    def open(self, address: str, name: str) -> None:
        self.page.goto(address)
        self.look(name)

    def button(self, words: str | re.Pattern[str], name: str) -> None:
        """Press a button, and look at the screen that follows."""
        self.click(self.page.locator("main").get_by_role("button", name=words).first)
        self.look(name)

    def link(self, words: str, name: str) -> None:
        self.click(self.page.locator("main").get_by_role("link", name=words).first)
        self.look(name)

    def menu(self, words: str, name: str) -> None:
        """One of the pages beside the page; on a phone behind the button *Menu*."""
        if self.size == "320":
            self.click(self.page.get_by_role("button", name="Menu"))
        self.click(self.page.locator("#menu").get_by_role("link", name=words))
        self.look(name)

    def tick(self, words: str) -> None:
        """A radio button or a box, by the words beside it."""
        self.click(self.page.locator("main label").filter(has_text=words).first)

    def write(self, label: str, text: str) -> None:
        fields = self.page.locator("main :is(input, textarea)")
        self.page.get_by_label(label).and_(fields).first.fill(text)

    def click(self, target: Locator) -> None:
        self.clicks += self.is_ours()
        target.click()

    def is_ours(self) -> bool:
        """One of the product's pages; the networks' and the demo's mailbox are counted apart."""
        place = urlsplit(self.page.url)
        return f"{place.scheme}://{place.netloc}" == self.base and not place.path.startswith("/mailbox/")

    def says(self, words: str) -> bool:
        return words in " ".join(self.page.inner_text("body").split())

    def until_it_says(self, words: str, *, again: Callable[[], object], seconds: float = 30) -> None:
        """Look again every half second, as a person would reload."""
        for _ in range(int(seconds * 2)):
            if self.says(words):
                return
            self.page.wait_for_timeout(500)
            again()
        raise AssertionError(f"{self.page.url} does not say “{words}”: {self.page.inner_text('main')[:800]}")

    # --- the mail ---------------------------------------------------------------------------

    def follow_mail(self, to: str, subject: str, link: str, name: str) -> None:
        """The newest mail to that address, opened in Mailbox, and its link followed. That click counts."""
        mailbox = f"/mailbox/?to={to}"
        self.page.goto(mailbox)
        self.until_it_says(subject, again=lambda: self.page.goto(mailbox))
        self.look("mailbox")
        self.page.get_by_role("link", name=subject).first.click()
        self.look("mail")
        self.clicks += 1
        letter = self.page.frame_locator("iframe") if self.page.locator("iframe").count() else self.page
        letter.get_by_role("link", name=link).first.click()
        self.page.wait_for_url(lambda address: "/mailbox/" not in address)
        self.look(name)

    # --- looking ----------------------------------------------------------------------------

    def look(self, name: str) -> None:
        """A picture of the whole screen, and what is wrong with it."""
        self.page.wait_for_load_state("load")
        self._pictures += 1
        PICTURES.mkdir(exist_ok=True)
        picture = PICTURES / f"{self.journey}-{self._pictures:02d}-{name}.{self.size}.png"
        self.page.evaluate(READY_FOR_PICTURE)
        self.page.screenshot(path=picture, full_page=True)
        self.page.evaluate(AFTER_PICTURE)
        place = f"{name} at {self.size} px ({urlsplit(self.page.url).path})"
        if not self.page.url.startswith(self.base) or (name, self.size) in self.seen:
            return
        self.seen.add((name, self.size))
        wide = self.page.evaluate(TOO_WIDE)
        if wide > 0:
            self.wrong.append(f"{place}: {wide} px wider than the screen")
        if list(SIZES)[len(name) % 2] != self.size:
            return  # axe takes a second: each kind of page has its look at one of the sizes, half of them at each
        for one in Axe().run(self.page).response["violations"]:
            nodes = ", ".join(str(node["target"][0]) for node in one["nodes"][:3])
            self.wrong.append(f"{place}: axe {one['id']}: {nodes}")
