"""A person's calendar: the feed for their calendar program, and the buttons that make, renew and end its address."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.selectors.invitations import organization_of_token
from accounts.tenancy import acting_in
from campaigns.actions.calendar import choose_calendar_titles, end_calendar, make_calendar
from campaigns.selectors.calendar import calendar_of, feed_of_token
from campaigns.views.own_zone import in_own_zone
from campaigns.views.telling import telling_page


@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """For whoever holds the address, which only its person got; calendar programs sign nobody in."""
    organization = organization_of_token(token)
    if organization is None:
        raise Http404("There is nothing here.")
    with acting_in(organization):
        feed = feed_of_token(token)
        if feed is None:
            raise Http404("There is nothing here.")
        content = calendar_of(feed, now=timezone.now())
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=900"}
    whole = HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
    answer: HttpResponseBase = get_conditional_response(request, etag=etag, response=whole) or whole
    return answer


@require_POST
@for_member()
@in_own_zone
def calendar_change(request: MemberRequest) -> HttpResponse:
    """Make or renew the address (shown once, in this answer), what it tells, or its end."""
    member, wants_titles = request.member, "shows_titles" in request.POST
    match request.POST.get("act"):
        case "make":
            secret = make_calendar(member, by=member, shows_titles=wants_titles)
            return telling_page(request, made_calendar=settings.SITE_ADDRESS + reverse("calendar_feed", args=[secret]))
        case "titles":
            choose_calendar_titles(member, by=member, shows_titles=wants_titles)
            messages.success(request, _("Saved."))
        case "end":
            end_calendar(member, by=member)
            messages.success(request, _("The address has ended. Take it out of your calendar program, too."))
    return redirect("telling", request.organization.slug)
