"""The curator's library: the list, and how a story begins: a pasted link, a text or a picture."""

from __future__ import annotations

from dataclasses import fields
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, for_member
from accounts.middleware import calls_outside
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.selectors.organization import settings_of
from accounts.tenancy import acting_in
from campaigns.actions.campaigns import first_campaign
from campaigns.actions.items import Story, create_item
from campaigns.actions.media import keep_picture
from campaigns.curator_forms import (
    NewActivityForm,
    NewAnnouncementForm,
    NewPictureForm,
    NewTaskForm,
    NewTextForm,
    PasteForm,
)
from campaigns.library_access import campaign_for
from campaigns.models import Activity, Campaign, Item, ItemAbout, ItemKind
from campaigns.picture_decoding import DecodedPicture, decode_picture
from campaigns.selectors.library import STAGES, Wanted, library_page, live_campaigns
from campaigns.selectors.messages import to_pass_count
from campaigns.selectors.story_mix import story_mix
from campaigns.story_fetch import fetch_story
from campaigns.views.own_zone import in_own_zone

MOST_LINKS = 5  # each may take some seconds, and who pasted them waits
ACTIVITY = "activity"
BEGINNINGS: dict[str, type[forms.Form]] = {
    ItemKind.LINK: PasteForm,
    ItemKind.TEXT: NewTextForm,
    ItemKind.PICTURE: NewPictureForm,
    ItemKind.ANNOUNCEMENT: NewAnnouncementForm,
    ACTIVITY: NewActivityForm,
    Activity.TASK: NewTaskForm,
}


@require_GET
@for_member(Right.CURATE)
@in_own_zone
def library(request: MemberRequest) -> HttpResponse:
    asked = {field.name: request.GET.get(field.name, "").strip() for field in fields(Wanted)}
    before, after = request.GET.get("before", ""), request.GET.get("after", "")
    now = timezone.now()
    page = library_page(Wanted(**asked), now=now, before=before, after=after)
    kept = {name: value for name, value in asked.items() if value}
    context = {
        "page": page,
        "wanted": asked,
        "narrowed": bool(kept),
        "more_asked": any(asked[name] for name in ("about", "kind", "topic", "language")),
        "stages": STAGES,
        "abouts": ItemAbout.choices[1:],
        "kinds": ItemKind.choices,
        "languages_here": settings.LANGUAGES,
        "mix": story_mix(now=now),
        "campaigns": live_campaigns(),
        "to_pass": to_pass_count(request.member),
        "newer": f"?{urlencode({**kept, 'after': page.newer})}" if page.newer else "",
        "older": f"?{urlencode({**kept, 'before': page.older})}" if page.older else "",
    }
    return render(request, "campaigns/library/list.html", context)


@calls_outside
@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
def item_new(request: MemberRequest) -> HttpResponse:
    """Whatever begins here is a draft at once, so that nothing typed later can be lost."""
    if request.method == "GET":
        return _beginnings(request, {})
    kind = request.POST.get("kind", "")
    if kind not in BEGINNINGS:
        return _beginnings(request, {}, status=400)
    form = BEGINNINGS[kind](request.POST, request.FILES, auto_id=f"{kind}-%s")
    if not form.is_valid():
        return _beginnings(request, {kind: form}, status=400)
    links = form.cleaned_data.get("address", "").split()
    if len(links) > 1:
        return _begin_several(request, form, links)
    try:
        item, trouble = _begin(request, kind, form)
    except Refusal as refusal:
        field = getattr(refusal, "field", "")
        form.add_error(field if field in form.fields else None, refusal.sentence)
        return _beginnings(request, {kind: form}, status=refusal.status)
    if trouble:
        messages.warning(request, f"{trouble} {_('Your draft is kept: fill in what is missing here.')}")
    else:
        messages.success(request, _("The draft is ready. Look it over, then release it."))
    return redirect("item_edit", request.organization.slug, item.public_id)


def _begin_several(request: MemberRequest, form: forms.Form, links: list[str]) -> HttpResponse:
    """A draft for each link; those that cannot be used stay in the field, each with its sentence."""
    links = list(dict.fromkeys(links))
    if len(links) > MOST_LINKS:
        form.add_error("address", _("Up to five links at once, please. Nothing was fetched yet."))
        return _beginnings(request, {ItemKind.LINK: form}, status=400)
    refused = _drafts_of(request, links)
    if begun := len(links) - len(refused):
        words = ngettext("%(count)d draft is ready.", "%(count)d drafts are ready.", begun) % {"count": begun}
        messages.success(request, f"{words} {_('Look them over, then release them.')}")
    if not refused:
        return redirect("library", request.organization.slug)
    form.data = {**request.POST.dict(), "address": "\n".join(refused)}
    for link, sentence in refused.items():
        form.add_error("address", f"{link}: {sentence}")
    return _beginnings(request, {ItemKind.LINK: form}, status=400)


def _drafts_of(request: MemberRequest, links: list[str]) -> dict[str, str]:
    """A sentence for each that cannot be used; of the others, what could not be fetched is said."""
    refused = {}
    for link in links:
        try:
            item, trouble = _fetched(request, link)
        except Refusal as refusal:
            refused[link] = refusal.sentence
            continue
        if trouble:
            messages.warning(request, f"{item.title or link}: {trouble}")
    return refused


def _begin(request: MemberRequest, kind: str, form: forms.Form) -> tuple[Item, str]:
    """The draft, and a sentence about what could not be fetched for it."""
    given = form.cleaned_data
    if kind == ItemKind.LINK:
        return _fetched(request, given["address"])
    with acting_in(request.organization):
        language = settings_of().language
    picture = decode_picture(given["upload"]) if kind == ItemKind.PICTURE else None
    asked = {name: given[name] for name in ("target", "target_at", "proof") if name in given}
    story = Story(title=given["title"], summary=given.get("summary", ""), language=language, **asked)
    if kind in ItemKind.values:
        return _draft(request, kind, story, picture), ""
    return _draft(request, ItemKind.TEXT, story, None, asks=given.get("asks", kind)), ""


def _fetched(request: MemberRequest, address: str) -> tuple[Item, str]:
    with acting_in(request.organization):
        language = settings_of().language
    fetched = fetch_story(address, language=language)
    return _draft(request, ItemKind.LINK, fetched.story, fetched.picture), fetched.trouble


def _draft(
    request: MemberRequest, kind: str, story: Story, picture: DecodedPicture | None, *, asks: str = Activity.SHARE
) -> Item:
    member = request.member
    with acting_in(request.organization):
        kept = keep_picture(picture, by=member) if picture else None
        return create_item(by=member, campaign=_campaign(request), kind=kind, story=story, picture=kept, asks=asks)


def _campaign(request: MemberRequest) -> Campaign:
    """The one chosen, or the company's first."""
    chosen = request.POST.get("campaign", "")
    return campaign_for(request.member, chosen) if chosen else first_campaign(by=request.member)


def _beginnings(request: MemberRequest, bound: dict[str, forms.Form], *, status: int = 200) -> HttpResponse:
    with acting_in(request.organization):
        context = {
            "begun": {kind: bound.get(kind) or form(auto_id=f"{kind}-%s") for kind, form in BEGINNINGS.items()},
            "campaigns": live_campaigns(),
            "chosen": request.POST.get("campaign", request.GET.get("campaign", "")),
        }
        return render(request, "campaigns/library/new.html", context, status=status)
