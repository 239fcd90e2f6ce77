"""*My queue* as a week: its page, and moving a post to another time by button, field, drag or key: one form for all."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.moments import day_and_clock, in_zone, place
from accounts.refusals import Refusal
from campaigns import access
from campaigns.actions.plans import change_time
from campaigns.models import Share
from campaigns.refusals import ApprovalNeeded, BadTime
from campaigns.selectors.queue import waiting_count
from campaigns.selectors.times import zone_of
from campaigns.selectors.week import monday_of, time_of
from campaigns.selectors.week import week as week_of
from campaigns.time_rules import WALL_FORM, wall_of
from campaigns.views.own_zone import in_own_zone
from integrations.selectors.connections import pause_of

VIEWS = ("list", "week")
STEPS = {"earlier": timedelta(days=-1), "later": timedelta(days=1)}


def chosen_view(request: MemberRequest) -> str:
    """List or week: as asked for, else as this person had it last."""
    asked = request.GET.get("view", "")
    if asked in VIEWS and asked != request.session.get("queue_view", VIEWS[0]):
        request.session["queue_view"] = asked
    return str(request.session.get("queue_view", VIEWS[0]))


def week_page(
    request: MemberRequest, *, asked: str = "", moved: str = "", refusal: BadTime | None = None
) -> HttpResponse:
    zone, now = zone_of(request.member), timezone.now()
    monday = monday_of(asked, today=now.astimezone(zone).date())
    context = {
        "week": week_of(request.member, request.organization, monday, zone=zone, now=now),
        "pause": pause_of(request.member),
        "waiting": waiting_count(request.member),
        "place": place(in_zone(now)),
        "now_wall": wall_of(now, zone),
        "moved": moved,
        "refusal": refusal,
        "instead": wall_of(refusal.instead, zone) if refusal and refusal.instead else "",
    }
    return render(request, "campaigns/queue_week.html", context, status=refusal.status if refusal else 200)


@require_POST
@for_member()
@in_own_zone
def share_move(request: MemberRequest, public_id: str) -> HttpResponse:
    """Another time. Beyond what was approved it leads to the approval, and until then everything stays as it was."""
    share = access.share_for(request.member, public_id)
    wall = _asked_time(request, share)
    try:
        share = change_time(share, by=request.member, wall_time=wall)
    except ApprovalNeeded:
        messages.info(request, _("You approved it for another time. Look once more; until then it stays as it is."))
        address = reverse("approve", args=[request.organization.slug, public_id])
        return redirect(f"{address}?{urlencode({'when': 'pick', 'at': wall})}")
    except BadTime as refusal:
        return week_page(request, asked=_week_shown(request, share), moved=public_id, refusal=refusal)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("queue", request.organization.slug)
    local = in_zone(time_of(share) or timezone.now())
    messages.success(request, _("Moved to %(time)s.") % {"time": f"{day_and_clock(local)} ({place(local)})"})
    query = {"view": "week", "week": f"{local:%Y-%m-%d}", "moved": public_id}
    return redirect(f"{reverse('queue', args=[request.organization.slug])}?{urlencode(query)}")


def _asked_time(request: MemberRequest, share: Share) -> str:
    """What the field says, or the same hour a day before or after."""
    step, at = STEPS.get(request.POST.get("go", "")), time_of(share)
    if step is None or at is None:
        return request.POST.get("at", "")
    wall = datetime.strptime(wall_of(at, zone_of(request.member)), WALL_FORM)  # noqa: DTZ007  # a wall time has none
    return (wall + step).strftime(WALL_FORM)


def _week_shown(request: MemberRequest, share: Share) -> str:
    at = time_of(share)
    return wall_of(at, zone_of(request.member))[:10] if at else ""
