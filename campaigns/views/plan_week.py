"""*Plan my week*: choose stories, see the slot of each with its reason, change or drop any, go from step to step.

It writes drafts and proposed times. Every text is shown and approved on the approval's own page, one by one.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import MemberRequest, for_member
from accounts.models import Member
from accounts.refusals import BadInput, Refusal
from accounts.selectors.consent import takes_part
from campaigns import access
from campaigns.actions.plans import change_time, drop_from_plan, plan_anew, plan_items, swap_times
from campaigns.models import Activity, Share, ShareState
from campaigns.refusals import BadTime
from campaigns.selectors.accounts import accounts_for, preferred_value
from campaigns.selectors.plan import MOST, Plan, Step, plan_of, with_reasons
from campaigns.selectors.this_week import Suggestion, this_week
from campaigns.selectors.times import zone_of
from campaigns.time_rules import wall_of
from campaigns.views.own_zone import in_own_zone
from campaigns.views.plan_sitting import keep_sitting, leave_out, sitting_ids


@require_http_methods(["GET", "POST"])
@for_member()
@in_own_zone
def plan_week(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        return _plan_anew(request) if request.POST.get("go") == "anew" else _plan(request)
    plan = plan_of(request.member, sitting_ids(request))
    if plan.steps and "add" not in request.GET:
        over = plan.next is None and not plan.is_waiting  # shown once; then there is room for another week
        keep_sitting(request, [] if over else [step.share.public_id for step in plan.steps])
        return _page(request, plan)
    return _choose(request, plan)


@require_http_methods(["GET", "POST"])
@for_member()
@in_own_zone
def plan_step(request: MemberRequest, public_id: str) -> HttpResponse:
    """A GET leads to the step's own page; a POST changes its time or its place, or drops it."""
    share = access.share_for(request.member, public_id)
    if request.method != "POST":
        return _to_the_step(request, share)
    try:
        return _change(request, share)
    except BadTime as refusal:
        plan = plan_of(request.member, sitting_ids(request))
        return _page(request, plan, refused=share, refusal=refusal)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("plan_week", request.organization.slug)


# --- choosing ------------------------------------------------------------------------------------


def _plan(request: MemberRequest) -> HttpResponse:
    ids = set(request.POST.getlist("item"))
    suggestions = this_week(request.member, now=timezone.now())
    chosen = [one.item for one in suggestions if one.item.public_id in ids and one.item.asks != Activity.TASK]
    account = accounts_for(request.member).named(request.POST.get("account", ""))
    try:
        shares = plan_items(chosen, by=request.member, account=account)
    except Refusal as refusal:
        plan = plan_of(request.member, sitting_ids(request))
        return _choose(request, plan, ticked=ids, problem=refusal)
    before = plan_of(request.member)  # what is approved of an earlier sitting is in the queue
    keep_sitting(request, [*(step.share.public_id for step in before.steps), *(one.public_id for one in shares)])
    return redirect("plan_week", request.organization.slug)


def _plan_anew(request: MemberRequest) -> HttpResponse:
    """New times for what was not approved before its own passed."""
    plan = plan_of(request.member, sitting_ids(request))
    try:
        plan_anew([step.share for step in plan.open if step.is_late], by=request.member)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    return redirect("plan_week", request.organization.slug)


def _choose(
    request: MemberRequest, plan: Plan, *, ticked: set[str] | None = None, problem: Refusal | None = None
) -> HttpResponse:
    accounts = accounts_for(request.member)
    planned = {step.share.item_id for step in plan.steps}
    context = {
        "suggestions": [one for one in _plannable(request.member) if one.item.pk not in planned],
        "accounts": accounts,
        "chosen": request.POST.get("account", preferred_value(accounts)),
        "ticked": ticked or set(),
        "problem": problem.sentence if problem else "",
        "plan": plan,
        "most": MOST,
        "takes_part": takes_part(request.member),
    }
    return render(request, "campaigns/plan_week_choose.html", context, status=problem.status if problem else 200)


def _plannable(member: Member) -> list[Suggestion]:
    """A task has no hour: it is done, then told."""
    return [one for one in this_week(member, now=timezone.now()) if one.item.asks != Activity.TASK]


# --- the plan ------------------------------------------------------------------------------------


def _page(
    request: MemberRequest, plan: Plan, *, refused: Share | None = None, refusal: BadTime | None = None
) -> HttpResponse:
    zone, now = zone_of(request.member), timezone.now()
    plan = with_reasons(plan, request.member, zone=zone, now=now)
    moved = request.session.pop("plan_moved", "") if request.method == "GET" else ""
    context = {
        "plan": plan,
        "steps": [(step, wall_of(step.at, zone) if step.at else "") for step in plan.steps],
        "has_late": any(step.is_late for step in plan.open),
        "zone": zone,
        "moved": refused.public_id if refused else moved,
        "refused": refused.public_id if refused else "",
        "refusal": refusal,
        "typed": request.POST.get("at", ""),
        "instead": wall_of(refusal.instead, zone) if refusal and refusal.instead else "",
    }
    return render(request, "campaigns/plan_week.html", context, status=refusal.status if refusal else 200)


def _to_the_step(request: MemberRequest, share: Share) -> HttpResponse:
    slug = request.organization.slug
    plan = plan_of(request.member, [*sitting_ids(request), share.public_id])
    step = plan.step_of(share.public_id)
    if step is None or share.state not in (ShareState.DRAFT, ShareState.IN_REVIEW):
        return redirect("plan_week", slug)
    keep_sitting(request, [one.share.public_id for one in plan.steps])
    answer = redirect(step.page, slug, share.public_id)
    if step.is_late or step.at is None:
        answer.headers["Location"] += "?when=good"
    return answer


def _change(request: MemberRequest, share: Share) -> HttpResponse:
    go, member = request.POST.get("go", ""), request.member
    if go == "time":
        change_time(share, by=member, wall_time=request.POST.get("at", ""))
    elif go in ("earlier", "later"):
        _swap(request, share, earlier=go == "earlier")
    elif go == "drop":
        drop_from_plan(share, by=member)
        leave_out(request, share)
        messages.success(request, _("Out of the plan. What you wrote is kept under your drafts."))
    else:
        raise BadInput(_("We did not understand that. Nothing was changed."))
    request.session["plan_moved"] = share.public_id
    return redirect("plan_week", request.organization.slug)


def _swap(request: MemberRequest, share: Share, *, earlier: bool) -> None:
    """With the neighbour that is still a draft; at an end nothing happens."""
    drafts: tuple[Step, ...] = plan_of(request.member, sitting_ids(request)).open
    places = [step.share.pk for step in drafts]
    place = places.index(share.pk) if share.pk in places else -1
    other = place - 1 if earlier else place + 1
    if place >= 0 and 0 <= other < len(drafts):
        swap_times(share, by=request.member, other=drafts[other].share)
