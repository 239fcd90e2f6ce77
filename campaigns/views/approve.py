"""The ceremony: the whole text, the account, the network and the time in sight, and one deliberate POST.

A GET only shows. The POST carries the hash of what was shown; if the post is another by now, the person looks again.
"""

from __future__ import annotations

import re
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, for_member
from accounts.models import Member
from accounts.moments import day_and_clock, in_zone, place
from accounts.refusals import Refusal
from accounts.selectors.guidelines import ReadGuidelines, guidelines_in, has_accepted
from campaigns import access
from campaigns.actions.drafts import make_ready_to_show
from campaigns.actions.shares import approve_share
from campaigns.activity_rules import is_at_a_network
from campaigns.canonical import shown_post
from campaigns.models import Door, HeldReason, Share, ShareState
from campaigns.refusals import BadTime, DeletedMeanwhile, MonthIsSpent
from campaigns.selectors.activity_words import activity_words
from campaigns.selectors.deed_words import deed_sentence
from campaigns.selectors.grant_ends import ends_before
from campaigns.selectors.preview import preview_of
from campaigns.selectors.reviews import standing_of
from campaigns.selectors.story_changes import changes_since_approval
from campaigns.selectors.telling import audience_words
from campaigns.selectors.time_words import reason_of
from campaigns.selectors.times import ChosenTime, TimeChoice, good_time_for, now_for, picked_time, zone_of
from campaigns.time_rules import wall_of
from campaigns.views.own_zone import in_own_zone
from campaigns.views.plan_sitting import after_approval, step_here

APPROVABLE = (ShareState.DRAFT, ShareState.SCHEDULED, ShareState.HELD, ShareState.FAILED)


@require_http_methods(["GET", "POST"])
@for_member()
@in_own_zone
def approve(request: MemberRequest, public_id: str) -> HttpResponse:
    share = access.share_for(request.member, public_id)
    if request.method == "POST":
        return _approve(request, share)
    if share.state == ShareState.IN_REVIEW:
        return redirect("compose", request.organization.slug, public_id)
    if share.state not in APPROVABLE:
        messages.info(request, _("There is nothing left to approve here. This is where your post stands."))
        return redirect("queue", request.organization.slug)
    if not share.network:
        messages.info(request, _("Choose first where this should go out: one of your accounts, or by hand."))
        return redirect("compose", request.organization.slug, public_id)
    return _page(request, make_ready_to_show(share, by=request.member))


def _approve(request: MemberRequest, share: Share) -> HttpResponse:
    given = request.POST
    try:
        done = approve_share(
            share,
            by=request.member,
            door=Door.SESSION,
            seen_sha256=given.get("seen_sha256", ""),
            due_at=_instant(given.get("due_at", "")),
            time_zone=zone_of(request.member).key,
            accepts_guidelines=_ticked_guidelines(request),
            is_not_there="is_not_there" in given,
        )
    except DeletedMeanwhile as refusal:
        messages.error(request, refusal.sentence)
        return redirect("queue", request.organization.slug)
    except Refusal as refusal:
        again = access.share_for(request.member, share.public_id)
        if again.state not in APPROVABLE or not again.network:
            messages.error(request, refusal.sentence)
            return redirect("queue", request.organization.slug)
        return _page(request, make_ready_to_show(again, by=request.member), refusal=refusal)
    messages.success(request, _approved_words(done))
    if done.by_hand and done.due_at is not None and done.due_at <= timezone.now():
        return redirect("by_hand", request.organization.slug, done.public_id)
    return after_approval(request, done)


def _page(request: MemberRequest, share: Share, *, refusal: Refusal | None = None) -> HttpResponse:
    time, bad_time = _time(request, share)
    guidelines = guidelines_in(get_language() or "")
    preview = preview_of(share)
    context = {
        "share": share,
        "activity": activity_words(share.item),
        "preview": preview,
        "audience": audience_words(share),
        "seen_sha256": shown_post(share).digest(),
        "time": time,
        "fixed_due_at": _fixed(time),
        "time_reason": reason_of(time, share) if time else "",
        "bad_time": bad_time,
        "ends_before": ends_before(share, time.at if time else None),
        "picked": _given(request, "at") or (time.wall_time if time else ""),
        "guidelines": guidelines if _must_tick(request.member, guidelines) else None,
        "ticked": guidelines is not None and guidelines.number == _ticked_guidelines(request),
        "refusal": refusal.sentence if refusal else "",
        "offers_by_hand": isinstance(refusal, MonthIsSpent),
        "reading": standing_of(share),
        "is_planned": share.state == ShareState.SCHEDULED,
        "is_not_there": share.held_reason == HeldReason.COULD_NOT_TELL,
        "changes": changes_since_approval(share) if share.held_reason == HeldReason.STORY_CHANGED else [],
        "zone": zone_of(request.member),
        "sitting": step_here(request, share),
    }
    return render(request, "campaigns/approve.html", context, status=refusal.status if refusal else 200)


def _time(request: MemberRequest, share: Share) -> tuple[ChosenTime | None, BadTime | None]:
    zone, now = zone_of(request.member), timezone.now()
    proposed = wall_of(share.proposed_at, zone) if share.proposed_at else ""
    try:
        match _given(request, "when") or (TimeChoice.PICK if proposed else TimeChoice.GOOD):
            case TimeChoice.NOW:
                return now_for(share, zone=zone, now=now), None
            case TimeChoice.PICK:
                return picked_time(share, _given(request, "at") or proposed, zone=zone, now=now), None
            case _:
                return good_time_for(share, zone=zone, now=now), None
    except BadTime as refusal:
        return None, refusal


def _given(request: MemberRequest, name: str) -> str:
    value = request.POST.get(name, request.GET.get(name, ""))
    return str(value)


def _fixed(time: ChosenTime | None) -> str:
    """The instant to send along. *Now* has none of its own: its minute begins with the click."""
    if time is None or (time.choice is TimeChoice.NOW and time.moved_by is None):
        return ""
    return time.at.isoformat()


def _instant(typed: str) -> datetime | None:
    try:
        at = parse_datetime(typed) if typed else None
    except ValueError:
        at = None
    if typed and (at is None or at.tzinfo is None):
        raise BadTime(_("We could not read this time. Look at it again; your text is safe."))
    return at


def _ticked_guidelines(request: MemberRequest) -> int:
    """The number of the version over the tick, or 0: a newer one is no ticked one."""
    number = request.POST.get("guidelines", "") if "accepts_guidelines" in request.POST else ""
    return int(number) if re.fullmatch(r"[0-9]{1,9}", number) else 0


def _must_tick(member: Member, guidelines: ReadGuidelines | None) -> bool:
    return guidelines is not None and not has_accepted(member, guidelines.version)


def _approved_words(share: Share) -> str:
    if share.due_at is None:
        return _("Approved.")
    if is_at_a_network(share.item.asks):
        return _("Approved.") + " " + deed_sentence(share)
    local = in_zone(share.due_at)
    when = {"time": f"{day_and_clock(local)} ({place(local)})"}
    if share.by_hand:
        return _("Approved. We remind you %(time)s.") % when
    if share.connection is not None and share.connection.frozen:
        return _("Approved for %(time)s. It waits there until you end your pause.") % when
    return _("Approved. It goes out %(time)s. Until then you can change your mind.") % when
