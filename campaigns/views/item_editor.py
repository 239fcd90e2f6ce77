"""The editor of a story, and what a curator does with it: save, release, end, discard, end its links."""

from __future__ import annotations

from dataclasses import fields

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.middleware import posting_calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.tenancy import acting_in
from campaigns.actions.items import (
    Story,
    address_item,
    ask_posts_for_item,
    discard_item,
    edit_item,
    end_item,
    release_item,
    time_item,
)
from campaigns.actions.media import describe_media, keep_picture
from campaigns.actions.stories import end_links
from campaigns.curator_forms import AnnouncementForm
from campaigns.library_access import campaign_for, curated_item, picture_named
from campaigns.models import Item, ItemKind, Media
from campaigns.picture_decoding import decode_picture
from campaigns.selectors.library import every_team
from campaigns.views.item_page import editor_form, own_clock, put_refusal, show_item
from campaigns.views.own_zone import in_own_zone


@posting_calls_outside
@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
def item_edit(request: MemberRequest, public_id: str) -> HttpResponse:
    """Opening a picture takes its time and happens between two transactions."""
    if request.method == "GET":
        with own_clock(request):
            return show_item(request, curated_item(request.member, public_id))
    with acting_in(request.organization), own_clock(request):
        item = curated_item(request.member, public_id)
        form = editor_form(item, request.POST, request.FILES)
        valid = form.is_valid()
    try:
        _keep_upload(request, form)
        if valid:
            item = _save(request, public_id, form)
            return _saved(request, item)
        status = 400
    except Refusal as refusal:
        put_refusal(form, refusal)
        status = refusal.status
    with acting_in(request.organization), own_clock(request):
        return _show_again(request, public_id, form, status)


def _keep_upload(request: MemberRequest, form: AnnouncementForm) -> None:
    """A good picture is kept even if something else is wrong: nobody should have to choose it twice."""
    upload = request.FILES.get("upload")
    if upload is None or "upload" not in form.fields:
        return
    decoded = decode_picture(upload)
    with acting_in(request.organization):
        picture = keep_picture(decoded, by=request.member, alt_text=request.POST.get("alt_text", ""))
    typed = request.POST.copy()
    typed["picture"] = picture.sha256
    form.data = typed
    form.cleaned_data["picture"] = picture.sha256


def _save(request: MemberRequest, public_id: str, form: AnnouncementForm) -> Item:
    """All of it or nothing."""
    member, given = request.member, form.cleaned_data
    with acting_in(request.organization):
        item = curated_item(member, public_id)
        # What this form does not ask for stays as it is.
        story = Story(**{one.name: given.get(one.name, getattr(item, one.name)) for one in fields(Story)})
        campaign = campaign_for(member, given["campaign"])
        picture = None if given.get("without_picture") else picture_named(member, given.get("picture", ""))
        item = edit_item(item, by=member, campaign=campaign, story=story, picture=picture)
        if picture is not None:
            describe_media(picture, by=member, alt_text=given["alt_text"])
        teams = [team for team in every_team() if team.public_id in given.get("teams", [])]
        address_item(item, by=member, teams=teams, topics=given["topics"].split(","))
        times = {name: given.get(name) for name in ("release_at", "expires_at", "embargo_until")}
        item = time_item(item, by=member, **times)
        if item.kind != ItemKind.ANNOUNCEMENT:
            item = ask_posts_for_item(item, by=member, least_posts=given["least_posts"] or 0)
        if "release" in request.POST:
            item = release_item(item, by=member)
    return item


def _saved(request: MemberRequest, item: Item) -> HttpResponse:
    if "release" in request.POST:
        messages.success(request, _("Released. Its people see it from the time it opens."))
    else:
        messages.success(request, _("Saved."))
    return redirect("item_edit", request.organization.slug, item.public_id)


def _show_again(request: MemberRequest, public_id: str, form: AnnouncementForm, status: int) -> HttpResponse:
    item = curated_item(request.member, public_id)
    item.picture = _shown_picture(request, form)
    return show_item(request, item, editor=form, status=status)


def _shown_picture(request: MemberRequest, form: AnnouncementForm) -> Media | None:
    """The picture that would be saved, for the page alone."""
    return picture_named(request.member, str(form.data.get("picture", "")))


@require_POST
@for_member(Right.CURATE)
@in_own_zone
def item_release(request: MemberRequest, public_id: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    try:
        release_item(item, by=request.member)
    except Refusal as refusal:
        form = editor_form(item)
        messages.error(request, refusal.sentence)
        return show_item(request, item, editor=form, status=refusal.status)
    messages.success(request, _("Released. Its people see it from the time it opens."))
    return redirect("item_edit", request.organization.slug, item.public_id)


@require_POST
@for_member(Right.CURATE)
def item_end(request: MemberRequest, public_id: str) -> HttpResponse:
    item = end_item(curated_item(request.member, public_id), by=request.member)
    messages.success(request, _("Ended. It is offered to nobody any more; you can release it again."))
    return redirect("item_edit", request.organization.slug, item.public_id)


@require_POST
@for_member(Right.CURATE)
def item_discard(request: MemberRequest, public_id: str) -> HttpResponse:
    item = curated_item(request.member, public_id)
    try:
        discard_item(item, by=request.member)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("item_edit", request.organization.slug, item.public_id)
    messages.success(request, _("The draft is gone."))
    return redirect("library", request.organization.slug)


@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
def item_end_links(request: MemberRequest, public_id: str) -> HttpResponse:
    """Asked once, naming what is lost: published posts stay, their links stop."""
    item = curated_item(request.member, public_id)
    if request.method == "GET":
        return render(request, "campaigns/library/end_links.html", {"item": item})
    end_links(item, by=request.member)
    messages.success(request, _("The links of this story have ended. Their authors are told."))
    return redirect("item_edit", request.organization.slug, item.public_id)
