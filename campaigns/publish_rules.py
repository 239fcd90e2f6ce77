"""May this share go out now? The one answer, asked at approval, by the engine's clocks and again at the intent.

Pure: facts and the time come in, a verdict goes out. It reads no row and moves nothing; who asks decides what the
verdict means for the share's state.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from campaigns.share_lifecycle import HeldReason

# After a thaw nothing that waited longer than this goes out unasked (design.md §5.8).
LONGEST_FREEZE_WAIT = timedelta(hours=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishFacts:
    """What the rule looks at. Each is true where all is well.

    `post_is_approved`: the post as it would be sent now hashes to what was approved, its pictures' bytes included.
    The window is the approved one; the campaign's lateness is the present one, and cannot widen it.
    `month_can_pay`: where the network takes money, no ceiling of this month is reached.
    `server_takes_it`: the server of the account, where it has limits of its own, has not lowered them below this post.
    `repeat_is_harmless`: no earlier send of it is unclear, or the network still knows its key and answers with it.
    """

    due_at: datetime
    window_start: datetime
    window_end: datetime
    post_late: timedelta
    ask_late: timedelta
    approval_is_live: bool = True
    post_is_approved: bool = True
    story_stands: bool = True
    person_takes_part: bool = True
    person_is_active: bool = True
    connection_is_live: bool = True
    grant_is_ours: bool = True
    campaign_is_open: bool = True
    embargo_is_over: bool = True
    repeat_is_harmless: bool = True
    month_can_pay: bool = True
    server_takes_it: bool = True
    is_frozen: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Allowed:
    """It may go out now."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nothing is wrong, but not now: too early, or sending is frozen."""

    because: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The person decides."""

    reason: HeldReason


@dataclass(frozen=True, slots=True)
class TooLate:
    """Nobody wants it any more."""


Verdict = Allowed | NotYet | Refused | TooLate


def may_publish(facts: PublishFacts, *, now: datetime) -> Verdict:
    """The verdict at `now`. What is forbidden comes before what is merely late: a person reads the true reason."""
    late = now - facts.due_at
    if late > facts.ask_late:
        return TooLate()
    reason = next(_reasons(facts), None)
    if reason is not None:
        return Refused(reason)
    if late < timedelta() or now < facts.window_start:
        return NotYet("not_due")
    if facts.is_frozen:
        return Refused(HeldReason.FROZEN) if late > LONGEST_FREEZE_WAIT else NotYet("frozen")
    if facts.by_hand:
        return Refused(HeldReason.BY_HAND)
    if late > facts.post_late or now >= facts.window_end:
        return Refused(HeldReason.LATE)
    return Allowed()


def _reasons(facts: PublishFacts) -> Iterator[HeldReason]:
    """Why it may not go out at all, most telling first."""
    sends = not facts.by_hand
    checks = (
        (facts.repeat_is_harmless, HeldReason.COULD_NOT_TELL),
        (facts.person_takes_part and facts.person_is_active, HeldReason.NOT_TAKING_PART),
        (facts.campaign_is_open, HeldReason.CAMPAIGN_CLOSED),
        (facts.embargo_is_over, HeldReason.EMBARGO),
        (facts.story_stands, HeldReason.STORY_CHANGED),
        (facts.approval_is_live and facts.post_is_approved, HeldReason.APPROVAL_CHANGED),
        (not sends or (facts.connection_is_live and facts.grant_is_ours), HeldReason.RECONNECT),
        (not sends or facts.month_can_pay, HeldReason.MONTH_IS_SPENT),
        (not sends or facts.server_takes_it, HeldReason.SERVER_TAKES_LESS),
    )
    return (reason for is_well, reason in checks if not is_well)
