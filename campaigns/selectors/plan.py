"""*Plan my week*: the posts of one sitting, the slot of each with the rule that chose it, and where one is.

A slot is a draft's proposed time: the plan stands on the server, whatever browser comes back to it. Reads only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Member
from campaigns.activity_rules import takes_words
from campaigns.good_time import DAYS_AHEAD, LEAD, GoodTime, UsualHours, good_time, usual_hours
from campaigns.models import Share, ShareState
from campaigns.refusals import BadTime
from campaigns.selectors.places import only_chosen_people_see, where_to
from campaigns.selectors.time_words import reason_of
from campaigns.selectors.times import (
    PAST_POSTS_READ,
    ChosenTime,
    TimeChoice,
    not_before,
    picked_time,
    spacing_of,
    spacing_sentence,
)
from campaigns.share_lifecycle import IN_FLIGHT
from campaigns.spacing_rules import SpacingRule, Taken, conflict, next_free
from integrations.networks.base import Network

MOST = 5  # posts of one sitting
UNWRITTEN = (ShareState.DRAFT, ShareState.IN_REVIEW)
OVER = (ShareState.WITHDRAWN, ShareState.EXPIRED, ShareState.TAKEN_DOWN)
LOOKED_AHEAD = timedelta(days=2 * DAYS_AHEAD + 2)


@dataclass(frozen=True, slots=True)
class Step:
    """One post of the plan. `reason` names the rule of its slot; '' where it is not asked for."""

    share: Share
    number: int
    reason: str = ""

    @property
    def at(self) -> datetime | None:
        return self.share.proposed_at if self.share.state in UNWRITTEN else self.share.due_at

    @property
    def is_open(self) -> bool:
        return bool(self.share.state == ShareState.DRAFT)

    @property
    def is_being_read(self) -> bool:
        return bool(self.share.state == ShareState.IN_REVIEW)

    @property
    def is_late(self) -> bool:
        """Its slot passed before it was approved."""
        return self.is_open and self.at is not None and self.at <= timezone.now()

    @property
    def page(self) -> str:
        """Where it goes on: written and with an account, to the approval; else to the composer."""
        is_written = bool(self.share.text) or not takes_words(self.share.item.asks)
        return "approve" if is_written and self.share.network else "compose"


@dataclass(frozen=True, slots=True)
class Plan:
    steps: tuple[Step, ...]

    @property
    def open(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.is_open)

    @property
    def next(self) -> Step | None:
        return self.open[0] if self.open else None

    @property
    def done_count(self) -> int:
        return len(self.steps) - len(self.open)

    @property
    def is_waiting(self) -> bool:
        """Nothing to do at present: colleagues read what is left."""
        return self.next is None and any(step.is_being_read for step in self.steps)

    @property
    def room(self) -> int:
        waiting = sum(step.share.state in UNWRITTEN for step in self.steps)
        return max(MOST - waiting, 0)

    def step_of(self, public_id: str) -> Step | None:
        return next((step for step in self.steps if step.share.public_id == public_id), None)


def plan_of(member: Member, sitting: Collection[str] = ()) -> Plan:
    """Drafts with a time, and what else of this sitting (public ids) is not over, in the order of their times."""
    timed = Q(state__in=UNWRITTEN, proposed_at__isnull=False)
    rows = Share.objects.filter(timed | Q(public_id__in=list(sitting)), member=member).exclude(state__in=OVER)
    related = rows.select_related("item", "campaign", "connection")
    shares = related.order_by(Coalesce("proposed_at", "due_at").asc(nulls_last=True), "pk")
    return Plan(tuple(Step(share, number) for number, share in enumerate(shares, 1)))


@dataclass(frozen=True, slots=True)
class _Row:
    share: int
    item: int
    network: str
    is_mine: bool
    at: datetime


class Slots:
    """What is known about the coming weeks when several posts get their times: asked once, in three queries."""

    def __init__(self, member: Member, shares: Sequence[Share], *, zone: ZoneInfo, now: datetime) -> None:
        self.zone, self.now = zone, now
        published = Share.objects.filter(member=member, published_at__isnull=False).order_by("-published_at")
        self._own_posts = [at for at in published.values_list("published_at", flat=True)[:PAST_POSTS_READ] if at]
        self._rows = _planned(member, shares, now) + _proposed(member, now)

    def free_day(self, share: Share) -> ChosenTime:
        """The next good time on a day that has none of this person's posts yet; then the slot is taken."""
        usual, taken, spacing = self._usual(share), self._taken(share), spacing_of(share)
        days = {_day(row.at, self.zone) for row in self._rows if row.is_mine and row.share != share.pk}
        start = not_before(share, self.now)
        best = first = good_time(usual, taken, spacing, zone=self.zone, now=start)
        for _attempt in range(DAYS_AHEAD):
            if _day(best.at, self.zone) not in days:
                break
            start = _midnight_after(best.at, self.zone) - LEAD
            best = good_time(usual, taken, spacing, zone=self.zone, now=start)
        else:
            best = first  # every day has one: the first that keeps its distance
        return self._keep(share, first if _is_over(share, best.at) else best)

    def reason(self, share: Share, at: datetime) -> str:
        """Why that time: the hours and the distance it follows, else that the person picked it."""
        hour = at.replace(minute=0, second=0, microsecond=0)
        usual, local = self._usual(share), at.astimezone(self.zone)
        if local.hour not in usual.hours or local.weekday() not in usual.weekdays:
            return _("The time you picked.")
        moved_by = conflict(hour, self._taken(share), spacing_of(share)) if at != hour else None
        return reason_of(ChosenTime(TimeChoice.GOOD, at, self.zone, usual.source, moved_by), share)

    def _keep(self, share: Share, best: GoodTime) -> ChosenTime:
        self._rows.append(_Row(share.pk, share.item_id, share.network, is_mine=True, at=best.at))
        return ChosenTime(TimeChoice.GOOD, best.at, self.zone, best.hours_from, best.moved_by)

    def _usual(self, share: Share) -> UsualHours:
        hours = where_to(share).usual_hours if share.network else Network.usual_hours
        return usual_hours(self._own_posts, hours, self.zone)

    def _taken(self, share: Share) -> list[Taken]:
        mine = [Taken(row.at, SpacingRule.PERSON) for row in self._rows if row.is_mine and row.share != share.pk]
        others = [row for row in self._rows if not row.is_mine and not only_chosen_people_see(share)]
        same = [row for row in others if (row.item, row.network) == (share.item_id, share.network)]
        return mine + [Taken(row.at, SpacingRule.STORY) for row in same]


