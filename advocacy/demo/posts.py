"""The demo's posts: written and approved by their people, sent by the engine itself to the sandbox, on a past day.

The engine keeps the database's time, so a post of the past is approved for this very second and goes out at once while
`timezone.now()` answers that day; its planned time, window and send are brought back to that day afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Member, Organization
from accounts.selectors.guidelines import current_guidelines
from accounts.tenancy import acting_in
from advocacy.demo import clock
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.actions.drafts import choose_connection, edit_draft, start_share
from campaigns.actions.shares import approve_share
from campaigns.canonical import shown_post
from campaigns.models import Approval, Attempt, Door, Item, Share
from campaigns.publishing.loop import Publisher
from campaigns.share_lifecycle import ShareState
from campaigns.time_rules import wall_of, window_of, zone_named
from integrations.models import Connection


class DemoTrouble(RuntimeError):
    """A post of the demo did not get where it should; the demo would show something untrue."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to post: from an account of theirs, or by hand on `by_hand_on`."""

    member: Member
    item: Item
    text: str
    connection: Connection | None = None
    by_hand_on: str = ""


def drafted(wish: Wish) -> Share:
    """Inside `acting_in`."""
    share = start_share(wish.item, by=wish.member, connection=wish.connection)
    if wish.by_hand_on:
        share = choose_connection(share, by=wish.member, network=wish.by_hand_on, by_hand=True)
    return edit_draft(share, by=wish.member, text=wish.text)


def approved(wish: Wish, *, due_at: datetime) -> Share:
    """Inside `acting_in`."""
    share = drafted(wish)
    seen = shown_post(share).digest()
    guidelines = current_guidelines()
    number = guidelines.number if guidelines else 0
    return approve_share(
        share, by=wish.member, door=Door.SESSION, seen_sha256=seen, due_at=due_at, accepts_guidelines=number
    )


def engine_works() -> None:
    """Everything that is due goes out, as by a worker."""
    Publisher(threading.Event()).drain(linger=0)


def posted(organization: Organization, wishes: Sequence[Wish], *, at: datetime) -> list[Share]:
    """Out at that moment of the past; several go out together."""
    with clock.at(at):
        with acting_in(organization):
            shares = [approved(wish, due_at=at if wish.by_hand_on else clock.real_now()) for wish in wishes]
            for share in shares:
                if share.by_hand:
                    post_by_hand_is_out(share, by=share.member)
        engine_works()
    with acting_in(organization):
        return [_brought_back(share, at) for share in shares]


def _brought_back(share: Share, at: datetime) -> Share:
    share.refresh_from_db()
    if share.state != ShareState.PUBLISHED:
        said = [*share.attempts.values_list("reason", flat=True), share.held_reason, share.held_detail]
        raise DemoTrouble(f"A post of the demo on {share.network} is {share.state}: {' '.join(filter(None, said))}.")
    if not share.by_hand:
        wall_time = wall_of(at, zone_named(share.time_zone or "UTC"))
        Share.objects.filter(pk=share.pk).update(due_at=at, wall_time=wall_time)
        opens, closes = window_of(at, late_minutes=share.campaign.ask_late_minutes)
        Approval.objects.filter(share=share).update(window_start=opens, window_end=closes)
        Attempt.objects.filter(share=share).update(intent_at=at, ended_at=at)
    return share
