"""The clocks of shares that no claim can take: by hand, late, frozen, or without account or approval.

Lists ids across companies, then asks `publish_rules` share by share. It sends nothing.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import connection
from django.db.models.functions import Now

from accounts.tenancy import across_organizations, acting_in
from accounts.time_limits import limited_as
from campaigns.models import Share
from campaigns.publish_rules import LONGEST_FREEZE_WAIT, may_publish
from campaigns.publishing.apart import apart
from campaigns.publishing.facts import facts_of
from campaigns.publishing.moves import expire, obey
from campaigns.share_lifecycle import HeldReason, ShareState
from integrations.breakers import flush
from integrations.limits import FROZEN_NETWORKS, RUNNING, claim_parameters, is_of_another_epoch

EACH = 50  # shares of one company a round

# What waits for a person is theirs for a day; what waits for something else to change is over by then.
ENDS_WITH_ITS_DAY = (
    HeldReason.LATE,
    HeldReason.RECONNECT,
    HeldReason.FROZEN,
    HeldReason.NOT_TAKING_PART,
    HeldReason.CAMPAIGN_CLOSED,
)

_UNCLAIMABLE = f"""
    SELECT stuck.organization_id, stuck.id
      FROM accounts_organization AS organization
     CROSS JOIN LATERAL (
           SELECT share.organization_id, share.id
             FROM campaigns_share AS share
             JOIN campaigns_campaign AS campaign ON campaign.id = share.campaign_id
             LEFT JOIN integrations_connection AS account ON account.id = share.connection_id
             LEFT JOIN campaigns_approval AS approval ON approval.id = share.approval_id
            WHERE share.organization_id = organization.id
              AND share.state = '{ShareState.SCHEDULED}'
              AND share.due_at <= statement_timestamp()
              AND (share.by_hand
                   OR account.state IS DISTINCT FROM 'live'
                   OR approval.ended_at IS NOT NULL
                   OR share.due_at < statement_timestamp() - make_interval(mins => campaign.post_late_minutes)
                   OR (share.due_at < statement_timestamp() - %(freeze_wait)s
                       AND (organization.frozen OR account.frozen OR NOT ({RUNNING})
                            OR share.network IN ({FROZEN_NETWORKS}))))
            ORDER BY share.due_at, share.id
            LIMIT %(each)s) AS stuck
"""  # noqa: S608  # built of constants of ours

_HELD_TOO_LONG = f"""
    SELECT share.organization_id, share.id
      FROM campaigns_share AS share
      JOIN campaigns_campaign AS campaign ON campaign.id = share.campaign_id
     WHERE share.state = '{ShareState.HELD}'
       AND share.due_at < statement_timestamp() - make_interval(mins => campaign.ask_late_minutes)
       AND share.held_reason = ANY (%(reasons)s)
     LIMIT 500
"""  # noqa: S608  # built of constants of ours


def run_clocks() -> int:
    """Each second: due shares that no claim takes go where the rule says. Answers how many were looked at."""
    if is_of_another_epoch():  # a restored database does not know what went out since: `restored.py` asks first
        return 0
    flush()  # what look-ups heard in this process
    given = {**claim_parameters(), "freeze_wait": LONGEST_FREEZE_WAIT, "each": EACH}
    with across_organizations(reason="engine: due shares that cannot be claimed"), connection.cursor() as cursor:
        cursor.execute(_UNCLAIMABLE, given)
        rows = cursor.fetchall()
    for organization_id, share_id in rows:
        apart(organization_id, share_id, partial(_ask_the_rule, organization_id, share_id), state=ShareState.SCHEDULED)
    return len(rows)


def _ask_the_rule(organization_id: int, share_id: int) -> None:
    with acting_in(organization_id):
        share = _locked(share_id, ShareState.SCHEDULED)
        if share is not None:
            now: datetime = share.clock  # type: ignore[attr-defined]  # the annotation of _locked
            obey(share, may_publish(facts_of(share, share.approval, now=now), now=now))


@limited_as("engine")
def end_old_waits() -> int:
    """Hourly: what waited a day for something other than the person's word has expired."""
    if is_of_another_epoch():
        return 0
    with across_organizations(reason="engine: shares held too long"), connection.cursor() as cursor:
        cursor.execute(_HELD_TOO_LONG, {"reasons": [str(reason) for reason in ENDS_WITH_ITS_DAY]})
        rows = cursor.fetchall()
    for organization_id, share_id in rows:
        step = partial(_end_wait, organization_id, share_id)
        apart(organization_id, share_id, step, pk__in=[])  # where it breaks it waits for its person already
    return len(rows)


def _end_wait(organization_id: int, share_id: int) -> None:
    with acting_in(organization_id):
        share = _locked(share_id, ShareState.HELD)
        if share is not None:
            expire(share)


def _locked(share_id: int, state: ShareState) -> Share | None:
    ours = Share.objects.filter(pk=share_id, state=state)
    related = ours.select_related("organization", "member", "item", "campaign", "connection", "link_code", "approval")
    return related.select_for_update(of=("self",), skip_locked=True).annotate(clock=Now()).first()