def with_reasons(plan: Plan, member: Member, *, zone: ZoneInfo, now: datetime) -> Plan:
    slots = Slots(member, [step.share for step in plan.steps], zone=zone, now=now)
    return Plan(
        tuple(
            Step(step.share, step.number, slots.reason(step.share, step.at) if step.at and step.is_open else "")
            for step in plan.steps
        )
    )


def time_beside_plan(share: Share, wall_time: str, *, zone: ZoneInfo, now: datetime) -> ChosenTime:
    """`picked_time`, and apart from what the person's other drafts are planned for, too."""
    chosen = picked_time(share, wall_time, zone=zone, now=now)
    taken = [Taken(row.at, SpacingRule.PERSON) for row in _proposed(share.member, now) if row.share != share.pk]
    broken = conflict(chosen.at, taken, spacing_of(share))
    if broken is not None:
        free, _rule = next_free(chosen.at, taken, spacing_of(share))
        raise BadTime(spacing_sentence(broken, share), instead=free)
    return chosen


def _planned(member: Member, shares: Sequence[Share], now: datetime) -> list[_Row]:
    """Of this person, and of colleagues with one of these stories: times only, never whose."""
    same_story = Q(item__in={share.item_id for share in shares}) & ~Q(member=member)
    near = Q(due_at__gt=now - timedelta(days=1), due_at__lt=now + LOOKED_AHEAD)
    states = [ShareState.SCHEDULED, *IN_FLIGHT, ShareState.PUBLISHED]
    rows = Share.objects.filter(near & (same_story | Q(member=member)), state__in=states)
    found = rows.values_list("pk", "item_id", "network", "member_id", "due_at")
    return [_Row(pk, item, key, owner == member.pk, at) for pk, item, key, owner, at in found if at is not None]


def _proposed(member: Member, now: datetime) -> list[_Row]:
    rows = Share.objects.filter(member=member, state__in=UNWRITTEN, proposed_at__gt=now)
    found = rows.values_list("pk", "item_id", "network", "proposed_at")
    return [_Row(pk, item, key, is_mine=True, at=at) for pk, item, key, at in found if at is not None]


def _is_over(share: Share, at: datetime) -> bool:
    """The story, or its campaign, ends before that."""
    ends = [end for end in (share.item.expires_at, share.campaign.ends_at) if end is not None]
    return any(end <= at for end in ends)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _midnight_after(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(_day(at, zone) + timedelta(days=1), time.min, tzinfo=zone)
