"""Importing stories from a file: upload, preview, progress. As people are (`accounts/views/people_import.py`)."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import MemberRequest, for_member
from accounts.models import ImportState
from accounts.roles import Right
from accounts.views.answers import acted, acted_on_form
from campaigns.actions import item_import as import_actions
from campaigns.actions.campaigns import first_campaign
from campaigns.inbox_access import item_import_for
from campaigns.inbox_forms import ItemEncodingForm, ItemFileForm
from campaigns.library_access import campaign_for
from campaigns.models import Campaign, ItemImport
from campaigns.selectors.library import live_campaigns

ERRORS_SHOWN = 100
IMPORT_ACTS = ("start", "cancel", "read_as")


@for_member(Right.CURATE)
def item_import(request: MemberRequest) -> HttpResponse:
    """Choose a file, and the campaign its stories go to."""
    form = ItemFileForm(request.POST or None, request.FILES or None)
    made: list[ItemImport] = []

    def act() -> None:
        upload, by = form.cleaned_data["file"], request.member
        campaign, content = _campaign(request), upload.read()
        made.append(import_actions.upload_items(by=by, campaign=campaign, file_name=upload.name, content=content))

    if request.method == "POST" and acted_on_form(form, act):
        return redirect("item_import_one", request.organization.slug, made[0].public_id)
    context = {
        "form": form,
        "campaigns": live_campaigns(),
        "chosen": request.POST.get("campaign", ""),
        "recent": ItemImport.objects.defer("content").order_by("-id")[:5],
    }
    return TemplateResponse(request, "campaigns/inbox/import.html", context)


def _campaign(request: MemberRequest) -> Campaign:
    chosen = request.POST.get("campaign", "")
    return campaign_for(request.member, chosen) if chosen else first_campaign(by=request.member)


@for_member(Right.CURATE)
def item_import_one(request: MemberRequest, public_id: str) -> HttpResponse:
    """The preview before anything is done; then the progress, refreshed while it runs; then the result."""
    one = item_import_for(request.member, public_id)
    errors = [{**error, "sentence": import_actions.problem_sentence(error)} for error in one.errors[:ERRORS_SHOWN]]
    context = {
        "one": one,
        "errors": errors,
        "more_errors": max(0, len(one.errors) - ERRORS_SHOWN),
        "preview": import_actions.preview_items(one) if one.state == ImportState.PREVIEW else [],
        "encoding_form": ItemEncodingForm(initial={"encoding": one.encoding}),
    }
    part = request.headers.get("HX-Target") == "progress"
    template = "campaigns/inbox/_import_progress.html" if part else "campaigns/inbox/import_one.html"
    return TemplateResponse(request, template, context)


@require_POST
@for_member(Right.CURATE)
def item_import_act(request: MemberRequest, public_id: str, act: str) -> HttpResponse:
    one, by = item_import_for(request.member, public_id), request.member
    encoding = request.POST.get("encoding", "")
    acts = {
        "start": (lambda: import_actions.start_item_import(one, by=by), _("Started. You can leave this page.")),
        "cancel": (lambda: import_actions.cancel_item_import(one, by=by), _("Stopped. Drafts added before stay.")),
        "read_as": (lambda: import_actions.read_items_as(one, by=by, encoding=encoding), _("Read again.")),
    }
    action, done = acts[act]
    acted(request, action, done)
    return redirect("item_import_one", request.organization.slug, public_id)
