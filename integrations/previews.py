"""What an address shows of itself: title, text, picture, source and language, fetched through the outbound door.

Owns the caps (5 s, 2 MB, HTML only, three redirects) and the refusals a person reads. It stores nothing and trusts
nothing a page says beyond plain text and addresses of the web.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit, urlunsplit

from bs4 import BeautifulSoup
from charset_normalizer import from_bytes
from django.conf import settings
from django.utils.translation import gettext as _

from integrations import http
from integrations.addresses import ForbiddenAddress, target_of

TIMEOUT = http.Timeout(connect=3, total=5)
PAGE_BYTES = 2_000_000
PICTURE_BYTES = 10_000_000
PICTURE_TIMEOUT = http.Timeout(connect=3, total=15)
PAGE_TYPES = ("text/html", "application/xhtml+xml")
# By their first bytes, not by what the server calls them. No SVG: it can carry scripts.
PICTURE_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
LONGEST_TITLE = 300
LONGEST_DESCRIPTION = 1_000
LONGEST_ADDRESS = 2_000


class PreviewRefused(Exception):
    """There is no preview; the text is a sentence for the person, and they can fill the fields by hand."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Preview:
    title: str
    description: str
    picture_url: str
    source: str
    language: str
    final_url: str


def preview(url: str) -> Preview:
    """What stands at an address now. An http address is asked for by https."""
    address = as_https(url.strip())
    if len(address) > LONGEST_ADDRESS:
        raise PreviewRefused(_("This address is too long."))
    reply = _fetch(address, "text/html,application/xhtml+xml", TIMEOUT, PAGE_BYTES)
    kind, _semicolon, parameters = reply.headers.get("Content-Type", "").partition(";")
    if kind.strip().lower() not in PAGE_TYPES:
        raise PreviewRefused(_("This address is a file and no page. Type the title and the text yourself."))
    return _read_page(_decoded(reply.body, parameters), reply.url)


def final_host(url: str) -> str:
    """The host whose page a reader ends on, every redirect followed; '' where nobody could be reached.

    A page that answers with an error is still where the link leads; only a server that is not there says nothing.
    """
    try:
        address = as_https(url.strip())
        reply = http.send("GET", address, headers={"Accept": "text/html"}, timeout=TIMEOUT, follow=True)
    except (http.OutboundError, PreviewRefused):
        return ""
    return "" if reply.status >= 500 else (urlsplit(reply.url).hostname or "").lower().removeprefix("www.")


def fetch_picture(url: str) -> tuple[bytes, str]:
    """A picture's bytes and its real type."""
    reply = _fetch(as_https(url.strip()), "image/*", PICTURE_TIMEOUT, PICTURE_BYTES)
    for sign, kind in PICTURE_SIGNS:
        if reply.body.startswith(sign):
            return reply.body, kind
    if reply.body[:4] == b"RIFF" and reply.body[8:12] == b"WEBP":
        return reply.body, "image/webp"
    raise PreviewRefused(_("The picture is in a format we do not take. JPEG, PNG, GIF and WebP work."))


def as_https(url: str) -> str:
    if "://" not in url:
        url = f"https://{url}"
    try:
        parts = urlsplit(url)
        target_of(url, settings.OUTBOUND_ALLOWED_HOSTS)
    except ForbiddenAddress:
        if parts.scheme == "http":
            return urlunsplit(parts._replace(scheme="https"))
        return url
    except ValueError:
        raise PreviewRefused(_("This is not a complete address.")) from None
    return url


def _fetch(url: str, accept: str, timeout: http.Timeout, max_bytes: int) -> http.Reply:
    try:
        reply = http.send("GET", url, headers={"Accept": accept}, timeout=timeout, follow=True, max_bytes=max_bytes)
    except http.Forbidden:
        raise PreviewRefused(_("We cannot open this address. Use a public one that begins with https://.")) from None
    except http.NotSent:
        raise PreviewRefused(_("Nothing answers at this address. Is it spelt right?")) from None
    except http.TooLarge:
        raise PreviewRefused(_("What stands at this address is too large for us to read.")) from None
    except http.NoReply:
        raise PreviewRefused(_("The page did not answer in time. Try again, or fill in the fields yourself.")) from None
    if reply.status in (404, 410):
        raise PreviewRefused(_("There is no page at this address."))
    if reply.status in (401, 402, 403, 407, 429, 451):
        raise PreviewRefused(_("The page does not let us in. Type the title and the text yourself."))
    if reply.status != 200:
        raise PreviewRefused(_("The page answered with an error. Try again, or fill in the fields yourself."))
    return reply


def _decoded(body: bytes, parameters: str) -> str | bytes:
    """The text by the header's charset; else the page's own word; else the likeliest one."""
    name = parameters.lower().partition("charset=")[2].partition(";")[0].strip(" \"'")
    try:
        if name:
            return body.decode(name)
    except (LookupError, UnicodeDecodeError):
        pass
    if b"charset" in body[:2048].lower() or body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return body
    best = from_bytes(body[:100_000]).best()
    return body.decode(best.encoding if best else "utf-8", errors="replace")


def _read_page(page: str | bytes, final_url: str) -> Preview:
    soup = BeautifulSoup(page, "html.parser")
    said = _said(soup)
    title = said.get("og:title") or said.get("twitter:title") or (soup.title.get_text() if soup.title else "")
    description = said.get("og:description") or said.get("twitter:description") or said.get("description", "")
    picture = said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image", "")
    if not title.strip():
        raise PreviewRefused(_("The page does not say its title. Type the title and the text yourself."))
    return Preview(
        title=_line(title, LONGEST_TITLE),
        description=_line(description, LONGEST_DESCRIPTION),
        picture_url=_picture_address(final_url, picture),
        source=_line(said.get("og:site_name", ""), 100) or (urlsplit(final_url).hostname or "").removeprefix("www."),
        language=_language(soup, said),
        final_url=final_url,
    )


def _said(soup: BeautifulSoup) -> dict[str, str]:
    """The page's meta entries by name, the first of each."""
    said: dict[str, str] = {}
    for meta in soup.find_all("meta"):
        name = str(meta.get("property") or meta.get("name") or "").strip().lower()
        content = str(meta.get("content") or "").strip()
        if name and content:
            said.setdefault(name, content)
    return said


def _language(soup: BeautifulSoup, said: dict[str, str]) -> str:
    root = soup.find("html")
    named = str(root.get("lang") or "") if root else ""
    language = (named or said.get("og:locale", "")).replace("_", "-").strip()
    return language if language.replace("-", "").isalnum() and len(language) <= 20 else ""


def _picture_address(page_url: str, picture: str) -> str:
    try:
        address = urljoin(page_url, picture) if picture else ""
        return address if urlsplit(address).scheme in ("http", "https") and len(address) <= LONGEST_ADDRESS else ""
    except ValueError:
        return ""


def _line(text: str, most: int) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"
