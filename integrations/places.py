"""Where a person can post with their own hand: one declared value each, and how the place's own window is opened.

A place takes a text by its address, or only a link, or nothing; what it does not take is copied. Nothing here calls
anybody: the address is opened by the person's browser. Where a network of the same key stands in NETWORKS, the place
counts as that network does, and a network without a place of its own gets one without a window.

The addresses are the networks' share windows as read in autumn 2026; PLACE_<KEY>_DIALOG replaces any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import regex
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from integrations.network_settings import network_settings
from integrations.networks import NETWORKS, network
from integrations.networks.base import NEED_WORDS, Deed, Network, Post, Problem, is_web_page
from integrations.networks.folds import UNKNOWN, Fold
from integrations.networks.web_pages import is_at

# Servers commonly refuse a request line above 8 KB, and a page of sign-in before the window encodes it once more.
LONGEST_ON_THE_WEB = 4_000
LONGEST_FOR_A_PROGRAM = 2_000  # mail programs cut a mailto: beyond about this
BY_KEY = {one.key: one for one in NETWORKS}


@dataclass(frozen=True, slots=True)
class Dialog:
    """A share window: its address, and the names under which it takes what (''; it does not).

    With both `text` and `link` the tracked address goes as the link alone, or it would stand there twice.
    """

    address: str  # {server} where the person's server is asked for
    text: str = ""
    link: str = ""
    title: str = ""
    longest: int = LONGEST_ON_THE_WEB


@dataclass(frozen=True, slots=True)
class Intent:
    """The window in which a deed is done: its address, and the name under which it takes what stands in the target's
    path (the pattern's group); `text` that of the words ('': none)."""

    deed: Deed
    address: str
    name: str
    of_path: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class HandPost:
    """What is brought along: the approved text, the tracked address in it, the story's title, the person's server."""

    text: str
    link: str = ""
    title: str = ""
    server: str = ""


@dataclass(frozen=True, slots=True)
class Opening:
    """What to open ('' where there is nothing), and whether the text is in it already."""

    address: str
    brings_text: bool = False

    @property
    def is_web(self) -> bool:
        return self.address.startswith(("https:", "http:"))


@dataclass(frozen=True, slots=True)
class Place:
    """`limit` is None where no limit is known. `is_private`: seen by chosen people; no proof is ever asked for.

    `hosts` are where an address of a post there must lead; none: anywhere (own pages), or the person's server.
    A reader who comes from one of them says so to the page they open, by their browser.
    """

    key: str
    name: str | Promise
    home: str = ""
    dialog: Dialog | None = None
    limit: int | None = None
    is_private: bool = False
    gives_address: bool = True
    asks_server: bool = False
    is_rehearsal: bool = False
    hosts: tuple[str, ...] = ()
    intents: tuple[Intent, ...] = ()
    own_fold: Fold = UNKNOWN
    referrers: tuple[str, ...] = ()  # further hosts that a reader's browser names, coming from there

    @property
    def label(self) -> str:
        return str(self.name)

    @property
    def limits_label(self) -> str:
        return self.label

    @property
    def posts_publicly(self) -> bool:
        return not (self.is_private or self.is_rehearsal)

    @property
    def names_itself(self) -> bool:
        """Does a page that was opened from there learn it? Mastodon, mails and chats say nothing."""
        return bool(self.hosts or self.referrers)

    @property
    def fold(self) -> Fold:
        return self._network.fold if self._network else self.own_fold

    @property
    def usual_hours(self) -> tuple[int, ...]:
        return self._network.usual_hours if self._network else Network.usual_hours

    @property
    def takes_warning(self) -> bool:
        """Its person writes it there, if they wish; a text is brought along and nothing else."""
        return False

    @property
    def visibilities(self) -> tuple[str, ...]:
        """Theirs to choose there."""
        return ()

    @property
    def shows_link_card(self) -> bool:
        return self._network is not None and self._network.shows_link_card

    def fix_identity(self, now: datetime) -> tuple[str, str]:
        """Nothing is sent, so nothing needs a name for its repeat."""
        return "", ""

    def length(self, text: str) -> int:
        return self._network.length(text) if self._network else len(regex.findall(r"\X", text))

    def post_length(self, post: Post) -> int:
        return self._network.post_length(post) if self._network else self.length(post.text)

    def text_limit(self) -> int | None:
        return self._network.text_limit() if self._network else self.limit

    def text_limit_of(self, deed: Deed) -> int | None:
        return self._network.text_limit_of(deed) if self._network else self.limit

    def problems(self, post: Post) -> Sequence[Problem]:
        target = None if post.deed is Deed.POST else self.target_problem(post.deed, post.target)
        found = [target] if target else []
        if self._network:  # a person quotes where an app can only repost, does what no app may, chooses who sees it
            theirs = ("repost_words", "target", "visibility")
            others = [one for one in self._network.problems(post) if one.code not in theirs]
            return found + others
        if post.deed in NEED_WORDS and not post.text.strip() and not post.media:
            found.append(Problem("empty", gettext("There is nothing to post yet.")))
        over = self.length(post.text) - self.limit if self.limit else 0
        if over > 0:
            sentence = ngettext(
                "%(count)d character too long for %(network)s.", "%(count)d characters too long for %(network)s.", over
            )
            found.append(Problem("too_long", sentence % {"count": over, "network": self.label}))
        return found

    @property
    def _network(self) -> Network | None:
        return BY_KEY.get(self.key)

    def opening(self, post: HandPost) -> Opening:
        """The share window with as much as it takes and an address can hold; else the place itself."""
        address = settings.PLACE_DIALOGS.get(self.key) or (self.dialog.address if self.dialog else "")
        if self.dialog is None or not address or (self.asks_server and not post.server):
            return Opening(self.home)
        address = address.replace("{server}", post.server)
        for brings_text in (True, False):
            whole = _with(address, _parameters(self.dialog, post, brings_text=brings_text))
            if whole and len(whole) <= self.dialog.longest:
                return Opening(whole, brings_text and bool(self.dialog.text))
        return Opening(self.home or post.server)

    def opening_of(self, deed: Deed, target: str, *, text: str = "") -> Opening:
        """The window of that deed, where there is one; else the post or account itself, to do it there."""
        for intent in self.intents:
            found = regex.search(intent.of_path, urlsplit(target).path) if intent.deed is deed else None
            if found is None:
                continue
            given = {intent.name: found.group(1), **({intent.text: text} if intent.text and text else {})}
            whole = _with(intent.address, given)
            if len(whole) <= LONGEST_ON_THE_WEB:
                return Opening(whole, bool(intent.text and text))
        return Opening(target)

    def target_problem(self, deed: Deed, address: str) -> Problem | None:
        """Is this the address of something that stands there? As its network says, where an app may do that deed."""
        if self._network and (deed in self._network.deeds or not self.hosts):
            return self._network.target_problem(deed, address)
        if is_web_page(address) and self.takes_address(address):
            return None
        return Problem("target", gettext("This address does not lead to %(network)s.") % {"network": self.label})

    def takes_address(self, url: str, *, server: str = "") -> bool:
        """Can a post of this place, of a person on `server` where that is asked for, stand at this address?"""
        host = urlsplit(url).hostname or ""
        if self.asks_server and server:
            return host == urlsplit(server).hostname
        return not self.hosts or is_at(host, self.hosts)


Where = Network | Place


def _parameters(dialog: Dialog, post: HandPost, *, brings_text: bool) -> dict[str, str] | None:
    """None where nothing would be brought, or the link that the window is about is missing."""
    if dialog.link and not post.link:
        return None
    text = post.text
    if dialog.link:
        text = text.removesuffix(post.link).rstrip()
    if dialog.address.startswith("mailto:"):
        text = text.replace("\n", "\r\n")  # RFC 6068
    given = {dialog.link: post.link, dialog.title: post.title, dialog.text: text if brings_text else ""}
    return {name: value for name, value in given.items() if name and value} or None


def _with(address: str, parameters: dict[str, str] | None) -> str:
    """Percent-encoded throughout: a plus sign would stand as one in a mail program and in apps."""
    return f"{address}?{urlencode(parameters, quote_via=quote, safe='')}" if parameters else ""


PLACES: tuple[Place, ...] = (
    Place(
        "linkedin",
        "LinkedIn",
        home="https://www.linkedin.com/feed/",
        dialog=Dialog("https://www.linkedin.com/sharing/share-offsite/", link="url"),
        hosts=(*BY_KEY["linkedin"].hosts, "lnkd.in"),
        referrers=("com.linkedin.android",),
    ),
    Place(
        "x",
        "X",
        home="https://x.com/",
        dialog=Dialog("https://x.com/intent/tweet", text="text"),
        hosts=BY_KEY["x"].hosts,
        referrers=("t.co", "com.twitter.android"),
        intents=(
            Intent(Deed.LIKE, "https://x.com/intent/like", "tweet_id", r"/status/(\d+)"),
            Intent(Deed.REPOST, "https://x.com/intent/retweet", "tweet_id", r"/status/(\d+)"),
            Intent(Deed.COMMENT, "https://x.com/intent/tweet", "in_reply_to", r"/status/(\d+)", text="text"),
            Intent(Deed.FOLLOW, "https://x.com/intent/follow", "screen_name", r"^/(\w+)/?$"),
        ),
    ),
    Place(
        "facebook",
        "Facebook",
        home="https://www.facebook.com/",
        # Meta lets nobody preset the text.
        dialog=Dialog("https://www.facebook.com/sharer/sharer.php", link="u"),
        limit=63_206,
        hosts=("facebook.com", "fb.com", "fb.watch"),
        own_fold=Fold(characters=110),  # on a phone, by those who measured it; Meta does not say
    ),
    Place(
        "threads",
        "Threads",
        home="https://www.threads.com/",
        dialog=Dialog("https://www.threads.com/intent/post", text="text"),
        limit=500,
        hosts=BY_KEY["threads"].hosts,
        intents=(Intent(Deed.FOLLOW, "https://www.threads.com/intent/follow", "username", r"^/@([\w.]+)/?$"),),
    ),
    Place(
        "bluesky",
        "Bluesky",
        home="https://bsky.app/",
        dialog=Dialog("https://bsky.app/intent/compose", text="text"),
        hosts=BY_KEY["bluesky"].hosts,  # whichever server keeps the account
    ),
    Place(
        "mastodon",
        "Mastodon",
        # Not in Mastodon's documentation, and there for many years.
        dialog=Dialog("{server}/share", text="text"),
        asks_server=True,
    ),
    Place(
        "xing",
        "XING",
        home="https://www.xing.com/",
        dialog=Dialog("https://www.xing.com/spi/shares/new", link="url"),
        hosts=("xing.com",),
    ),
    Place(
        "reddit",
        "Reddit",
        home="https://www.reddit.com/submit",
        # The title is the story's; what the person says about it goes into the first comment, or the text.
        dialog=Dialog("https://www.reddit.com/submit", link="url", title="title"),
        hosts=("reddit.com", "redd.it"),
    ),
    Place(
        "whatsapp",
        "WhatsApp",
        home="https://web.whatsapp.com/",
        dialog=Dialog("https://wa.me/", text="text"),
        is_private=True,
        gives_address=False,
    ),
    Place(
        "telegram",
        "Telegram",
        home="https://web.telegram.org/",
        dialog=Dialog("https://t.me/share/url", text="text", link="url"),
        limit=4_096,
        is_private=True,
        gives_address=False,
    ),
    Place(
        "email",
        _("E-mail"),
        dialog=Dialog("mailto:", text="body", title="subject", longest=LONGEST_FOR_A_PROGRAM),
        is_private=True,
        gives_address=False,
    ),
    Place("blog", _("My own blog")),
    Place("anywhere", _("Anywhere else"), is_private=True, gives_address=False),
)
_PLACES = {one.key: one for one in PLACES}


def is_network(key: str) -> bool:
    """Is it one of NETWORKS, with hours of its own? Others count by what holds for most."""
    return key in BY_KEY


def came_from(referrer: str) -> str:
    """The place that a browser names as the page before; '' for none of ours, or none that could be read."""
    try:
        host = urlsplit(referrer).hostname or ""
    except ValueError:
        return ""
    named = ((one.key, known) for one in PLACES for known in (*one.hosts, *one.referrers))
    return next((key for key, known in named if is_at(host, (known,))), "")


class NoSuchPlace(KeyError):
    """Nobody posts by hand at a place of this key."""


def places() -> tuple[Place, ...]:
    """In the order in which they are offered: public ones, with the networks that declare none; then private ones."""
    others = (_of_network(one) for one in NETWORKS if one.posts_publicly and one.key not in _PLACES)
    return tuple(sorted((*PLACES, *others), key=lambda one: one.is_private))


def place(key: str) -> Place:
    """Practice, too: a held rehearsal may be ended by hand."""
    if key in _PLACES:
        return _PLACES[key]
    if key in BY_KEY:
        return _of_network(BY_KEY[key])
    raise NoSuchPlace(key)


def where(key: str, *, by_hand: bool) -> Where:
    """What a post's key means: the network we post to, or the place where its person does."""
    return place(key) if by_hand else network(key)


def public_keys() -> list[str]:
    """Of networks and places whose posts others than chosen people see."""
    seen: list[Any] = [*NETWORKS, *PLACES]
    return sorted({one.key for one in seen if one.posts_publicly})


def _of_network(one: Network) -> Place:
    public = one.posts_publicly
    return Place(
        one.key, one.label, home=network_settings(one.key).web_url, gives_address=public, is_rehearsal=not public
    )
