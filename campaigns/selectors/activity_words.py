"""The words of an activity: what a card asks, what its button and its pages say, what its state means. Decides nothing.

A post in own words has none of these: its words are `share_words.py`'s alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.moments import day_and_clock, in_zone, place
from campaigns.activity_rules import deed_of, is_at_a_network, takes_words
from campaigns.models import Activity, HeldReason, Item, Share, ShareState
from campaigns.points_rules import RULES, TOLD, could_earn, earns_with_words_alone
from campaigns.selectors.places import where_to
from campaigns.selectors.share_doings import Doing, address_of
from integrations.networks.base import Deed
from integrations.places import place as hand_place

S = ShareState


@dataclass(frozen=True, slots=True)
class ActivityWords:
    """`asks` stands on the card, `begins` on the button that leads to the look, `does` on the one that approves."""

    asks: str
    icon: str
    begins: str
    does: str
    earns: str
    place: str = ""
    takes_words: bool = False
    target_is_account: bool = False


_SAID: Mapping[str, tuple[object, str, object, object]] = {
    Activity.LIKE: (
        gettext_lazy("Like this post"),
        "hand-thumb-up",
        gettext_lazy("Look and like it"),
        gettext_lazy("Approve this like"),
    ),
    Activity.REPOST: (
        gettext_lazy("Repost it, with a line of your own if you like"),
        "arrow-path-rounded-square",
        gettext_lazy("Look and repost it"),
        gettext_lazy("Approve this repost"),
    ),
    Activity.COMMENT: (
        gettext_lazy("Write a comment under it, in your own words"),
        "chat-bubble-oval-left",
        gettext_lazy("Write a comment"),
        gettext_lazy("Approve this comment"),
    ),
    Activity.FOLLOW: (
        gettext_lazy("Follow this account"),
        "user-plus",
        gettext_lazy("Look and follow it"),
        gettext_lazy("Approve this follow"),
    ),
    Activity.TASK: (
        gettext_lazy("Something to do"),
        "check-circle",
        gettext_lazy("See what it is"),
        gettext_lazy("It's done"),
    ),
}


def activity_words(item: Item) -> ActivityWords | None:
    """None where a post is asked for."""
    if item.asks not in _SAID:
        return None
    asks, icon, begins, does = _SAID[item.asks]
    there = is_at_a_network(item.asks)
    return ActivityWords(
        asks=str(asks),
        icon=icon,
        begins=str(begins),
        does=str(does),
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


# --- the state of one in the queue -------------------------------------------------------------


def deed_sentence(share: Share) -> str:
    """What the queue says instead of a post's sentence; '' where that one serves."""
    say = _STATES.get(ShareState(share.state))
    if say is None and share.held_reason == HeldReason.BY_HAND:
        say = _waits_for_hand
    return say(share) % _names(share) if say else ""


def deed_doings(share: Share, doings: tuple[Doing, ...]) -> tuple[Doing, ...]:
    """The same buttons in words that fit: nobody "takes down" a like."""
    renamed = {
        address_of(share, "share_take_down"): (_("Take it back"), _("It is taken back at the network.")),
        address_of(share, "share_gone"): (_("I took it back there"), _("If it earned points, they go with it.")),
        address_of(share, "by_hand"): (_("Do it now"), ""),
        address_of(share, "share_again"): (_("Start again"), ""),
        address_of(share, "share_to_hand"): (_("I'll do it by hand"), ""),
    }
    return tuple(_renamed(one, *renamed[one.address]) if one.address in renamed else one for one in doings)


def _renamed(doing: Doing, label: str, asks: str) -> Doing:
    return replace(doing, label=label, asks=asks if doing.asks else "")


def _planned(share: Share) -> str:
    if share.by_hand:
        return _("We remind you %(time)s; then you do it yourself: %(network)s.")
    if share.connection is not None and share.connection.frozen:
        return _("Planned for %(time)s on %(network)s, and waits while you pause.")
    return _("We do it for you %(time)s on %(network)s.")


def _done(share: Share) -> str:
    if share.by_hand:
        return _("You did it yourself %(time)s: %(network)s.")
    if share.held_detail:
        return _("Done %(time)s on %(network)s. It still stands there: you can take it back there yourself.")
    return _("Done %(time)s on %(network)s.")


def _taken_back(share: Share) -> str:
    if share.by_hand:
        return _("You took it back there: %(network)s.")
    return _("You took it back. %(network)s confirmed that it is gone.")


def _failed(share: Share) -> str:
    attempt = max(share.attempts.all(), key=lambda one: one.pk, default=None)
    reason = _(attempt.reason).replace("%", "%%") if attempt and attempt.reason else ""
    return f"{_('%(network)s did not take this. It was not done.')} {reason}".strip()


def _waits_for_hand(_share: Share) -> str:
    return _("It's time: %(network)s.")


_STATES: Mapping[ShareState, Callable[[Share], str]] = {
    S.SCHEDULED: _planned,
    S.PUBLISHED: _done,
    S.TAKING_DOWN: lambda _share: _("We are asking %(network)s to take it back."),
    S.TAKEN_DOWN: _taken_back,
    S.WITHDRAWN: lambda _share: _("You changed your mind. It was not done."),
    S.EXPIRED: lambda _share: _("Its time passed, so it was not done."),
    S.FAILED: _failed,
}


def _names(share: Share) -> dict[str, str]:
    at = share.published_at or share.due_at
    when = ""
    if at is not None:
        local = in_zone(at)
        when = f"{day_and_clock(local)} ({place(local)})"
    return {"network": where_to(share).label if share.network else _("a network"), "time": when}
