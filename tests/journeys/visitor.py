"""A person without a browser: opens pages, reads them, presses buttons by their words. Forms go out as a browser would
send them, with whatever stood in them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

T = TypeVar("T")
UNSENT = ("submit", "button", "reset", "file", "image")


class Lost(RuntimeError):
    """The road is not as it should be; the text says where the visitor stands."""


@dataclass(frozen=True)
class Page:
    address: str
    soup: BeautifulSoup

    @property
    def words(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    def lost(self, sentence: str) -> Lost:
        main = self.soup.find("main")
        return Lost(f"{sentence} At {self.address}: {' '.join((main or self.soup).get_text(' ').split())[:600]}")


class Visitor:
    """One browser's cookies, over real HTTP."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "en"

    def open(self, address: str) -> Page:
        return self._page(self.session.get(urljoin(self.base, address), timeout=30))

    def follow(self, page: Page, words: str) -> Page:
        """A link, by its words."""
        for link in page.soup.find_all("a", href=True):
            if words in " ".join(link.get_text(" ").split()):
                return self.open(urljoin(page.address, str(link["href"])))
        raise page.lost(f"There is no link “{words}”.")

    def press(self, page: Page, words: str, **typed: str) -> Page:
        """A button, by its words, with what was typed into its form."""
        button = _button(page, words)
        form = _form_of(page, button)
        fields = _fields(form) | typed
        if button.get("name"):
            fields[str(button["name"])] = str(button.get("value", ""))
        address = urljoin(page.address, str(form.get("action") or page.address))
        headers = {"Referer": page.address}
        return self._page(self.session.post(address, data=fields, headers=headers, timeout=30))

    def _page(self, answer: requests.Response) -> Page:
        page = Page(answer.url, BeautifulSoup(answer.content, "html.parser"))
        if answer.status_code >= 400:
            raise page.lost(f"The answer was {answer.status_code}.")
        onward = page.soup.find("meta", attrs={"http-equiv": "refresh"})
        if onward is None:
            return page
        address = re.sub(r"^\d+;\s*url=", "", str(onward["content"]))
        return self.open(urljoin(page.address, address))


def wait_for(what: str, look: Callable[[], T | None], *, seconds: float = 30) -> T:
    """What `look` finds at last."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = look()
        if found is not None:
            return found
        time.sleep(0.1)
    raise Lost(f"{what} did not come within {seconds:.0f} seconds.")


def _button(page: Page, words: str) -> Tag:
    for button in page.soup.find_all("button"):
        if words in " ".join(button.get_text(" ").split()):
            return button
    raise page.lost(f"There is no button “{words}”.")


def _form_of(page: Page, button: Tag) -> Tag:
    form = button.find_parent("form")
    if form is None:
        raise page.lost("The button stands in no form.")
    return form


def _fields(form: Tag) -> dict[str, str]:
    """What the form holds as it was served."""
    sent: dict[str, str] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name, kind = str(field.get("name") or ""), str(field.get("type") or "text")
        if not name or kind in UNSENT or field.has_attr("disabled"):
            continue
        if kind in ("radio", "checkbox") and not field.has_attr("checked"):
            continue
        sent[name] = _value(field)
    return sent


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        chosen = field.find("option", selected=True) or field.find("option")
        return str(chosen.get("value", chosen.get_text())) if chosen else ""
    return str(field.get("value", "on" if field.get("type") == "checkbox" else ""))
