"""Gathers what `publish_rules` looks at from a share's rows, inside `acting_in`. It decides nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from accounts.selectors.consent import agreed_to_network, takes_part
from campaigns.canonical import post_of
from campaigns.models import Approval, Campaign, Share
from campaigns.publish_rules import PublishFacts
from campaigns.publishing.unclear import repeat_is_harmless
from integrations.limits import is_frozen
from integrations.models import Connection, ConnectionState, StoredGrant


def facts_of(share: Share, approval: Approval | None, *, now: datetime, pictures_intact: bool = True) -> PublishFacts:
    """The facts at this moment; `pictures_intact` says that the bytes at hand hash to what was approved."""
    campaign, member, due_at = share.campaign, share.member, share.due_at
    if due_at is None:
        raise ValueError("A draft has no time to go out; ask about it when one is chosen.")
    return PublishFacts(
        due_at=due_at,
        window_start=approval.window_start if approval else due_at,
        window_end=approval.window_end if approval else due_at,
        post_late=timedelta(minutes=campaign.post_late_minutes),
        ask_late=timedelta(minutes=campaign.ask_late_minutes),
        approval_is_live=approval is not None and approval.ended_at is None,
        post_is_approved=approval is None or (pictures_intact and _is_approved(share, approval)),
        story_stands=_story_stands(share),
        person_takes_part=takes_part(member) and (share.by_hand or agreed_to_network(member, share.network)),
        person_is_active=member.is_active,
        connection_is_live=share.connection is not None and share.connection.state == ConnectionState.LIVE,
        grant_is_ours=_grant_is_ours(share.connection),
        campaign_is_open=_is_open(campaign, now),
        repeat_is_harmless=repeat_is_harmless(share, now=now),
        is_frozen=is_frozen(share.network, organization_frozen=share.organization.frozen, connection=share.connection),
        by_hand=share.by_hand,
    )


def _is_approved(share: Share, approval: Approval) -> bool:
    return approval.connection_id == share.connection_id and post_of(share).digest() == approval.sha256


def _story_stands(share: Share) -> bool:
    code = share.link_code
    return code is None or (code.ended_at is None and code.destination == share.item.destination)


def _grant_is_ours(connection: Connection | None) -> bool:
    """A copied database holds grants of another environment; they stay shut."""
    if connection is None:
        return False
    return StoredGrant.objects.filter(connection=connection, environment=settings.ENVIRONMENT_NAME).exists()


def _is_open(campaign: Campaign, now: datetime) -> bool:
    return campaign.archived_at is None and (campaign.ends_at is None or now <= campaign.ends_at)
