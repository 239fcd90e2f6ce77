"""The words of an activity: what a card asks, what its button and its pages say. Decides nothing.

A post in own words has none of these; what the queue says of one that is planned or done is `deed_words.py`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.activity_rules import deed_of, is_at_a_network, takes_words
from campaigns.models import Activity, Item
from campaigns.points_rules import RULES, TOLD, could_earn, earns_with_words_alone
from integrations.networks.base import Deed
from integrations.places import place as hand_place


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """`asks` stands on the card, `begins` on the button that leads to the look, `does` on the one that approves.

    For the curator: `open` says what its people can do, `counted` names the figure of it; '' where none is shown.
    """

    asks: str
    icon: str
    begins: str
    does: str
    open: str
    counted: str
    earns: str
    place: str = ""
    takes_words: bool = False
    target_is_account: bool = False


class _Said(NamedTuple):
    """As `ActivityWords`, before they are translated."""

    asks: object
    icon: str
    begins: object
    does: object
    open: object
    counted: object


_SAID: Mapping[str, _Said] = {
    Activity.LIKE: _Said(
        gettext_lazy("Like this post"),
        "hand-thumb-up",
        gettext_lazy("Look and like it"),
        gettext_lazy("Approve this like"),
        gettext_lazy("Its people can like it."),
        gettext_lazy("Likes"),
    ),
    Activity.REPOST: _Said(
        gettext_lazy("Repost it, with a line of your own if you like"),
        "arrow-path-rounded-square",
        gettext_lazy("Look and repost it"),
        gettext_lazy("Approve this repost"),
        gettext_lazy("Its people can repost it."),
        gettext_lazy("Reposts"),
    ),
    Activity.COMMENT: _Said(
        gettext_lazy("Write a comment under it, in your own words"),
        "chat-bubble-oval-left",
        gettext_lazy("Write a comment"),
        gettext_lazy("Approve this comment"),
        gettext_lazy("Its people can comment on it."),
        gettext_lazy("Comments"),
    ),
    Activity.FOLLOW: _Said(
        gettext_lazy("Follow this account"),
        "user-plus",
        gettext_lazy("Look and follow it"),
        gettext_lazy("Approve this follow"),
        gettext_lazy("Its people can follow the account."),
        gettext_lazy("People who followed"),
    ),
    Activity.TASK: _Said(
        gettext_lazy("Something to do"),
        "check-circle",
        gettext_lazy("See what it is"),
        gettext_lazy("It's done"),
        gettext_lazy("Its people can do it."),
        "",
    ),
}


def activity_words(item: Item) -> ActivityWords | None:
    """None where a post is asked for."""
    if item.asks not in _SAID:
        return None
    said = _SAID[item.asks]
    there = is_at_a_network(item.asks)
    return ActivityWords(
        asks=str(said.asks),
        icon=said.icon,
        begins=str(said.begins),
        does=str(said.does),
        open=str(said.open),
        counted=str(said.counted),
        earns=earning_words(item.asks),
        place=hand_place(item.target_at).label if there else "",
        takes_words=takes_words(item.asks),
        target_is_account=there and deed_of(item.asks) is Deed.FOLLOW,
    )


def earning_words(asks: str) -> str:
    """In sight before anybody does it (design.md, promise 9)."""
    points = {"points": could_earn(asks)}
    if not could_earn(asks):
        return _("Earns no points, so that a like or a follow stays what it is.")
    if earns_with_words_alone(asks):
        return _("%(points)d points with a line of your own; bare it earns none.") % points
    if asks == Activity.TASK:
        return _("%(points)d points, on your word, up to %(limit)d a week.") % {
            **points,
            "limit": RULES[TOLD].per_week or 0,
        }
    return _("%(points)d points.") % points
