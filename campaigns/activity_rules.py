"""What an activity is: what is done at the network, and whether words go with it. Pure.

What it earns is `points_rules.py`'s, which network lets an app do it that network's file's.
"""

from __future__ import annotations

from collections.abc import Mapping

from integrations.networks.posts import NEED_WORDS, Deed

SHARE, TASK = "share", "task"  # of `models.Activity`
DEEDS: Mapping[str, Deed] = {
    SHARE: Deed.POST,
    "repost": Deed.REPOST,
    "like": Deed.LIKE,
    "comment": Deed.COMMENT,
    "follow": Deed.FOLLOW,
}
WORDLESS = frozenset({Deed.LIKE, Deed.FOLLOW})


def deed_of(asks: str) -> Deed:
    """What somebody who does what is asked does at the network. A task has no network: `KeyError`."""
    return DEEDS[asks]


def is_at_a_network(asks: str) -> bool:
    """Something other than a post of one's own, done to a post or an account."""
    return DEEDS.get(asks, Deed.POST) is not Deed.POST


def takes_words(asks: str) -> bool:
    return asks in DEEDS and DEEDS[asks] not in WORDLESS


def needs_words(asks: str) -> bool:
    return DEEDS.get(asks) in NEED_WORDS


def worded(asks: str, words: str) -> bool:
    """Will readers see words of this person? A bare repost, a like and a follow show none, and no disclosure."""
    return takes_words(asks) and (needs_words(asks) or bool(words.strip()))
