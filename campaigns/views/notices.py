"""The list behind the bell. Looking at it changes nothing; a button opens one, or marks all as read."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import MemberRequest, for_member
from campaigns import access
from campaigns.actions.notices import read_all_notices, read_notice
from campaigns.selectors.notices import notices_of
from campaigns.views.own_zone import in_own_zone


@require_safe
@for_member()
@in_own_zone
def notices(request: MemberRequest) -> HttpResponse:
    shown = notices_of(request.member)
    context = {"notices": shown, "any_new": any(one.is_new for one in shown)}
    return render(request, "campaigns/notices.html", context)


@require_POST
@for_member()
def notice_open(request: MemberRequest, public_id: str) -> HttpResponse:
    """Marks one as read and goes where it leads: a path of ours, written by us."""
    notice = access.notice_for(request.member, public_id)
    read_notice(notice, by=request.member)
    return redirect(notice.path)


@require_POST
@for_member()
def notices_read(request: MemberRequest) -> HttpResponse:
    read_all_notices(request.member, by=request.member)
    return redirect("notices", request.organization.slug)
