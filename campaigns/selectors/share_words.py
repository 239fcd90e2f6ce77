"""One plain sentence for each state of a share, what is safe, and what the person can do about it.

The words of experience.md: never "held", "unknown" or "share" on a screen. Reads the share; decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.moments import clock, day_and_clock, in_zone, place, span
from campaigns.activity_rules import is_at_a_network
from campaigns.canonical import pictures_read, shown_post
from campaigns.models import Attempt, Evidence, HeldReason, Review, Share, ShareState
from campaigns.restore_texts import MAY_BE_OUT
from campaigns.selectors import share_doings as do
from campaigns.selectors.deed_words import deed_doings, deed_sentence, deed_state
from campaigns.selectors.places import limits_where
from campaigns.selectors.queue import can_take_down
from campaigns.selectors.reviews import standing_of
from campaigns.selectors.share_doings import Doing
from campaigns.selectors.waits import moved_page, why_it_waits
from integrations.networks import network
from integrations.networks.base import AfterUnknown

S = ShareState
H = HeldReason


@dataclass(frozen=True, slots=True)
class ShareWords:
    """`state`: the state in a word or two, where it is not a post's."""

    sentence: str
    safe: str = ""
    doings: tuple[Doing, ...] = ()
    needs_person: bool = False
    state: str = ""


def words_of(share: Share, *, now: datetime) -> ShareWords:
    """What to say about this share, to its owner."""
    waits = why_it_waits(share, now=now) if share.state == S.SCHEDULED else ""
    words = _words_of(share, now=now)
    if is_at_a_network(share.item.asks):
        sentence, safe = deed_sentence(share) or words.sentence, words.safe if share.text else ""
        doings = deed_doings(share, words.doings)
        words = replace(words, sentence=sentence, safe=safe, doings=doings, state=deed_state(share))
    return replace(words, sentence=waits) if waits else words


def _words_of(share: Share, *, now: datetime) -> ShareWords:
    state = ShareState(share.state)
    if state is not S.HELD:
        return _STATES[state](share)
    if share.held_reason == H.LATE:
        return _late(share, now)
    return _HELD[HeldReason(share.held_reason)](share)


# --- states ------------------------------------------------------------------------------------


def _draft(share: Share) -> ShareWords:
    last = _last_review(share)
    if last is not None and not last.passed:
        return _sent_back(share, last)
    if last is not None and (passed := standing_of(share).passed) is not None:  # of exactly these words
        return _passed(share, passed)
    sentence = _("A draft. Nothing goes out before you approve it.")
    if share.proposed_at:
        sentence = _("A draft, proposed for %(time)s. Nothing goes out before you approve it.") % {
            "time": _when(share.proposed_at)
        }
    return ShareWords(sentence, doings=(do.go_on(share), do.delete(share)))


def _in_review(share: Share) -> ShareWords:
    safe = _("Until then only the people who read texts at %(company)s see it.")
    take_back = Doing(
        _("Take it back"), do.address_of(share, "share_take_back"), posts=True, look="quiet", icon="arrow-uturn-left"
    )
    return ShareWords(
        _("A colleague reads it before you can approve it."),
        safe=safe % {"company": share.organization.name},
        doings=(take_back, do.throw_away(share)),
    )


def _passed(share: Share, review: Review) -> ShareWords:
    sentence = _("%(name)s has read it. You can approve it now; nothing goes out before you do.")
    doings = (do.approve(share, _("Look it over and approve it"), icon="eye"), do.edit(share), do.throw_away(share))
    return ShareWords(sentence % {"name": review.by}, safe=review.note, doings=doings)


def _sent_back(share: Share, review: Review) -> ShareWords:
    """The reader's word stands alone; what was written needs no quotation marks around it."""
    sentence = _("%(name)s has read it and would change something. Your text is as you left it. The word with it:")
    doings = (do.go_on(share), do.throw_away(share))
    return ShareWords(sentence % {"name": review.by}, safe=review.note, doings=doings)


