"""Shows a person's pages on the person's own clock, whichever company they are in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.access import MemberRequest
from campaigns.selectors.times import zone_of

P = ParamSpec("P")
View = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def in_own_zone(view: View[P]) -> View[P]:
    """Under `for_member`: the member's zone is the current one while the page is made."""

    @wraps(view)
    def shown(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        with timezone.override(zone_of(request.member)):
            return view(request, *args, **kwargs)

    return shown
