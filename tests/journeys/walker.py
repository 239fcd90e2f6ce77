"""A person at a real browser: finds things by their role and their words, in the browser's language, and counts the
clicks on our own pages. Some use no pointer, some no JavaScript, some see dark pages.

Every page on the way is looked at: it speaks the person's language, and a kind of page seen for the first time may not
be wider than the screen and gets a look by axe-core.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Locator, Page

from tests.journeys import keeping
from tests.journeys.seats import Kind, Seats

MOST_TABS = 160


class Walker:
    def __init__(
        self,
        seats: Seats,
        size: str,
        journey: str,
        seen: set[tuple[str, str]],
        *,
        language: str = "en",
        dark: bool = False,
        scripts: bool = True,
        keys: bool = False,
    ) -> None:
        self.base = seats.base
        self.size = size
        self.journey = journey
        self.seen = seen  # kinds of pages that were looked at closely, over all journeys
        self.language = language
        self.scripts = scripts
        self.keys = keys  # Tab, Enter, Space and arrows alone
        self.wrong: list[str] = []
        self.clicks = 0
        self._heard: list[str] = []  # the transcript of this road, where it is kept
        self._seats = seats
        self._seat = seats.taken(Kind(size, language, dark, scripts))
        self.page: Page = self._seat.page

    def close(self) -> None:
        if self._heard:
            keeping.keep_transcript(self.journey, self._heard)
        self._seats.left(self._seat)

    # --- words ------------------------------------------------------------------------------

    def in_words(self, message: str | re.Pattern[str], **values: object) -> str | re.Pattern[str]:
        """What stands on the screen for this English message, in the browser's language."""
        if isinstance(message, re.Pattern):
            return message
        with translation.override(self.language):
            return gettext(message) % values if values else gettext(message)

    def says(self, message: str, **values: object) -> bool:
        words = self.in_words(message, **values)
        return str(words) in " ".join(self.page.inner_text("body").split())

    def until_it_says(self, message: str, *, at: str, seconds: float = 30) -> None:
        """Ask for that page every half second, as a person would reload; it is shown once the words stand in it."""
        words = str(self.in_words(message))
        for _ in range(int(seconds * 2)):
            if words in self.page.request.get(at).text():
                self.page.goto(at)
                if self.says(message):
                    return
            self.page.wait_for_timeout(500)
        raise AssertionError(f"{self.page.url} does not say “{message}”: {self.page.inner_text('main')[:800]}")

    # --- coming in --------------------------------------------------------------------------

    def sign_in(self, session: str) -> None:
        """As somebody whose session the world made."""
        self.page.context.clear_cookies()
        self.page.context.add_cookies([{"name": "session", "value": session, "url": self.base}])

    # --- going ------------------------------------------------------------------------------

    def open(self, address: str, name: str) -> None:
        self.page.goto(address)
        self.look(name)

    def button(self, message: str | re.Pattern[str], name: str, **values: object) -> None:
        """Press a button, and look at the screen that follows."""
        words = self.in_words(message, **values)
        self.go(self.page.locator("main").get_by_role("button", name=words).first, name)

    def link(self, message: str | re.Pattern[str], name: str, **values: object) -> None:
        words = self.in_words(message, **values)
        self.go(self.page.locator("main").get_by_role("link", name=words).first, name)

    def menu(self, message: str, name: str) -> None:
        """One of the pages beside the page; on a phone behind the button *Menu*."""
        if self.size == "320":
            self.click(self.page.get_by_role("button", name=self.in_words("Menu")))
        self.go(self.page.locator("#menu").get_by_role("link", name=self.in_words(message)).first, name)

    def go(self, target: Locator, name: str) -> None:
        """By something that leads on, and look where it led."""
        if self.keys:
            with self.page.expect_navigation():  # a mouse's click waits for it by itself
                self.click(target)
        else:
            self.click(target)
        self.look(name)

    def tick(self, message: str, **values: object) -> None:
        """A radio button or a box, by the words beside it."""
        words = str(self.in_words(message, **values))
        label = self.page.locator("main label").filter(has_text=words).first
        if self.keys:
            self._tick_by_keys(label)
        else:
            label.click()
        self.clicks += self.is_ours()

    def write(self, message: str, text: str) -> None:
        fields = self.page.locator("main :is(input, textarea)")
        field = self.page.get_by_label(str(self.in_words(message))).and_(fields).first
        if self.keys:
            self.reach(field)
            self.page.keyboard.insert_text(text)
        else:
            field.fill(text)

    def click(self, target: Locator) -> None:
        self.clicks += self.is_ours()
        if not self.keys:
            return target.click()
        self.reach(target)
        return self.page.keyboard.press("Enter")

    def is_ours(self) -> bool:
        """One of the product's pages; the networks' and the demo's mailbox are counted apart."""
        place = urlsplit(self.page.url)
        return f"{place.scheme}://{place.netloc}" == self.base and not place.path.startswith("/mailbox/")

    # --- by keys ----------------------------------------------------------------------------

    def reach(self, target: Locator) -> None:
        """By Tab alone, from wherever the focus is. Wherever it stops, it is seen and nothing lies over it."""
        target.wait_for(state="attached")
        for _ in range(MOST_TABS):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            for sentence in self.page.evaluate("window.__look.focused()"):
                self.wrong.append(f"{self.page.url}: {sentence}")
        raise AssertionError(f"Tab does not reach {target} on {self.page.url}")

    def _tick_by_keys(self, label: Locator) -> None:
        """Tab leads to a group of radio buttons, arrows choose in it; Space ticks a box."""
        field = label.locator("input").first if label.locator("input").count() else self._field_of(label)
        if field.get_attribute("type") == "checkbox":
            self.reach(field)
            return self.page.keyboard.press("Space")
        group = self.page.locator(f"input[name='{field.get_attribute('name')}']")
        chosen = group.and_(self.page.locator(":checked"))
        self.reach(chosen.first if chosen.count() else group.first)
        if not chosen.count():
            self.page.keyboard.press("Space")  # the first of them
        for _ in range(group.count()):
            if field.is_checked():
                return None
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"No arrow key chooses {label}")

    def _field_of(self, label: Locator) -> Locator:
        return self.page.locator(f"[id='{label.get_attribute('for')}']")

    # --- the mail ---------------------------------------------------------------------------

    def follow_mail(self, to: str, leads_to: str, name: str, *, subject: str = "") -> None:
        """The newest mail to that address, opened in Mailbox, and its link of that address followed. That click counts.

        A mail speaks its receiver's language as the company knows it, so it is not found by its words.
        """
        mailbox = f"/mailbox/?to={to}"
        self.page.goto(mailbox)
        letters = self.page.locator("main .rows a").filter(has_text=subject)
        for _ in range(60):
            if letters.count():
                break
            self.page.wait_for_timeout(500)
            self.page.goto(mailbox)
        self.look("mailbox")
        self.go(letters.first, "mail")
        self.clicks += 1
        letter = self.page.frame_locator("iframe") if self.page.locator("iframe").count() else self.page.locator("main")
        link = letter.locator(f"a[href*='{leads_to}']").first
        if self.keys:
            self._follow_by_keys(link)
        else:
            link.click()
        self.page.wait_for_url(lambda address: "/mailbox/" not in address)
        self.look(name)

    def _follow_by_keys(self, link: Locator) -> None:
        for _ in range(MOST_TABS):
            if link.evaluate("element => element === element.ownerDocument.activeElement"):
                break
            self.page.keyboard.press("Tab")
        self.page.keyboard.press("Enter")

    # --- looking ----------------------------------------------------------------------------

    def look(self, name: str) -> None:
        """What is wrong with this screen, and a picture of it where pictures are kept."""
        self.page.wait_for_load_state("load")
        place = f"{name} at {self.size} px ({urlsplit(self.page.url).path})"
        if not self.page.url.startswith(self.base):
            return
        self._hear(name)
        spoken = self.page.locator("html").get_attribute("lang")
        if spoken != self.language:
            self.wrong.append(f"{place}: speaks {spoken}, not {self.language}")
        if (name, self.size) in self.seen or not self.scripts:
            return
        self.seen.add((name, self.size))
        self._seat.bring_axe()
        look = "async () => { const look = window.__look; return [...look.layout(), ...await look.axe()]; }"
        self.wrong += [f"{place}: {sentence}" for sentence in self.page.evaluate(look)]

    def _hear(self, name: str) -> None:
        """A line of the transcript: each screen once, at a desk's size."""
        if not keeping.is_wanted() or self.journey not in keeping.ROADS or self.size != "1280":
            return
        said = keeping.heard(self.page, name, is_first=not self._heard)
        if said not in self._heard:
            self._heard.append(said)
