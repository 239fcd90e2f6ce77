"""*My results*: a person's own figures and points, with how each is computed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import MemberRequest, for_member
from campaigns.points_rules import RULES
from campaigns.selectors import results as selector
from campaigns.views.own_zone import in_own_zone


@require_safe
@for_member()
@in_own_zone
def my_results(request: MemberRequest) -> HttpResponse:
    results = selector.my_results(request.member, now=timezone.now())
    return render(request, "campaigns/results.html", {"results": results, "rules": RULES})
