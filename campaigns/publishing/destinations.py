"""The page behind an approved link may be moved to somebody else: shares that wait for it are held, and told why.

Follows the address of every open story every ten to fourteen minutes, whether anybody shares it or not: a look that
followed an approval would tell the page's owner, often the company, that somebody approved, and when the post is due.
Runs apart from the claim, which never waits for it: an address that nobody looked at delays no share.

What it costs: one GET of at most 2 MB and five seconds for each open story, about 120 a day; 20 a round for one company
and `MOST` for all, 512 a minute, which is enough for some 6,000 open stories. Beyond that, or where pages hang for the
whole of `LONGEST_ROUND`, the ones longest not looked at come first and each is looked at less often.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from accounts.audit import audit
from accounts.tenancy import across_organizations, acting_in
from campaigns.destination_rules import COVERS, MOVED, is_covered
from campaigns.models import Approval, Destination, ItemState, Share
from campaigns.publishing.moves import hold
from campaigns.rounds import ask_in_round
from campaigns.share_lifecycle import HeldReason, ShareState
from integrations.previews import final_host

logger = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)  # at the soonest
AT_ONCE = COVERS - timedelta(minutes=1)  # from here on without waiting for a chance: a look stands for `COVERS`
CHANCE = 0.2  # of each address between the two, each round: looks spread out and no round repeats the one before
FOLLOWERS = 8
MOST = 256  # addresses a round
EACH = 20  # of one company: their page's server shall not feel us
LONGEST_ROUND = timedelta(seconds=20)  # the next one comes every half minute
WAITING = (ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.HELD)


@dataclass(frozen=True, slots=True)
class Following:
    """One address in this worker's hands, as plain values."""

    organization_id: int
    destination_id: int
    address: str


def follow_destinations() -> int:
    """One round; answers how many addresses were followed."""
    return ask_in_round(
        _wanted(), take=_take, ask=_host_of, keep=record_host, at_once=FOLLOWERS, longest=LONGEST_ROUND, name="follow"
    )


# As `selectors/items.py::open_items`, over all companies. The address is found by its hash, which has the index.
_WANTED = f"""
    SELECT organization_id, address
      FROM (SELECT story.organization_id, story.address, min(story.followed_at) AS followed_at,
                   row_number() OVER (PARTITION BY story.organization_id ORDER BY min(story.followed_at) NULLS FIRST)
                   AS place
              FROM (SELECT item.organization_id, item.destination AS address, seen.followed_at
                      FROM campaigns_item AS item
                      JOIN campaigns_campaign AS campaign ON campaign.id = item.campaign_id
                      LEFT JOIN campaigns_destination AS seen
                        ON seen.organization_id = item.organization_id
                           AND seen.address_sha256 = encode(sha256(convert_to(item.destination, 'UTF8')), 'hex')
                     WHERE item.state = '{ItemState.RELEASED}' AND item.destination <> ''
                       AND (item.release_at IS NULL OR item.release_at <= statement_timestamp())
                       AND (item.expires_at IS NULL OR item.expires_at > statement_timestamp())
                       AND campaign.archived_at IS NULL
                       AND (campaign.starts_at IS NULL OR campaign.starts_at <= statement_timestamp())
                       AND (campaign.ends_at IS NULL OR campaign.ends_at > statement_timestamp())
                       AND (seen.followed_at IS NULL OR seen.followed_at < statement_timestamp() - %(at_once)s
                            OR seen.followed_at < statement_timestamp() - %(every)s AND random() < %(chance)s)
                   ) AS story
             GROUP BY story.organization_id, story.address) AS wanted
     WHERE place <= %(each)s
     ORDER BY followed_at NULLS FIRST, random()
     LIMIT %(most)s
"""  # noqa: S608  # built of constants of ours


def _wanted() -> list[tuple[int, str]]:
    given: dict[str, Any] = {"every": EVERY, "at_once": AT_ONCE, "chance": CHANCE, "each": EACH, "most": MOST}
    with across_organizations(reason="engine: addresses to follow"), connection.cursor() as cursor:
        cursor.execute(_WANTED, given)
        rows: list[tuple[int, str]] = cursor.fetchall()
        return rows


def _take(row: tuple[int, str]) -> Following | None:
    """None where another worker was faster."""
    organization_id, address = row
    sha256 = hashlib.sha256(address.encode()).hexdigest()
    with acting_in(organization_id):
        Destination.objects.bulk_create([Destination(address=address, address_sha256=sha256)], ignore_conflicts=True)
        due = Q(followed_at=None) | Q(followed_at__lt=Now() - EVERY)
        if not Destination.objects.filter(due, address_sha256=sha256).update(followed_at=Now()):
            return None
        return Following(organization_id, Destination.objects.get(address_sha256=sha256).pk, address)


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
