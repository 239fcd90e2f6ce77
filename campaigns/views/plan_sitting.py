"""One sitting of *Plan my week*, across the composer and the approval: which posts belong to it, and where to go next.

The session keeps the public ids alone; the drafts and their slots are on the server. Each approval stays its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.access import MemberRequest
from campaigns.models import Share
from campaigns.selectors.plan import MOST, plan_of


@dataclass(frozen=True, slots=True)
class Place:
    """The second of five."""

    number: int
    total: int


KEY = "plan"
KEPT = 3 * MOST


def sitting_ids(request: MemberRequest) -> list[str]:
    return [str(public_id) for public_id in request.session.get(KEY, [])]


def keep_sitting(request: MemberRequest, public_ids: Iterable[str]) -> None:
    kept = list(dict.fromkeys(public_ids))[-KEPT:]
    if kept != sitting_ids(request):
        request.session[KEY] = kept


def leave_out(request: MemberRequest, share: Share) -> None:
    keep_sitting(request, [one for one in sitting_ids(request) if one != share.public_id])


def step_here(request: MemberRequest, share: Share) -> Place | None:
    """For the composer and the approval: where this post stands in this sitting. Asks the database nothing."""
    ids = sitting_ids(request)
    return Place(ids.index(share.public_id) + 1, len(ids)) if share.public_id in ids else None


def after_approval(request: MemberRequest, share: Share) -> HttpResponse:
    """The next post of the sitting, each with its own page and its own yes; after the last the plan; else the queue."""
    slug, ids = request.organization.slug, sitting_ids(request)
    if share.public_id not in ids:
        return redirect("queue", slug)
    following = plan_of(request.member, ids).next
    if following is None:
        return redirect("plan_week", slug)
    return redirect("plan_step", slug, following.share.public_id)
