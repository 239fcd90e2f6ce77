"""The curator's campaigns: the list, a new one, editing, archiving and bringing back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member
from accounts.refusals import Refusal
from accounts.roles import Right
from accounts.selectors.organization import settings_of
from campaigns.actions.campaigns import (
    CampaignPlan,
    archive_campaign,
    bring_back_campaign,
    create_campaign,
    edit_campaign,
)
from campaigns.curator_forms import CampaignForm
from campaigns.library_access import campaign_for
from campaigns.models import Campaign
from campaigns.selectors.library import campaigns_with_stories
from campaigns.views.own_zone import in_own_zone

FIELDS = (
    "name",
    "purpose",
    "post_late_minutes",
    "ask_late_minutes",
    "spacing_minutes",
    "needs_review",
    "signs_off_messages",
    "starts_at",
    "ends_at",
)


@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
@in_own_zone
def campaigns(request: MemberRequest) -> HttpResponse:
    form = CampaignForm(request.POST if request.method == "POST" else None, initial={"purpose": settings_of().purpose})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_campaign(by=request.member, plan=_plan(form))
            messages.success(request, _("%(name)s is ready for its first story.") % {"name": made.name})
            return redirect("campaigns", request.organization.slug)
        except Refusal as refusal:
            _put(form, refusal)
    context = {"campaigns": campaigns_with_stories(), "form": form, "zone": timezone.get_current_timezone_name()}
    return render(request, "campaigns/library/campaigns.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_member(Right.CURATE)
@in_own_zone
def campaign_edit(request: MemberRequest, public_id: str) -> HttpResponse:
    campaign = campaign_for(request.member, public_id)
    form = CampaignForm(request.POST if request.method == "POST" else None, initial=_standing(campaign))
    if request.method == "POST" and form.is_valid():
        try:
            edit_campaign(campaign, by=request.member, plan=_plan(form))
            messages.success(request, _("Saved. It holds for what is approved from now on."))
            return redirect("campaign_edit", request.organization.slug, campaign.public_id)
        except Refusal as refusal:
            _put(form, refusal)
    context = {"campaign": campaign, "form": form, "zone": timezone.get_current_timezone_name()}
    return render(request, "campaigns/library/campaign.html", context, status=400 if form.errors else 200)


@require_POST
@for_member(Right.CURATE)
def campaign_archive(request: MemberRequest, public_id: str) -> HttpResponse:
    """Archive, or bring back: each undoes the other."""
    campaign = campaign_for(request.member, public_id)
    if campaign.archived_at is None:
        archive_campaign(campaign, by=request.member)
        messages.success(
            request, _("Archived. Its stories are no longer offered, and planned posts wait for their authors.")
        )
    else:
        bring_back_campaign(campaign, by=request.member)
        messages.success(request, _("It is back, with its stories."))
    return redirect("campaigns", request.organization.slug)


def _plan(form: CampaignForm) -> CampaignPlan:
    return CampaignPlan(**{name: form.cleaned_data[name] for name in FIELDS})


def _standing(campaign: Campaign) -> dict[str, object]:
    return {name: getattr(campaign, name) for name in FIELDS}


def _put(form: CampaignForm, refusal: Refusal) -> None:
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, refusal.sentence)
