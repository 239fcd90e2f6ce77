"""Does a page on the internet show a link of ours? Asked of the address of a post that its person put out by hand.

One GET through the outbound door. What is only readable signed in, or drawn by a script, cannot be seen from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote, urlsplit

from integrations import http
from integrations.places import Place
from integrations.previews import TIMEOUT, PreviewRefused, as_https


def shows_link(url: str, link: str, *, at: Place, server: str = "", others: Sequence[str] = ()) -> bool:
    """`link` belongs to one post alone, and `others` to other posts: a page with one of these, too, is only a list.

    A page that merely repeats what it was asked for shows nothing, nor does one to which `at` led away from itself.
    """
    code = _code(link)
    try:
        reply = http.send("GET", as_https(url), headers={"Accept": "text/html"}, timeout=TIMEOUT, follow=True)
    except (http.OutboundError, PreviewRefused):
        return False
    if reply.status != 200 or not at.takes_address(reply.url, server=server):
        return False
    if any(code in _in_the_clear(asked) for asked in (url, reply.url)):
        return False
    # Networks lead readers over an address of their own, with ours encoded in it.
    page = unquote(unescape(reply.body.decode("utf-8", errors="replace")))
    return _written(link) in page and not any(_written(other) in page for other in others)


def page_of(url: str) -> tuple[str, str, str]:
    """Host, path and query: equal for two ways to write one address."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), unquote(parts.path).rstrip("/"), parts.query


def _written(link: str) -> str:
    return link.partition("://")[2]


def _code(link: str) -> str:
    return link.rsplit("/", 1)[-1].casefold()


def _in_the_clear(url: str) -> str:
    """However often it was encoded: each server that hands it on may take one coat off."""
    while (clearer := unescape(unquote(url))) != url:
        url = clearer
    return url.casefold()