def _planned(share: Share) -> ShareWords:
    time = {"time": _when(share.due_at), "network": do.network_label(share)}
    if share.by_hand:
        sentence = _("We remind you %(time)s; then you post it yourself: %(network)s.") % time
        doings = [do.to_page(share, _("Post it now"), "by_hand", icon="hand-raised"), do.edit(share)]
    else:
        sentence = _when_it_goes(share) % time
        doings = [do.approve(share, _("Another time"), look="quiet", icon="clock"), do.edit(share)]
    return ShareWords(sentence, doings=(*doings, do.withdraw(share)))


def _when_it_goes(share: Share) -> str:
    if share.connection is not None and share.connection.frozen:
        return _("Planned for %(time)s on %(network)s, and waits while you pause.")
    return _("Goes out %(time)s on %(network)s.")


def _about_to_go(share: Share) -> ShareWords:
    return ShareWords(_("Goes out in a moment."), doings=(do.withdraw(share),))


def _going(_share: Share) -> ShareWords:
    return ShareWords(_("It is going out this very moment."))


def _unclear(share: Share) -> ShareWords:
    sentence = f"{_what_we_know(share)} {_never_twice()}"
    if network(share.network).after_unknown is AfterUnknown.OPAQUE:
        return ShareWords(sentence, doings=do.open_mine(share))
    soon = _("We look every few minutes; you'll know by %(known)s. Nothing to do.")
    return ShareWords(sentence, safe=soon % {"known": _clock(share.settle_at)}, doings=do.open_mine(share))


def _what_we_know(share: Share) -> str:
    sent = _last_attempt(share)
    if sent is None:
        return _("We could not tell whether this went out.")
    if sent.reason == MAY_BE_OUT:
        return _(MAY_BE_OUT)
    names = {"network": do.network_label(share), "sent": _clock(sent.intent_at, seconds=True)}
    return (
        _(
            "We could not tell whether this went out. We sent your post to %(network)s at %(sent)s, and %(network)s"
            " did not answer clearly."
        )
        % names
    )


def _never_twice() -> str:
    return _("We will not send it again by ourselves, so it can't appear twice.")


def _failed(share: Share) -> ShareWords:
    attempt = _last_attempt(share)
    reason = _(attempt.reason) if attempt and attempt.reason else ""
    sentence = _("%(network)s did not take this post. It was not posted.") % {"network": do.network_label(share)}
    doings = (do.edit(share, look=""), do.switch_to_hand(share), do.throw_away(share))
    return ShareWords(f"{sentence} {reason}".strip(), safe=_("Your text is safe."), doings=doings, needs_person=True)


def _published(share: Share) -> ShareWords:
    names = {"time": _when(share.published_at), "network": do.network_label(share)}
    doings = do.open_post(share)
    if share.by_hand:
        return ShareWords(_by_hand_and_out(share) % names, doings=(*doings, *do.after_by_hand(share)))
    sentence = _("Out since %(time)s on %(network)s.") % names
    if not share.external_url and network(share.network).posts_publicly:
        sentence = f"{sentence} {_address_unknown(share) % names}"
        doings = tuple(replace(doing, look="quiet") for doing in do.open_mine(share))
    doings = (*doings, *do.ask_for_answers(share))
    if can_take_down(share):
        asks = _("It disappears from %(network)s, with its answers and reactions. That cannot be undone.") % names
        address = do.address_of(share, "share_take_down")
        icon = "archive-box-arrow-down"
        doings = (*doings, Doing(_("Take down"), address, posts=True, look="plain", icon=icon, asks=asks))
    if share.held_detail:  # a take-down that did not work left the place to do it by hand
        still = _("It is still up: %(network)s did not take it down for us. You can delete it there.") % names
        return ShareWords(f"{sentence} {still}", doings=doings, needs_person=True)
    return ShareWords(sentence, doings=doings)


def _address_unknown(share: Share) -> str:
    """Found by what its network keeps of it, or its answer broke off: it is out, and nobody told us where."""
    if share.external_id:
        return _("%(network)s did not tell us its address, so we cannot open it for you.")
    return _("%(network)s did not tell us which post it is, so you can open or delete it only there.")


def _by_hand_and_out(share: Share) -> str:
    if share.evidence == Evidence.SEEN:
        return _("You posted it yourself %(time)s: %(network)s. We saw it there.")
    return _("You posted it yourself %(time)s: %(network)s.")


