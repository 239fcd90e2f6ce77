"""The page behind an approved link may be moved to somebody else: shares that wait for it are held, and told why.

Follows each address minutes before its shares are due, and soon after an approval, at most every quarter of an hour.
Runs on its own, apart from the claim, which never waits for it: an address that nobody looked at delays no share.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from accounts.audit import audit
from accounts.tenancy import across_organizations, acting_in
from campaigns.destination_rules import COVERS, MOVED, is_covered
from campaigns.models import Approval, Destination, Share
from campaigns.publishing.moves import hold
from campaigns.share_lifecycle import HeldReason, ShareState
from integrations.previews import final_host

logger = logging.getLogger(__name__)

AHEAD = timedelta(minutes=10)
FOLLOWERS = 8
BATCH = 64  # addresses a round: eight rounds of threads, each of five seconds at the worst
EACH = 50  # shares of one company looked at in a round
WAITING = (ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.HELD)


@dataclass(frozen=True, slots=True)
class Following:
    """One address in this worker's hands, as plain values."""

    organization_id: int
    destination_id: int
    address: str


def follow_destinations() -> int:
    """One round; answers how many addresses were followed."""
    ours = [taken for row in _wanted() if (taken := _take(*row)) is not None]
    with ThreadPoolExecutor(FOLLOWERS, thread_name_prefix="follow") as threads:
        for taken, host in zip(ours, threads.map(_host_of, ours), strict=True):
            record_host(taken, host)
    return len(ours)


_WANTED = f"""
    SELECT organization_id, id FROM campaigns_destination WHERE followed_at IS NULL
    UNION
    SELECT destination.organization_id, destination.id
      FROM accounts_organization AS organization
     CROSS JOIN LATERAL (
           SELECT share.link_code_id FROM campaigns_share AS share
            WHERE share.organization_id = organization.id AND share.state = '{ShareState.SCHEDULED}'
              AND share.due_at <= statement_timestamp() + %(ahead)s
            ORDER BY share.due_at, share.id LIMIT %(each)s) AS soon
      JOIN campaigns_linkcode AS code ON code.code = soon.link_code_id
      JOIN campaigns_destination AS destination
        ON destination.organization_id = organization.id AND destination.address = code.destination
     WHERE destination.followed_at < statement_timestamp() - %(covers)s
     LIMIT %(batch)s
"""  # noqa: S608  # built of constants of ours


def _wanted() -> list[tuple[int, int]]:
    given: dict[str, Any] = {"ahead": AHEAD, "covers": COVERS, "each": EACH, "batch": BATCH}
    with across_organizations(reason="engine: addresses to follow"), connection.cursor() as cursor:
        cursor.execute(_WANTED, given)
        rows: list[tuple[int, int]] = cursor.fetchall()
        return rows


def _take(organization_id: int, destination_id: int) -> Following | None:
    """None where another worker was faster."""
    with acting_in(organization_id):
        due = Q(followed_at=None) | Q(followed_at__lt=Now() - COVERS)
        if not Destination.objects.filter(due, pk=destination_id).update(followed_at=Now()):
            return None
        address = Destination.objects.values_list("address", flat=True).get(pk=destination_id)
        return Following(organization_id, destination_id, address)


def _host_of(taken: Following) -> str:
    """In a thread: the network alone, no database."""
    try:
        return final_host(taken.address)
    except Exception:  # one address that breaks us must not keep the others from being looked at
        logger.exception("An address could not be followed.", extra={"event": "follow_broke"})
        return ""


def record_host(taken: Following, host: str) -> None:
    """Remember where the address leads; where that is another host than before, hold what waits for it.

    A page that could not be reached is not a changed one: a moment's trouble there, or its dislike of our address, must
    not stop what people approved, and readers who come later will find it again.
    """
    with acting_in(taken.organization_id):
        row = Destination.objects.select_for_update().get(pk=taken.destination_id)
        if not host:
            return
        if row.host and row.host != host and row.seen_at is not None:
            _hold_waiting(row, seen_at=row.seen_at, moved=f"{row.host}{MOVED}{host}")
        Destination.objects.filter(pk=row.pk).update(host=host, seen_at=Now())


def _hold_waiting(row: Destination, *, seen_at: datetime, moved: str) -> None:
    """Nobody is told how many there were: who shares is nobody's business."""
    ours = Share.objects.filter(link_code__destination=row.address, state__in=WAITING, approval__ended_at=None)
    related = ours.exclude(held_reason=HeldReason.COULD_NOT_TELL).select_related("organization", "member", "item")
    for share in related.select_related("approval").select_for_update(of=("self",)).order_by("pk"):
        if share.approval is None or not is_covered(share.approval.at, seen_at=seen_at):
            continue
        ended = {"ended_at": Now(), "ended_because": "page_moved"}
        Approval.objects.filter(share=share, ended_at=None).update(**ended)
        if share.state == ShareState.HELD:  # waits already, now for another reason
            Share.objects.filter(pk=share.pk).update(held_reason=HeldReason.STORY_CHANGED, held_detail=moved[:400])
        else:
            hold(share, HeldReason.STORY_CHANGED, because="page_moved", detail=moved)
    # Private: in the company's view it would tell that somebody waits.
    audit("hold_for_moved_page", by=None, subject=f"destination {row.pk}", private=True)
