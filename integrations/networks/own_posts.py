"""Is one of a person's own posts the one we may have sent? The judgement behind every look-up that reads posts.

Only a sure likeness is found, and only no likeness at all is absent: networks rewrite what they show (an address that
looks like a domain, a mention without its server), and an absent post is sent again. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from django.utils.translation import gettext_noop

from integrations.networks.base import CannotTell, Found, Post
from integrations.networks.replies import links_in

LOOKS_LIKE_IT = gettext_noop("One of your recent posts there looks much like this one, but we cannot be sure.")

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # written without spaces, so that each sign counts as a word
_WORDS = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")


class Likeness(Enum):
    SAME = auto()
    SIMILAR = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Listed:
    """One own post as the network lists it. `in_span`: made since the first send; older ones prove by link alone."""

    external_id: str
    url: str
    text: str
    links: tuple[str, ...] = ()
    in_span: bool = True


def find_among(post: Post, listed: Iterable[Listed]) -> Found | CannotTell | None:
    """The one that is ours; a doubt where one may be; None where none is like it."""
    doubt = None
    for one in listed:
        match likeness(post, one):
            case Likeness.SAME:
                return Found(one.external_id, one.url)
            case Likeness.SIMILAR:
                doubt = CannotTell(LOOKS_LIKE_IT)
    return doubt


def likeness(post: Post, one: Listed) -> Likeness:
    """By the tracked address, for no other post carries it; where that does not show, by the words."""
    addresses = {*one.links, *(address for _, _, address in links_in(one.text))}
    if post.tracked_address:
        if any(_is_or_continues(post.tracked_address, address) for address in addresses):
            return Likeness.SAME
        ours = post.tracked_address.rpartition("/")[0] + "/"
        if any(address.startswith(ours) for address in addresses):
            return Likeness.OTHER  # another tracked address of ours: another post
    if not one.in_span:
        return Likeness.OTHER
    if not post.tracked_address and _plain(post.text) and _plain(one.text) == _plain(post.text):
        return Likeness.SAME
    return Likeness.SIMILAR if _share_words(post.text, one.text) else Likeness.OTHER


def _is_or_continues(ours: str, address: str) -> bool:
    """Ours, also where something was added behind it."""
    return re.fullmatch(re.escape(ours) + r"(?:[^\w-].*)?", address) is not None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _share_words(ours: str, theirs: str) -> bool:
    """Does one say at least half of what the other says? Two that say nothing in words are alike."""
    first, second = _words(ours), _words(theirs)
    return 2 * len(first & second) >= min(len(first), len(second)) if first and second else first == second


def _words(text: str) -> set[str]:
    """The words, without whole addresses: they are what a network rewrites."""
    for start, end, _ in reversed(links_in(text)):
        text = text[:start] + " " + text[end:]
    return set(_WORDS.findall(unicodedata.normalize("NFC", text).lower()))
