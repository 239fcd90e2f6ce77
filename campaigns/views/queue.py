"""*My queue*: where each post stands and the one thing to do about it; the buttons."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.models import Member
from accounts.refusals import Refusal
from accounts.selectors.sign_in import signs_in_by_mail_only
from campaigns import access
from campaigns.actions.answers import confirm_it_is_there, leave_it
from campaigns.actions.by_hand import post_by_hand_is_gone, remind_later
from campaigns.actions.drafts import start_again
from campaigns.actions.reviews import take_back_from_review
from campaigns.actions.shares import choose_connection, take_down_share, withdraw_share
from campaigns.activity_rules import is_at_a_network
from campaigns.models import Share, ShareState
from campaigns.refusals import ApprovalNeeded
from campaigns.selectors import queue as selector
from campaigns.selectors.deed_words import deed_told
from campaigns.selectors.share_words import ShareWords, words_of
from campaigns.selectors.unearned import what_they_wait_for
from campaigns.views.own_zone import in_own_zone
from campaigns.views.week import chosen_view, week_page
from integrations.selectors.connections import pause_of

SOON = timedelta(minutes=2)  # the page looks again by itself while something is about to happen
Act = Callable[[Share, Member], Share]


@require_safe
@for_member()
@in_own_zone
def queue(request: MemberRequest) -> HttpResponse:
    looks_again = request.headers.get("HX-Request")  # the list in an open window, whatever another one shows
    if not looks_again and chosen_view(request) == "week":
        return week_page(request, asked=request.GET.get("week", ""), moved=request.GET.get("moved", ""))
    mine = selector.queue(request.member)
    now = timezone.now()
    sections = [
        ("waiting", _("Waiting for you"), mine.waiting_for_me),
        ("on-the-way", _("On its way"), mine.on_the_way),
        ("planned", _("Planned"), mine.planned),
        ("drafts", _("Drafts"), mine.drafts),
        ("out", _("Posted"), mine.out),
        ("over", _("Over"), mine.over),
    ]
    for _key, _title, shares in sections:
        for share in shares:
            share.organization, share.member = request.organization, request.member
    waits = what_they_wait_for(mine.out)

    def words(share: Share) -> ShareWords:
        said = words_of(share, now=now)
        return replace(said, safe=waits[share.pk]) if share.pk in waits else said

    context = {
        "sections": [(key, title, [(share, words(share)) for share in shares]) for key, title, shares in sections],
        "is_empty": mine.is_empty,
        "pause": pause_of(request.member),
        "offers_sign_in": mine.only_first_is_out and _signs_in_by_mail_only(request.member),
        "moves_by_itself": bool(mine.on_the_way) or _is_soon(mine.planned, now),
    }
    template = "campaigns/_queue.html" if looks_again else "campaigns/queue.html"
    return render(request, template, context)


def _signs_in_by_mail_only(member: Member) -> bool:
    return member.user is not None and signs_in_by_mail_only(member.user)


def _is_soon(planned: Sequence[Share], now: datetime) -> bool:
    return any(share.due_at is not None and share.due_at < now + SOON for share in planned)


def _to_hand(share: Share, by: Member) -> Share:
    return choose_connection(share, by=by, network=share.network, by_hand=True)


# What a button does, and the sentence when it is done.
ACTS: Mapping[str, tuple[Act, Promise]] = {
    "withdraw": (
        lambda share, by: withdraw_share(share, by=by),
        gettext_lazy("Taken back. It will not be posted."),
    ),
    "take_down": (
        lambda share, by: take_down_share(share, by=by),
        gettext_lazy("We are asking the network to take it down."),
    ),
    "to_hand": (_to_hand, gettext_lazy("You post it by hand. Look at it once more and approve it.")),
    "again": (
        lambda share, by: start_again(share, by=by),
        gettext_lazy("A new draft with the same words."),
    ),
    "take_back": (
        lambda share, by: take_back_from_review(share, by=by),
        gettext_lazy("It is yours alone again. Change what you like."),
    ),
    "later": (lambda share, by: remind_later(share, by=by), gettext_lazy("We remind you in three hours.")),
    "gone": (
        lambda share, by: post_by_hand_is_gone(share, by=by),
        gettext_lazy("Thank you. It counts as taken down."),
    ),
    "is_there": (
        lambda share, by: confirm_it_is_there(share, by=by),
        gettext_lazy("Thank you. It counts as posted."),
    ),
    "leave": (lambda share, by: leave_it(share, by=by), gettext_lazy("Left as it is. It will not be sent.")),
}

TO_THE_WORDS = ("again", "take_back")  # after these the person goes on writing


@require_POST
@for_member()
@in_own_zone
def act_on_share(request: MemberRequest, public_id: str, act: str) -> HttpResponse:
    """One button of the queue."""
    slug = request.organization.slug
    share = access.share_for(request.member, public_id)
    perform, done = ACTS[act]
    try:
        share = perform(share, request.member)
    except ApprovalNeeded as refusal:
        messages.info(request, refusal.sentence)
        return redirect("approve", slug, public_id)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("queue", slug)
    if act == "withdraw" and share.state != ShareState.WITHDRAWN:
        messages.info(request, _("It may be out already. What is not out will not be sent."))
    else:
        messages.success(request, (deed_told(act) if is_at_a_network(share.item.asks) else "") or str(done))
    if act == "to_hand":
        return redirect("approve", slug, public_id)
    return redirect("compose", slug, share.public_id) if act in TO_THE_WORDS else redirect("queue", slug)
