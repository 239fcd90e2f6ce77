"""Writes campaigns: what they are for, how late a post may still go out, how far apart posts are set.

A change holds for what is approved from now on: an approval keeps the window it was given.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member, Organization, Purpose
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.selectors.organization import settings_of
from accounts.tenancy import acting_organization_id
from campaigns.models import Campaign

LONGEST_NAME = 120
MOST_LATE_MINUTES = 24 * 60
MOST_SPACING_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class CampaignPlan:
    """Everything a curator decides about a campaign. Lateness and distance in minutes."""

    name: str
    purpose: str
    post_late_minutes: int = 30
    ask_late_minutes: int = MOST_LATE_MINUTES
    spacing_minutes: int = 20
    needs_review: bool = False
    signs_off_messages: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None


def create_campaign(*, by: Member, plan: CampaignPlan) -> Campaign:
    require(by, Right.CURATE)
    _check(plan)
    with transaction.atomic():
        campaign = Campaign.objects.create(created_by=by, **_columns(plan))
        audit("create_campaign", by=by, subject=f"campaign {campaign.public_id}", purpose=plan.purpose)
    return campaign


def edit_campaign(campaign: Campaign, *, by: Member, plan: CampaignPlan) -> Campaign:
    require(by, Right.CURATE)
    _check(plan)
    with transaction.atomic():
        campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
        columns = _columns(plan)
        changed = sorted(name for name, value in columns.items() if getattr(campaign, name) != value)
        for name in changed:
            setattr(campaign, name, columns[name])
        campaign.save(update_fields=changed)
        audit("edit_campaign", by=by, subject=f"campaign {campaign.public_id}", changed=changed)
    return campaign


def archive_campaign(campaign: Campaign, *, by: Member) -> None:
    """Its stories are no longer offered, and `publish_rules.py` holds what is planned; what is out stays as it is."""
    require(by, Right.CURATE)
    with transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk, archived_at=None).update(archived_at=timezone.now())
        audit("archive_campaign", by=by, subject=f"campaign {campaign.public_id}")


def bring_back_campaign(campaign: Campaign, *, by: Member) -> None:
    require(by, Right.CURATE)
    with transaction.atomic():
        Campaign.objects.filter(pk=campaign.pk).update(archived_at=None)
        audit("bring_back_campaign", by=by, subject=f"campaign {campaign.public_id}")


def first_campaign(*, by: Member) -> Campaign:
    """A company's first story needs no decisions: it goes to a campaign of the company's own purpose."""
    require(by, Right.CURATE)
    standing = Campaign.objects.filter(archived_at=None).order_by("pk")
    if (first := standing.first()) is not None:
        return first
    with transaction.atomic():
        Organization.objects.select_for_update(no_key=True).get(pk=acting_organization_id())  # two at once begin one
        plan = CampaignPlan(name=_("Our stories"), purpose=settings_of().purpose)
        return standing.first() or create_campaign(by=by, plan=plan)


def _columns(plan: CampaignPlan) -> dict[str, object]:
    return {**asdict(plan), "name": " ".join(plan.name.split())}


def _check(plan: CampaignPlan) -> None:
    name = " ".join(plan.name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(_("Please give the campaign a name (up to 120 characters)."), field="name")
    if plan.purpose not in Purpose.values:
        raise BadInput(_("Please say what the campaign is for."), field="purpose")
    if not 1 <= plan.post_late_minutes <= MOST_LATE_MINUTES:
        raise BadInput(_("Between 1 minute and 24 hours, please."), field="post_late_minutes")
    if not plan.post_late_minutes <= plan.ask_late_minutes <= MOST_LATE_MINUTES:
        sentence = _("This cannot be shorter than the time for posting late, and not longer than 24 hours.")
        raise BadInput(sentence, field="ask_late_minutes")
    if not 0 <= plan.spacing_minutes <= MOST_SPACING_MINUTES:
        raise BadInput(_("Between 0 minutes and 24 hours, please."), field="spacing_minutes")
    if plan.starts_at and plan.ends_at and plan.ends_at <= plan.starts_at:
        raise BadInput(_("The campaign would end before it begins."), field="ends_at")
