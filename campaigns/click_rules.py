"""Which calls of a tracked link count as a reader's click: two numbers, raw and counted. Pure.

Counted is a person in a browser who followed the link, once a day: no program that looks at links (previews, scanners,
monitors), nothing fetched ahead, nobody of ours. In doubt it is raw alone, for points may follow from a counted one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

ONCE_IN = timedelta(days=1)  # the same reader and the same link

# Words in the names of programs that fetch pages: crawlers of search engines, previews of networks, chats and mail,
# link scanners, monitors, libraries; no CUBOT phone, nor people in Pinterest's own app. Such a program that calls
# itself a plain browser is not told apart here.
PROGRAMS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|preview|scan|monitor|uptime|archiv|fetch|check|headless|lighthouse|validator"
    r"|facebookexternalhit|facebookcatalog|meta-external|cardyb|embedly|whatsapp/|skypeuripreview|vkshare|\bpinterest/\d"
    r"|curl|wget|python|java/|okhttp|go-http|ruby|perl|libwww|httpclient|axios|node-|feed|rss",
    re.IGNORECASE,
)
# Signed-in readers' apps carry a network's name as well; these show pages to people.
BROWSER = re.compile(r"^Mozilla/5\.0 ", re.IGNORECASE)
AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tracked link. `purpose` joins the headers that say why a browser fetched it; `is_ours`: it came
    from a page of ours, or from a browser that is signed in here."""

    method: str
    program: str  # User-Agent
    purpose: str = ""
    is_ours: bool = False


def is_a_call(call: Call) -> bool:
    """Raw: somebody asked for the page, and said with what."""
    return call.method == "GET" and bool(call.program.strip())


def is_by_a_reader(call: Call) -> bool:
    if not is_a_call(call) or call.is_ours or AHEAD.search(call.purpose):
        return False
    return BROWSER.match(call.program) is not None and PROGRAMS.search(call.program) is None


def fits(came_from: str, *, place: str, place_is_named: bool) -> bool:
    """Does such a click show a post at that place? `came_from` is the place that the reader's browser named, or ''.

    Where a place names itself to pages that its readers open (`place_is_named`), it must have; a click that names
    another place never fits.
    """
    return came_from == place or (not came_from and not place_is_named)
