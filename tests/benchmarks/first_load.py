"""What a browser fetches beside a page that it never saw: its styles, scripts and fonts, no pictures.

It reads the HTML and the files of `static/`, each as small as WhiteNoise sends it. It asks nobody outside.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from django.conf import settings
from django.contrib.staticfiles import finders

LOADED = {"link": "href", "script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
FETCHED_LINKS = {"stylesheet", "preload", "modulepreload"}
FONTS = re.compile(r"url\([\"']?([^\"')]+\.woff2?)")


def addresses_of(html: str) -> set[str]:
    """Everything the page makes a browser ask for, pictures too."""
    found = BeautifulSoup(html, "html.parser").find_all(list(LOADED))
    return {str(tag[LOADED[tag.name]]) for tag in found if isinstance(tag, Tag) and tag.get(LOADED[tag.name])}


def third_parties(html: str) -> set[str]:
    return {place for address in addresses_of(html) if (place := urlsplit(address).netloc)}


def bytes_beside(html: str) -> int:
    """Styles, scripts and fonts of a page, compressed as our server does at its least."""
    page = BeautifulSoup(html, "html.parser")
    links = {
        str(tag.get("href")) for tag in page.find_all("link") if FETCHED_LINKS & set(tag.get_attribute_list("rel"))
    }
    scripts = {str(tag.get("src")) for tag in page.find_all("script") if tag.get("src")}
    return sum(_compressed(address) for address in links | scripts)


@cache
def _compressed(address: str) -> int:
    path = urlsplit(address).path.removeprefix(settings.STATIC_URL)
    found = finders.find(path)
    if not found:
        return 0
    content = Path(str(found)).read_bytes()
    fonts = FONTS.findall(content.decode()) if path.endswith(".css") else []
    beside = [str((Path("/") / path).parent / font) for font in fonts]
    return len(gzip.compress(content)) + sum(_compressed(settings.STATIC_URL + one.lstrip("/")) for one in beside)
