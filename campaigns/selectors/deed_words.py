"""What the queue says of a like, a repost, a comment or a follow: its state, and its buttons. Decides nothing.

`share_words.py` asks here first, and says what it says of a post where nothing else is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.moments import day_and_clock, in_zone, place
from campaigns.activity_rules import takes_words
from campaigns.models import Attempt, HeldReason, Share, ShareState
from campaigns.restore_texts import MAY_BE_OUT
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.places import where_to
from campaigns.selectors.share_doings import Doing, address_of, approve

S = ShareState
H = HeldReason


def deed_state(share: Share) -> str:
    """The state in one or two words; '' where a post's serve."""
    return str(_BADGES.get(ShareState(share.state), ""))


def deed_sentence(share: Share) -> str:
    """What the queue says instead of a post's sentence; '' where that one serves."""
    held = share.state == S.HELD
    say = _HELD.get(HeldReason(share.held_reason)) if held else _STATES.get(ShareState(share.state))
    return say(share) % _names(share) if say else ""


def deed_doings(share: Share, doings: tuple[Doing, ...]) -> tuple[Doing, ...]:
    """The same buttons in words that fit: nobody "takes down" a like, and what has no words is not written on."""
    renamed = {
        address_of(share, "share_take_down"): (_("Take it back"), _("It is taken back at the network.")),
        address_of(share, "share_gone"): (_("I took it back there"), _("If it earned points, they go with it.")),
        address_of(share, "by_hand"): (_("Do it now"), ""),
        address_of(share, "share_again"): (_("Start again"), ""),
        address_of(share, "share_to_hand"): (_("I'll do it by hand"), ""),
        address_of(share, "approve", when="now"): (_("Do it now"), ""),
        address_of(share, "approve", when="now", is_not_there="1"): (_("It is not done: do it now"), ""),
        address_of(share, "share_is_there"): (_("It is done"), ""),
        address_of(share, "share_leave"): (_("It is not done: leave it"), ""),
    }
    if not takes_words(share.item.asks):
        renamed[address_of(share, "compose")] = (_("Another account, or by hand"), "")
        renamed[address_of(share, "draft_delete", back="queue")] = (_("Delete"), "")
        words = activity_words(share.item)
        doings = (approve(share, words.begins), *doings) if words and share.state == S.DRAFT else doings
    return tuple(_renamed(one, *renamed[one.address]) if one.address in renamed else one for one in doings)


def deed_told(act: str) -> str:
    """What a button of the queue answers once it is done; '' where a post's words serve."""
    return str(_TOLD.get(act, ""))


def _renamed(doing: Doing, label: str, asks: str) -> Doing:
    return replace(doing, label=label, asks=asks if doing.asks else "")


# --- states ------------------------------------------------------------------------------------


def _unapproved(share: Share) -> str:
    if takes_words(share.item.asks):
        return ""
    if share.proposed_at:
        return _("Proposed for %(time)s. Nothing is done before you approve it.")
    return _("Nothing is done before you approve it.")


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
    attempt = _last_attempt(share)
    reason = _(attempt.reason).replace("%", "%%") if attempt and attempt.reason else ""
    return f"{_('%(network)s did not take this. It was not done.')} {reason}".strip()


def _unclear(share: Share) -> str:
    attempt = _last_attempt(share)
    if attempt is not None and attempt.reason == MAY_BE_OUT:
        return ""
    sentence = _("We could not tell whether this was done: %(network)s did not answer clearly.")
    return f"{sentence} {_('We will not do it again by ourselves.')}"


def _after_embargo(share: Share) -> str:
    return "" if share.item.is_under_embargo else _("This may be done now; it could not when it was due.")


def _last_attempt(share: Share) -> Attempt | None:
    return max(share.attempts.all(), key=lambda one: one.pk, default=None)


_STATES: Mapping[ShareState, Callable[[Share], str]] = {
    S.DRAFT: _unapproved,
    S.SCHEDULED: _planned,
    S.CLAIMED: lambda _share: _("It is done in a moment."),
    S.SENDING: lambda _share: _("It is being done this very moment."),
    S.UNKNOWN: _unclear,
    S.PUBLISHED: _done,
    S.TAKING_DOWN: lambda _share: _("We are asking %(network)s to take it back."),
    S.TAKEN_DOWN: _taken_back,
    S.WITHDRAWN: lambda _share: _("You changed your mind. It was not done."),
    S.EXPIRED: lambda _share: _("Its time passed, so it was not done."),
    S.FAILED: _failed,
}
_HELD: Mapping[HeldReason, Callable[[Share], str]] = {
    H.BY_HAND: lambda _share: _("It's time: %(network)s."),
    H.COULD_NOT_TELL: _unclear,
    H.STORY_CHANGED: lambda _share: _("What is asked here has changed since you approved it. It was not done."),
    H.CAMPAIGN_CLOSED: lambda _share: _("This is over, so it was not done."),
    H.EMBARGO: _after_embargo,
    H.MONTH_IS_SPENT: lambda _share: _("This month's money for %(network)s is spent, so this was not done."),
}
_BADGES: Mapping[ShareState, Promise] = {
    S.CLAIMED: gettext_lazy("About to be done"),
    S.SENDING: gettext_lazy("Being done"),
    S.FAILED: gettext_lazy("Not done"),
    S.PUBLISHED: gettext_lazy("Done"),
    S.TAKING_DOWN: gettext_lazy("Being taken back"),
    S.TAKEN_DOWN: gettext_lazy("Taken back"),
}
_TOLD: Mapping[str, Promise] = {
    "withdraw": gettext_lazy("Taken back. It will not be done."),
    "take_down": gettext_lazy("We are asking the network to take it back."),
    "to_hand": gettext_lazy("You do it by hand. Look at it once more and approve it."),
    "again": gettext_lazy("It is there again, for you to approve."),
    "gone": gettext_lazy("Thank you. It counts as taken back."),
    "is_there": gettext_lazy("Thank you. It counts as done."),
    "leave": gettext_lazy("Left as it is. It will not be done."),
}


def _names(share: Share) -> dict[str, str]:
    at = share.published_at or share.due_at or share.proposed_at
    when = ""
    if at is not None:
        local = in_zone(at)
        when = f"{day_and_clock(local)} ({place(local)})"
    return {"network": where_to(share).label if share.network else _("a network"), "time": when}
