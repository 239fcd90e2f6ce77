"""The curator's calendar: a month as a grid or as a list, and moving the day on which a story opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.moments import day_and_clock, in_zone
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right
from campaigns.actions.items import plan_item
from campaigns.library_access import curated_item
from campaigns.models import Item
from campaigns.selectors.calendar_month import calendar_month, month_named
from campaigns.selectors.times import zone_of
from campaigns.time_rules import NoSuchTime, UnreadableTime, instant_of, read_wall_time
from campaigns.views.own_zone import in_own_zone

STEPS = {"-7": -7, "-1": -1, "1": 1, "7": 7}  # days


@require_safe
@for_member(Right.CURATE)
@in_own_zone
def calendar(request: MemberRequest) -> HttpResponse:
    zone, now = zone_of(request.member), timezone.now()
    first = month_named(request.GET.get("month", ""), today=now.astimezone(zone).date())
    as_list = request.GET.get("view") == "list"
    month = calendar_month(first, zone=zone, now=now)
    view = {"view": "list"} if as_list else {}
    context = {
        "month": month,
        "as_list": as_list,
        "zone": zone.key,
        "before": "?" + urlencode({"month": f"{month.before:%Y-%m}", **view}),
        "after": "?" + urlencode({"month": f"{month.after:%Y-%m}", **view}),
        "as_grid_address": "?" + urlencode({"month": f"{first:%Y-%m}"}),
        "as_list_address": "?" + urlencode({"month": f"{first:%Y-%m}", "view": "list"}),
    }
    return render(request, "campaigns/library/calendar.html", context)


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def item_move(request: MemberRequest, public_id: str) -> HttpResponse:
    """Another day or another time for the opening; from here the page shows the month it went to."""
    item = curated_item(request.member, public_id)
    try:
        at = _wanted(request, item)
        item = plan_item(item, by=request.member, release_at=at, expires_at=item.expires_at)
        told = {"title": item.title, "time": day_and_clock(in_zone(at))}
        messages.success(request, _("%(title)s opens %(time)s.") % told)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect(_back(request, item))


def _wanted(request: MemberRequest, item: Item) -> datetime:
    zone = zone_of(request.member)
    if item.release_at is None or item.release_at <= timezone.now():
        raise BadInput(_("It has opened already. End it on its own page instead."))
    try:
        if (step := STEPS.get(request.POST.get("days", ""))) is not None:
            wall = item.release_at.astimezone(zone).replace(tzinfo=None) + timedelta(days=step)
        else:
            wall = read_wall_time(request.POST.get("release_at", ""))
        return instant_of(wall, zone)
    except UnreadableTime:
        raise BadInput(_("Please choose a date and a time.")) from None
    except NoSuchTime as gap:
        return instant_of(gap.instead, zone)


def _back(request: MemberRequest, item: Item) -> str:
    zone: ZoneInfo = zone_of(request.member)
    at = item.release_at or timezone.now()
    query = {"month": f"{at.astimezone(zone):%Y-%m}"}
    if request.POST.get("view") == "list":
        query["view"] = "list"
    return f"{reverse('story_calendar', args=[request.organization.slug])}?{urlencode(query)}#opens-{item.public_id}"