def _taking_down(share: Share) -> ShareWords:
    return ShareWords(_("We are asking %(network)s to take it down.") % {"network": do.network_label(share)})


def _taken_down(share: Share) -> ShareWords:
    if share.by_hand:
        return ShareWords(_("You deleted it there: %(network)s.") % {"network": do.network_label(share)})
    return ShareWords(
        _("You took it down. %(network)s confirmed that it is gone.") % {"network": do.network_label(share)}
    )


def _withdrawn(share: Share) -> ShareWords:
    return ShareWords(_("You took it back. It was not posted."), doings=(do.start_anew(share),))


def _expired(share: Share) -> ShareWords:
    return ShareWords(_("Its time passed, so it was not posted. Your text is kept."), doings=(do.start_anew(share),))


# --- waiting for you -----------------------------------------------------------------------------


def _reconnect(share: Share) -> ShareWords:
    names = {"network": do.network_label(share)}
    connect = Doing(
        _("Connect %(network)s again") % names,
        do.address(share, "connect", share.network) + "?" + urlencode({"share": share.public_id}),
        icon="link",
    )
    return ShareWords(
        _("%(network)s asks you to connect again.") % names,
        safe=_("Your text is safe and was not posted."),
        doings=(connect, do.switch_to_hand(share), do.withdraw(share)),
        needs_person=True,
    )


def _by_hand(share: Share) -> ShareWords:
    later = Doing(_("Later today"), do.address_of(share, "share_later"), posts=True, look="quiet", icon="clock")
    doings = (
        do.to_page(share, _("Post it now"), "by_hand", icon="hand-raised"),
        later,
        do.approve(share, _("Another day"), look="quiet", icon="calendar-days"),
        do.withdraw(share, _("I won't")),
    )
    sentence = _("It's time: %(network)s. Your text is ready to copy.") % {"network": do.network_label(share)}
    return ShareWords(sentence, doings=doings, needs_person=True)


def _late(share: Share, now: datetime) -> ShareWords:
    late = span(now - share.due_at) if share.due_at else ""
    sentence = _("This is %(span)s late. Still want it?") % {"span": late}
    if share.held_detail:
        sentence = f"{_(share.held_detail)} {sentence}"
    return _wanted_still(share, sentence)


def _frozen(share: Share) -> ShareWords:
    if share.held_detail:  # after going back to an earlier copy of our data
        return _wanted_still(share, f"{_(share.held_detail)} {_('Still want it?')}")
    return _wanted_still(share, _("Posting was stopped for a while, and this waited. Still want it?"))


def _wanted_still(share: Share, sentence: str) -> ShareWords:
    doings = (
        do.approve(share, _("Post now"), when="now"),
        do.approve(share, _("New time"), look="quiet", icon="clock"),
        do.withdraw(share),
    )
    return ShareWords(sentence, safe=_("It was not posted."), doings=doings, needs_person=True)


def _story_changed(share: Share) -> ShareWords:
    sentence = moved_page(share) or _("%(company)s changed the page this post links to.") % {
        "company": share.organization.name
    }
    safe = _("Your text is as it was. It was not posted.")
    again = do.approve(share, _("See what changed, and approve again"))
    return ShareWords(sentence, safe=safe, doings=(again, do.edit(share), do.withdraw(share)), needs_person=True)


def _approval_changed(share: Share) -> ShareWords:
    detail = share.held_detail
    sentence = _(detail) if detail else _("This is not exactly what you approved, so it did not go out.")
    look = do.approve(share, _("Look at it again"))
    doings = (look, do.edit(share), do.withdraw(share))
    return ShareWords(sentence, safe=_("Nothing was posted."), doings=doings, needs_person=True)


def _could_not_tell(share: Share) -> ShareWords:
    doings = (
        *do.open_mine(share),
        Doing(_("It is there"), do.address_of(share, "share_is_there"), posts=True, look="quiet", icon="check"),
        do.approve(share, _("It is not there: send it now"), when="now", look="quiet", is_not_there="1"),
        Doing(_("It is not there: leave it"), do.address_of(share, "share_leave"), posts=True, look="plain"),
    )
    return ShareWords(_what_we_know(share), safe=_never_twice(), doings=doings, needs_person=True)


