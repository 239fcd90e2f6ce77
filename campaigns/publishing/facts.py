"""Gathers what `publish_rules` looks at from a share's rows, inside `acting_in`. It decides nothing.

What stands in other rows is read once for all shares of a batch (`look_around`); each share's facts are still its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from accounts.models import ConsentKind
from accounts.selectors.consent import standing_among
from campaigns.canonical import pictures_among, post_of
from campaigns.models import Approval, Campaign, Share
from campaigns.publish_rules import PublishFacts
from campaigns.publishing.unclear import repeat_is_harmless
from integrations.limits import frozen_among
from integrations.models import Connection, ConnectionState
from integrations.networks import network
from integrations.networks.base import Medium, Post
from integrations.networks.server_limits import told_by
from integrations.tokens import stored_grant_of


@dataclass(frozen=True, slots=True)
class Around:
    """What is asked about some shares of one company, beyond their own rows."""

    consent: frozenset[tuple[int, str, str]]  # (member, kind, network) of every yes that stands
    pictures: Mapping[int, tuple[Medium, ...]]
    sent_before: frozenset[int]  # shares with an earlier send, whatever became of it
    frozen_networks: frozenset[str]
    servers: Mapping[int, Mapping[str, Any]]  # what the server of a share's account said of its limits, by share


_LOOK = """
    SELECT share.id,
           EXISTS (SELECT FROM campaigns_attempt AS attempt WHERE attempt.share_id = share.id),
           EXISTS (SELECT FROM campaigns_sharemedia AS link WHERE link.share_id = share.id),
           (SELECT server.limits FROM integrations_server AS server JOIN integrations_connection AS account
                ON (account.network, account.server) = (server.network, server.server)
             WHERE account.id = share.connection_id)
      FROM campaigns_share AS share WHERE share.id = ANY(%s)
"""


def look_around(shares: Sequence[Share]) -> Around:
    """Everything else the rule asks about these shares, in a handful of queries however many they are."""
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [[share.pk for share in shares]])
        found: list[tuple[int, bool, bool, str | None]] = cursor.fetchall()
    with_pictures = [share_id for share_id, _, has_pictures, _ in found if has_pictures]
    return Around(
        consent=standing_among(share.member_id for share in shares),
        pictures=pictures_among(with_pictures) if with_pictures else {},
        sent_before=frozenset(share_id for share_id, was_sent, _, _ in found if was_sent),
        frozen_networks=frozen_among({share.network for share in shares}),
        servers={share_id: said for share_id, _, _, limits in found if limits and (said := json.loads(limits))},
    )


def facts_of(
    share: Share,
    approval: Approval | None,
    *,
    now: datetime,
    pictures_intact: bool = True,
    month_can_pay: bool = True,
    around: Around | None = None,
) -> PublishFacts:
    """The facts at this moment; `pictures_intact` says that the bytes at hand hash to what was approved."""
    campaign, due_at, around = share.campaign, share.due_at, around or look_around([share])
    if due_at is None:
        raise ValueError("A draft has no time to go out; ask about it when one is chosen.")
    post = post_of(share, around.pictures.get(share.pk, ())) if approval is not None else None
    return PublishFacts(
        due_at=due_at,
        window_start=approval.window_start if approval else due_at,
        window_end=approval.window_end if approval else due_at,
        post_late=timedelta(minutes=campaign.post_late_minutes),
        ask_late=timedelta(minutes=campaign.ask_late_minutes),
        approval_is_live=approval is not None and approval.ended_at is None,
        post_is_approved=approval is None or (pictures_intact and _is_approved(share, approval, post)),
        story_stands=_story_stands(share),
        person_takes_part=_takes_part(share, around),
        person_is_active=share.member.is_active,
        connection_is_live=share.connection is not None and share.connection.state == ConnectionState.LIVE,
        grant_is_ours=_grant_is_ours(share.connection),
        campaign_is_open=_is_open(campaign, now),
        embargo_is_over=share.item.embargo_until is None or now >= share.item.embargo_until,
        repeat_is_harmless=share.pk not in around.sent_before or repeat_is_harmless(share, now=now),
        is_frozen=_is_frozen(share, around),
        month_can_pay=month_can_pay,
        server_takes_it=_server_takes(share, post, around),
        by_hand=share.by_hand,
    )


def _is_approved(share: Share, approval: Approval, post: Post | None) -> bool:
    return approval.connection_id == share.connection_id and post is not None and post.digest() == approval.sha256


def _server_takes(share: Share, post: Post | None, around: Around) -> bool:
    """Asked again although it was at the approval: a server may have lowered its limits meanwhile.

    What stands in the way at every server of the network is not this one's doing, and not told as such.
    """
    said = around.servers.get(share.pk)
    if said is None or post is None or share.connection is None or share.by_hand:
        return True
    chosen, server = network(share.network), share.connection.server
    blocking = [problem for problem in chosen.at(told_by(server, said)).problems(post) if problem.blocks]
    if not blocking:
        return True
    everywhere = chosen.at(told_by(server, {})).problems(post)
    return all(problem in everywhere for problem in blocking)


def _story_stands(share: Share) -> bool:
    code = share.link_code
    return code is None or (code.ended_at is None and code.destination == share.item.destination)


def _grant_is_ours(account: Connection | None) -> bool:
    """A copied database holds grants of another environment; they stay shut."""
    stored = stored_grant_of(account) if account else None
    return stored is not None and stored.environment == settings.ENVIRONMENT_NAME


def _takes_part(share: Share, around: Around) -> bool:
    """Whoever posts by hand needs no consent to our posting there."""
    who = share.member_id
    agreed = share.by_hand or (who, ConsentKind.NETWORK, share.network) in around.consent
    return agreed and (who, ConsentKind.TAKE_PART, "") in around.consent


def _is_frozen(share: Share, around: Around) -> bool:
    account = share.connection
    stopped = share.organization.frozen or (account is not None and account.frozen)
    return stopped or share.network in around.frozen_networks


def _is_open(campaign: Campaign, now: datetime) -> bool:
    return campaign.archived_at is None and (campaign.ends_at is None or now <= campaign.ends_at)
