"""Does a page on the internet show a link of ours? Asked of the address of a post that its person put out by hand.

One GET through the outbound door. What is only readable signed in, or drawn by a script, cannot be seen from here.
"""

from __future__ import annotations

from html import unescape
from urllib.parse import unquote

from integrations import http
from integrations.previews import TIMEOUT, PreviewRefused, as_https


def shows_link(url: str, link: str) -> bool:
    """`link` belongs to one post alone. A page that merely repeats what it was asked for shows nothing."""
    code = link.rsplit("/", 1)[-1]
    try:
        reply = http.send("GET", as_https(url), headers={"Accept": "text/html"}, timeout=TIMEOUT, follow=True)
    except (http.OutboundError, PreviewRefused):
        return False
    if reply.status != 200 or code in url or code in reply.url:
        return False
    # Networks lead readers over an address of their own, with ours encoded in it.
    page = unquote(unescape(reply.body.decode("utf-8", errors="replace")))
    return link.partition("://")[2] in page
