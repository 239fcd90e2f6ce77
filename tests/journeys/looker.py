"""One browser page that is led before every page of the product and looks at it: wide and narrow, light and dark, at
400 % zoom, with the reader's own text spacing, by the focus alone, and with axe-core.

It says in sentences what is wrong. What is measured inside the page stands in `looking.js`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Error, Request, Response, ViewportSize

from tests.journeys.page_companies import QUIET
from tests.journeys.page_list import Visit

WIDE, NARROW = ViewportSize(width=1280, height=860), ViewportSize(width=320, height=640)
ZOOMED = ViewportSize(width=320, height=256)  # 1280 x 1024 at 400 %
PHONE_REACH = 44
# What may differ between light and dark; everything else axe has said already.
COLOURS = ["color-contrast", "link-in-text-block"]
NO_WORKER = "Service Worker registration blocked"  # as we asked for, below
NO_ANSWER = "Failed to execute 'postMessage'"  # axe asks every frame, and a mail's takes no script
OURS = {"session", "csrf"}  # the cookies of whoever is signed in
MEASURES = Path(__file__).with_name("looking.js")


class Looker:
    """`seen` are the addresses whose page was a page."""

    def __init__(self, browser: Browser, base: str, *, has_axe: bool = True) -> None:
        """Without axe-core, which every page would have to read, a look asks for what we measure ourselves."""
        self.base = base
        self.seen: set[str] = set()
        self._told: list[str] = []
        self._asked = ""
        # What the browser was told last: telling it the same again is work as well.
        self._size, self._scheme, self._language = WIDE, "light", ""
        self._context = browser.new_context(
            base_url=base,
            viewport=WIDE,
            reduced_motion="reduce",
            color_scheme="light",
            service_workers="block",  # each look is at what the server says
        )
        for script in (AXE_FILE_PATH, MEASURES) if has_axe else (MEASURES,):
            self._context.add_init_script(path=script)
        self.page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self._told.append(f"a script broke: {error}"))
        self.page.on("request", self._follow)

    def close(self) -> None:
        self._context.close()

    # --- going ------------------------------------------------------------------------------

    def look(self, visit: Visit) -> list[str]:
        """All that is wrong with this page, each sentence with its place.

        The first time, and in a state of its own, in every way; in another company's world the same page can only be
        too long, or show what stands for nothing.
        """
        self._told = []
        if not self.open(visit):
            return []
        is_known = visit.name in self.seen and not visit.state
        self.seen.add(visit.name)
        faults = self._briefly(with_axe=visit.world == QUIET) if is_known else self.faults()
        return [f"{visit.place}: {sentence}" for sentence in [*self._told, *faults]]

    def fits(self, visit: Visit, language: str) -> list[str]:
        """What is too wide or cut off on a phone, in that language."""
        self._told = []
        self.speak(language)
        if not self.open(visit, NARROW):
            return []
        return [f"{visit.place}: {sentence}" for sentence in [*self._told, *self.unfit(language)]]

    def unfit(self, language: str) -> list[str]:
        return self._measured(f"in {language} at 320 px", f"speech('{language}')", "layout()", "spacing()")

    def speak(self, language: str) -> None:
        """Ask for pages in that language from now on; a context with a locale of its own would not be moved by it."""
        if language != self._language:
            self.page.set_extra_http_headers({"Accept-Language": language})
            self._language = language

    def show(self, size: ViewportSize, scheme: Literal["light", "dark"] = "light") -> None:
        if size != self._size:
            self.page.set_viewport_size(size)
        if scheme != self._scheme:
            self.page.emulate_media(color_scheme=scheme)
        self._size, self._scheme = size, scheme

    def with_own_settings(self, visit: Visit) -> list[str]:
        """What is lost to somebody who wants other colours, more contrast or less motion."""
        self._told = []
        if not self.open(visit):
            return []
        self.page.emulate_media(forced_colors="active")
        faults = self._measured("in forced colours", "layout()", "edges()", "focus()", f"axe({COLOURS})")
        self.page.emulate_media(forced_colors="none", contrast="more")
        faults += self._measured("with more contrast", "layout()", f"axe({COLOURS})", "motion()")
        self.page.emulate_media(contrast="no-preference")
        return [f"{visit.place}: {sentence}" for sentence in [*self._told, *faults]]

    def open(self, visit: Visit, size: ViewportSize = WIDE) -> bool:
        """Whether what answers there is a page."""
        self._as(visit.session)
        self.show(size)
        self._asked = f"{self.base}{visit.path}"
        answer: Response | None = None
        with suppress(Error):  # a file to keep is a download, not a page
            answer = self.page.goto(visit.path, wait_until="load")
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            return False
        if answer.status >= 500 or visit.status not in (0, answer.status):
            self._told.append(f"answered {answer.status}, not {visit.status or 200}")
        if urlsplit(self.page.url).path != urlsplit(visit.path).path:
            self._told.append(f"led on to {urlsplit(self.page.url).path}")
        return True

    def _as(self, session: str) -> None:
        """With that session and nothing else that an earlier page left, but the token of forms."""
        held = {cookie["name"]: cookie["value"] for cookie in self._context.cookies()}
        if session and held.get("session") == session and set(held) <= OURS:
            return
        self._context.clear_cookies()
        if session:
            self._context.add_cookies([{"name": "session", "value": session, "url": self.base}])

    # --- looking ----------------------------------------------------------------------------

    def faults(self) -> list[str]:
        return [*self._wide(), *self._dark_and_narrow(), *self._narrow()]

    def _briefly(self, *, with_axe: bool) -> Iterator[str]:
        yield from self._measured("at 1280 px", "layout()")
        self.show(NARROW)
        yield from self._measured("at 320 px", "layout()", "spacing()", "focus()", *(["axe()"] if with_axe else []))

    def _wide(self) -> Iterator[str]:
        yield from self._measured("at 1280 px", "layout()", "shift()", "focus()", "axe()")
        self.show(WIDE, "dark")
        yield from self._measured("dark at 1280 px", f"axe({COLOURS})")

    def _dark_and_narrow(self) -> Iterator[str]:
        self.show(NARROW, "dark")
        yield from self._measured("dark at 320 px", f"axe({COLOURS})")

    def _narrow(self) -> Iterator[str]:
        self.show(NARROW)
        yield from self._measured("at 320 px", "layout()", "spacing()", f"small({PHONE_REACH})", "focus()", "axe()")
        self.show(ZOOMED)
        yield from self._measured("at 400 % zoom", "stuck()", "focus()")

    def _measured(self, where: str, *measures: str) -> list[str]:
        calls = ", ".join(f"...await look.{measure}" for measure in measures)
        found: list[str] = self.page.evaluate(f"async () => {{ const look = window.__look; return [{calls}]; }}")
        return [f"{where}: {sentence}" for sentence in found]

    # --- listening --------------------------------------------------------------------------

    def _hear(self, message: ConsoleMessage) -> None:
        # A 404 page is looked at like any other; in a mail's frame no script runs, not even our measures.
        # Beside what is no page of ours, and so names no icon, a browser looks for one.
        expected = message.location.get("url") in (self._asked, "about:srcdoc", f"{self.base}/favicon.ico")
        expected = expected or NO_WORKER in message.text or NO_ANSWER in message.text
        if message.type in {"error", "warning"} and not expected:
            self._told.append(f"the browser said: {message.text}")

    def _follow(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme not in {"data", "blob"} and not request.url.startswith(self.base):
            self._told.append(f"asked a third party: {request.url}")
