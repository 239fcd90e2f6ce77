"""The feeds a company follows: try one, follow it, change its pace, pause it, remove it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import MemberRequest, for_member
from accounts.forms import show_refusal
from accounts.middleware import calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.tenancy import acting_in
from accounts.views.answers import acted
from campaigns.actions.feeds import add_feed, change_feed, follow_feed_again, pause_feed, remove_feed
from campaigns.inbox_access import feed_for
from campaigns.inbox_forms import FeedForm, FeedPaceForm
from campaigns.selectors.inbox import feed_row, followed_feeds
from campaigns.views.own_zone import in_own_zone
from integrations.feeds import Feed, FeedRefused, find_feed

TRIED = 5  # entries shown of a feed that is tried


@calls_outside
@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
def feeds(request: MemberRequest) -> HttpResponse:
    """*Test it* and *Follow it* ask the feed alike; only the second keeps it."""
    if request.method == "GET":
        return _page(request, FeedForm())
    form = FeedForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        feed = find_feed(form.cleaned_data["address"])
    except FeedRefused as refused:
        form.add_error("address", refused.sentence)
        return _page(request, form, status=400)
    if request.POST.get("go") == "test":
        return _page(request, form, tried=feed)
    try:
        with acting_in(request.organization):
            source = add_feed(by=request.member, feed=feed)
    except Refusal as refusal:
        show_refusal(form, refusal)
        return _page(request, form, status=refusal.status)
    messages.success(request, _("You follow it now. Its newest entries are in the inbox."))
    return redirect("feed_one", request.organization.slug, source.public_id)


def _page(request: MemberRequest, form: FeedForm, *, tried: Feed | None = None, status: int = 200) -> HttpResponse:
    with acting_in(request.organization):
        context = {"form": form, "feeds": followed_feeds(), "tried": tried, "entries": _first(tried)}
        return render(request, "campaigns/inbox/feeds.html", context, status=status)


@require_safe
@for_member(Right.CURATE)
@in_own_zone
def feed_one(request: MemberRequest, public_id: str) -> HttpResponse:
    return _shown(request, public_id)


@calls_outside
@require_POST
@for_member(Right.CURATE)
def feed_test(request: MemberRequest, public_id: str) -> HttpResponse:
    """What it says now. Nothing comes in by that, and its next reading stays where it is."""
    with acting_in(request.organization):
        source = feed_for(request.member, public_id)
    try:
        tried = find_feed(source.address)
    except FeedRefused as refused:
        messages.error(request, refused.sentence)
        return redirect("feed_one", request.organization.slug, public_id)
    with acting_in(request.organization):
        return _shown(request, public_id, tried=tried)


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def feed_change(request: MemberRequest, public_id: str) -> HttpResponse:
    form = FeedPaceForm(request.POST)
    if not form.is_valid():
        return _shown(request, public_id, form=form, status=400)
    change_feed(feed_for(request.member, public_id), by=request.member, most_a_day=form.cleaned_data["most_a_day"])
    messages.success(request, _("Saved."))
    return redirect("feed_one", request.organization.slug, public_id)


@require_POST
@for_member(Right.CURATE)
def feed_act(request: MemberRequest, public_id: str, act: str) -> HttpResponse:
    source, by = feed_for(request.member, public_id), request.member
    acts = {
        "pause": (lambda: pause_feed(source, by=by), _("Paused. What came in stays in the inbox.")),
        "again": (lambda: follow_feed_again(source, by=by), _("Followed again, from now on.")),
        "remove": (lambda: remove_feed(source, by=by), _("Removed. Stories that were taken up stay.")),
    }
    action, done = acts[act]
    acted(request, action, done)
    slug = request.organization.slug
    return redirect("feeds", slug) if act == "remove" else redirect("feed_one", slug, public_id)


FEED_ACTS = ("pause", "again", "remove")


def _shown(
    request: MemberRequest,
    public_id: str,
    *,
    form: FeedPaceForm | None = None,
    tried: Feed | None = None,
    status: int = 200,
) -> HttpResponse:
    row = feed_row(feed_for(request.member, public_id))
    pace = form or FeedPaceForm(initial={"most_a_day": row.source.most_a_day})
    context = {"feed": row, "form": pace, "tried": tried, "entries": _first(tried)}
    return render(request, "campaigns/inbox/feed.html", context, status=status)


def _first(tried: Feed | None) -> list[object]:
    return list(tried.entries[:TRIED]) if tried else []
