"""Places for posts by hand: each share window's address, built so that a browser hands over exactly the text."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from integrations.networks import NETWORKS
from integrations.places import PLACES, HandPost, NoSuchPlace, Opening, Place, place, places, public_keys, where

LINK = "https://share.example/l/abc234xyz"
WORDS = "Größe & Mut: 100 % 🦊👩‍🔬\n员工分享 a+b=c?"
POST = HandPost(f"{WORDS}\n\n{LINK}", LINK, "Fair & square?", "https://mastodon.example")
# What each window takes, as the networks document it: its address without the question mark, and its parameters.
WINDOWS: dict[str, tuple[str, dict[str, str]]] = {
    "linkedin": ("https://www.linkedin.com/sharing/share-offsite/", {"url": LINK}),
    "x": ("https://x.com/intent/tweet", {"text": POST.text}),
    "facebook": ("https://www.facebook.com/sharer/sharer.php", {"u": LINK}),
    "threads": ("https://www.threads.com/intent/post", {"text": POST.text}),
    "bluesky": ("https://bsky.app/intent/compose", {"text": POST.text}),
    "mastodon": ("https://mastodon.example/share", {"text": POST.text}),
    "xing": ("https://www.xing.com/spi/shares/new", {"url": LINK}),
    "reddit": ("https://www.reddit.com/submit", {"url": LINK, "title": POST.title}),
    "whatsapp": ("https://wa.me/", {"text": POST.text}),
    "telegram": ("https://t.me/share/url", {"url": LINK, "text": WORDS}),
    "email": ("mailto:", {"subject": POST.title, "body": POST.text.replace("\n", "\r\n")}),
}
ALL = pytest.mark.parametrize("one", PLACES, ids=lambda one: one.key)


@ALL
def test_a_window_takes_exactly_the_text(one: Place) -> None:
    opening = one.opening(POST)
    if one.key not in WINDOWS:
        assert (one.dialog, opening) == (None, Opening(""))
        return
    address, taken = WINDOWS[one.key]
    assert opening.address.partition("?")[0] == address
    query = opening.address.partition("?")[2]
    assert {name: value for name, (value,) in parse_qs(query, strict_parsing=True).items()} == taken
    assert opening.address.isascii()
    assert not set(query) & set("+ \n\"'<>")  # a mail program takes a plus sign for one
    assert opening.brings_text == bool(taken.keys() & {"text", "body"})


@ALL
def test_what_no_address_holds_is_only_copied(one: Place) -> None:
    long = HandPost("员" * 5_000 + f"\n\n{LINK}", LINK, "A story", POST.server)
    opening = one.opening(long)
    assert len(opening.address) < 4_000
    assert not opening.brings_text
    assert "%E5%91%98" not in opening.address
    if one.dialog is not None:
        assert opening.address  # the place itself, or its window with the link alone


def test_a_post_without_a_link_opens_what_needs_none() -> None:
    own = HandPost("Words of my own", title="Something of my own")
    assert place("linkedin").opening(own) == Opening("https://www.linkedin.com/feed/")
    assert place("telegram").opening(own) == Opening("https://web.telegram.org/")
    assert place("x").opening(own) == Opening("https://x.com/intent/tweet?text=Words%20of%20my%20own", brings_text=True)
    assert place("mastodon").opening(own) == Opening("")  # its server is asked for first


def test_an_installation_can_follow_a_window_that_moved(settings: Any) -> None:
    settings.PLACE_DIALOGS = {"x": "https://x.example/compose", "mastodon": "{server}/publish"}
    assert place("x").opening(POST).address.startswith("https://x.example/compose?text=")
    assert place("mastodon").opening(POST).address.startswith("https://mastodon.example/publish?text=")


def test_what_is_private_asks_for_no_address_and_stands_in_no_figure() -> None:
    private = {one.key for one in PLACES if one.is_private}
    assert private == {"whatsapp", "telegram", "email", "anywhere"}
    assert {one.key for one in PLACES if not one.gives_address} == private
    assert not private & set(public_keys())
    assert {"linkedin", "facebook", "blog"} <= set(public_keys())
    assert "practice" not in public_keys()


def test_every_network_can_be_posted_to_by_hand_and_counts_the_same() -> None:
    offered = [one.key for one in places()]
    assert len(offered) == len(set(offered))
    for network in NETWORKS:
        at = place(network.key)
        assert (network.key in offered) == network.posts_publicly
        assert (at.length(WORDS), at.text_limit()) == (network.length(WORDS), network.text_limit())
        assert (at.posts_publicly, at.usual_hours) == (network.posts_publicly, network.usual_hours)
        assert where(network.key, by_hand=False) is network
    with pytest.raises(NoSuchPlace):
        place("myspace")


def test_an_address_leads_to_its_place() -> None:
    linkedin, blog = place("linkedin"), place("blog")
    assert linkedin.takes_address("https://de.linkedin.com/posts/ada-1")
    assert not linkedin.takes_address("https://linkedin.com.evil.example/posts/1")
    assert not linkedin.takes_address("https://notlinkedin.com/posts/1")
    assert blog.takes_address("https://ada.example/why")
    assert not place("bluesky").takes_address("https://ada.example/profile/ada/post/1")
    for server, is_there in (("https://social.example", True), ("https://other.example", False), ("", True)):
        assert place("mastodon").takes_address("https://social.example/@ada/1", server=server) == is_there
    assert all(urlsplit(f"https://{host}").hostname == host for one in PLACES for host in one.hosts)
