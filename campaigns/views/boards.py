"""The leaderboard of a week, month or quarter, with how it is computed beside it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, for_member
from accounts.selectors.organization import settings_of
from campaigns.period_rules import PeriodKind
from campaigns.points_rules import RULES
from campaigns.selectors.leaderboard import TOP, board
from campaigns.views.own_zone import in_own_zone


@require_safe
@for_member()
@in_own_zone
def boards(request: MemberRequest) -> HttpResponse:
    try:
        kind = PeriodKind(request.GET.get("period", PeriodKind.WEEK))
    except ValueError:
        raise Http404("There is no such period.") from None
    context = {
        "board": board(request.member, kind, now=timezone.now()),
        "kinds": [
            (PeriodKind.WEEK, _("This week")),
            (PeriodKind.MONTH, _("This month")),
            (PeriodKind.QUARTER, _("This quarter")),
        ],
        "kind": kind,
        "rules": RULES,
        "top": TOP,
        "company_zone": settings_of().time_zone,
    }
    return render(request, "campaigns/boards.html", context)
