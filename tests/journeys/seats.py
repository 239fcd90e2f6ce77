"""The browser's places for walkers, one for each kind of person: a place of one's own is a process of one's own.

Whoever sits down next finds nothing of the one before: no page, no cookie, nothing stored, no permission.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize

from tests.journeys.looker import MEASURES

SIZES = {"320": ViewportSize(width=320, height=640), "1280": ViewportSize(width=1280, height=860)}
LOCALES = {"en": "en-GB", "zh-hans": "zh-CN", "pl": "pl-PL", "it": "it-IT", "ru": "ru-RU"}
AXE = Path(AXE_FILE_PATH).read_text()


@dataclass(frozen=True, slots=True)
class Kind:
    """What a browser knows of who sits before it."""

    size: str
    language: str = "en"
    dark: bool = False
    scripts: bool = True


@dataclass(frozen=True, slots=True)
class Seat:
    kind: Kind
    page: Page
    protocol: CDPSession

    def bring_axe(self) -> None:
        """Half a megabyte of script, and so only to pages that are looked at closely."""
        self.protocol.send("Runtime.evaluate", {"expression": AXE})


class Seats:
    def __init__(self, browser: Browser, base: str) -> None:
        self.base = base
        self._browser = browser
        self._free: dict[Kind, Seat] = {}

    def taken(self, kind: Kind) -> Seat:
        return self._free.pop(kind, None) or self._made(kind)

    def left(self, seat: Seat) -> None:
        """Empty again; where another of its kind is free already, it is not kept."""
        context = seat.page.context
        if seat.kind in self._free:
            context.close()
            return
        for page in context.pages:
            if page is not seat.page:
                page.close()
        if seat.kind.scripts and seat.page.url.startswith(self.base):
            seat.page.evaluate("sessionStorage.clear()")
        seat.page.goto("/static/img/icon.svg")  # the way back from elsewhere, even about:blank, is a new process
        context.unroute_all()
        context.clear_cookies()
        context.clear_permissions()
        seat.protocol.send("Storage.clearDataForOrigin", {"origin": self.base, "storageTypes": "all"})
        self._free[seat.kind] = seat

    def _made(self, kind: Kind) -> Seat:
        scheme: Literal["dark", "light"] = "dark" if kind.dark else "light"
        context = self._browser.new_context(
            viewport=SIZES[kind.size],
            has_touch=kind.size == "320",
            base_url=self.base,
            reduced_motion="reduce",
            locale=LOCALES[kind.language],
            color_scheme=scheme,
            java_script_enabled=kind.scripts,
            service_workers="block",  # each look is at what the server says
        )
        context.add_init_script(path=MEASURES)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return Seat(kind, page, context.new_cdp_session(page))