def _not_taking_part(share: Share) -> ShareWords:
    return ShareWords(
        _("You do not take part at present, so this did not go out."),
        safe=_("Your text is safe."),
        doings=(do.approve(share, _("Look at it again"), look="quiet"), do.withdraw(share)),
        needs_person=True,
    )


def _campaign_closed(share: Share) -> ShareWords:
    sentence = _("This story is over, so your post did not go out.")
    return ShareWords(sentence, safe=_("Your text is safe."), doings=(do.withdraw(share),), needs_person=True)


def _embargo(share: Share) -> ShareWords:
    until = share.item.embargo_until
    sentence = _("This story may go out now; it could not when your post was due.")
    if until is not None and until > timezone.now():
        sentence = _("%(company)s says that nothing of this story goes out before %(time)s.") % {
            "company": share.organization.name,
            "time": _when(until),
        }
    again = do.approve(share, _("New time"), icon="clock")
    safe = _("Your text is as it was. It was not posted.")
    return ShareWords(sentence, safe=safe, doings=(again, do.edit(share), do.withdraw(share)), needs_person=True)


def _month_is_spent(share: Share) -> ShareWords:
    sentence = _("This month's money for posts to %(network)s is spent, so your post did not go out.")
    again = do.approve(share, _("Next month"), look="quiet", icon="calendar-days")
    doings = (replace(do.switch_to_hand(share), look=""), again, do.withdraw(share))
    return ShareWords(
        sentence % {"network": do.network_label(share)}, _("Your text is safe."), doings, needs_person=True
    )


def _server_takes_less(share: Share) -> ShareWords:
    """What it says now: a server that takes it again meanwhile has nothing to say."""
    there = limits_where(share)
    sentence = _("%(server)s takes less than when you approved this, so it did not go out.")
    told = [problem.sentence for problem in there.problems(shown_post(share, pictures_read(share))) if problem.blocks]
    again = do.approve(share, _("New time"), look="quiet", icon="clock")
    doings = (do.edit(share, look=""), do.switch_to_hand(share), again, do.withdraw(share))
    words = " ".join([sentence % {"server": there.limits_label}, *told])
    return ShareWords(words, safe=_("Your text is as it was. It was not posted."), doings=doings, needs_person=True)


Say = Callable[[Share], ShareWords]
_STATES: Mapping[ShareState, Say] = {
    S.DRAFT: _draft,
    S.IN_REVIEW: _in_review,
    S.SCHEDULED: _planned,
    S.CLAIMED: _about_to_go,
    S.SENDING: _going,
    S.UNKNOWN: _unclear,
    S.FAILED: _failed,
    S.PUBLISHED: _published,
    S.TAKING_DOWN: _taking_down,
    S.TAKEN_DOWN: _taken_down,
    S.WITHDRAWN: _withdrawn,
    S.EXPIRED: _expired,
}
_HELD: Mapping[HeldReason, Say] = {
    H.RECONNECT: _reconnect,
    H.BY_HAND: _by_hand,
    H.STORY_CHANGED: _story_changed,
    H.APPROVAL_CHANGED: _approval_changed,
    H.COULD_NOT_TELL: _could_not_tell,
    H.FROZEN: _frozen,
    H.NOT_TAKING_PART: _not_taking_part,
    H.CAMPAIGN_CLOSED: _campaign_closed,
    H.EMBARGO: _embargo,
    H.MONTH_IS_SPENT: _month_is_spent,
    H.SERVER_TAKES_LESS: _server_takes_less,
}


# --- words -----------------------------------------------------------------------------------------


def _last_attempt(share: Share) -> Attempt | None:
    return max(share.attempts.all(), key=lambda attempt: attempt.pk, default=None)


def _last_review(share: Share) -> Review | None:
    return max(share.reviews.all(), key=lambda review: review.pk, default=None)


def _when(at: datetime | None) -> str:
    """`Tue 24 Nov, 09:20 (Warsaw)` in the person's zone, which is the current one on a page."""
    if at is None:
        return ""
    local = in_zone(at)
    return f"{day_and_clock(local)} ({place(local)})"


def _clock(at: datetime | None, *, seconds: bool = False) -> str:
    if at is None:
        return ""
    local = in_zone(at)
    return f"{clock(local)}:{local:%S}" if seconds else clock(local)
