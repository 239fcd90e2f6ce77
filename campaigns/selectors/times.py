"""When a post could go out: *Good time*, *Now*, *I pick*, each with the rule that decided.

Gathers the facts for `good_time.py` and `spacing_rules.py`. Spacing is asked here, when a time is chosen,
and never after the approval.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Value
from django.utils.translation import gettext as _

from accounts.models import Member
from accounts.selectors.organization import settings_of
from campaigns.good_time import DAYS_AHEAD, HoursFrom, good_time, usual_hours
from campaigns.models import Share, ShareState
from campaigns.refusals import BadTime, StoryEmbargoed
from campaigns.selectors.places import only_chosen_people_see, where_to
from campaigns.share_lifecycle import IN_FLIGHT
from campaigns.spacing_rules import Spacing, SpacingRule, Taken, conflict, next_free
from campaigns.time_rules import (
    FARTHEST,
    NoSuchTime,
    UnknownZone,
    UnreadableTime,
    instant_of,
    read_wall_time,
    wall_of,
    zone_named,
)
from integrations.networks.base import Network

READABLE_PAST = timedelta(minutes=1)  # a minute picked is a minute long
PAST_POSTS_READ = 50


class TimeChoice(StrEnum):
    GOOD = "good"
    NOW = "now"
    PICK = "pick"


@dataclass(frozen=True, slots=True)
class ChosenTime:
    """An instant, how it reads in the person's zone, and the rules that led to it."""

    choice: TimeChoice
    at: datetime
    zone: ZoneInfo
    hours_from: HoursFrom | None = None
    moved_by: SpacingRule | None = None

    @property
    def wall_time(self) -> str:
        return wall_of(self.at, self.zone)


def zone_of(member: Member) -> ZoneInfo:
    """The person's zone: this company's entry, else the sign-in's, else the company's."""
    user_zone = member.user.time_zone if member.user else ""
    for name in (member.time_zone, user_zone):
        with suppress(UnknownZone):
            return zone_named(name)
    return zone_named(settings_of().time_zone)


def good_time_for(share: Share, *, zone: ZoneInfo, now: datetime) -> ChosenTime:
    start = not_before(share, now)
    until = start + timedelta(days=DAYS_AHEAD + 1)
    own_posts, taken = _around(share, start, until)
    network_hours = where_to(share).usual_hours if share.network else Network.usual_hours
    usual = usual_hours(own_posts, network_hours, zone)
    best = good_time(usual, taken, spacing_of(share), zone=zone, now=start)
    return ChosenTime(TimeChoice.GOOD, best.at, zone, best.hours_from, best.moved_by)


def now_for(share: Share, *, zone: ZoneInfo, now: datetime) -> ChosenTime:
    """*Now*: after the minute to undo, or the next room where a rule keeps posts apart.

    By hand it is at once: the person posts, and there is nothing to undo.
    """
    if share.by_hand:
        return ChosenTime(TimeChoice.NOW, not_before(share, now), zone)
    at = not_before(share, now + timedelta(seconds=settings.ENGINE["undo"]))
    free, moved_by = next_free(at, taken_times(share, at, at + timedelta(days=1)), spacing_of(share))
    return ChosenTime(TimeChoice.NOW, free, zone, moved_by=moved_by)


def picked_time(share: Share, wall_time: str, *, zone: ZoneInfo, now: datetime) -> ChosenTime:
    """*I pick*: exactly that time, or a refusal that names the rule and the next time with room."""
    at = instant_picked(wall_time, zone.key, now=now)
    if at < not_before(share, at):
        raise BadTime(StoryEmbargoed(not_before(share, at)).sentence, instead=not_before(share, at))
    taken = taken_times(share, at, at + timedelta(days=1))
    broken = conflict(at, taken, spacing_of(share))
    if broken is not None:
        free, _rule = next_free(at, taken, spacing_of(share))
        raise BadTime(f"{spacing_sentence(broken, share)} {_free_sentence(free, zone)}", instead=free)
    return ChosenTime(TimeChoice.PICK, at, zone)


def not_before(share: Share, at: datetime) -> datetime:
    """`at`, or the end of the story's embargo where that is later."""
    return max(at, share.item.embargo_until or at)


def instant_picked(wall_time: str, time_zone: str, *, now: datetime) -> datetime:
    """The instant a person picked in a zone; refuses what is unreadable, does not exist or is past."""
    try:
        due_at = instant_of(read_wall_time(wall_time), zone_named(time_zone))
    except UnknownZone as error:
        raise BadTime(_("We do not know this time zone.")) from error
    except UnreadableTime as error:
        raise BadTime(_("We could not read this date and time. Write it as 2026-11-24 09:20.")) from error
    except NoSuchTime as error:
        sentence = _("The clocks go forward then, so %(wall)s does not exist on that day. %(instead)s does.")
        names = {"wall": f"{error.wall:%H:%M}", "instead": f"{error.instead:%H:%M}"}
        raise BadTime(sentence % names, instead=instant_of(error.instead, zone_named(time_zone))) from error
    require_ahead(due_at, now=now)
    return due_at


def require_ahead(due_at: datetime, *, now: datetime) -> None:
    if due_at < now - READABLE_PAST:
        raise BadTime(_("That time has passed. Choose another; your text is safe."))
    if due_at > now + FARTHEST:
        raise BadTime(_("That is more than a year ahead. Choose an earlier time."))


def spacing_of(share: Share) -> Spacing:
    return Spacing.of_campaign(share.campaign.spacing_minutes)


def spacing_sentence(rule: SpacingRule, share: Share) -> str:
    """The rule's name for a person; it never says who else is there."""
    spacing = spacing_of(share)
    if rule is SpacingRule.PERSON:
        words = _("Your own posts are kept %(minutes)d minutes apart.")
    else:
        words = _("Posts of one story are kept %(minutes)d minutes apart.")
    return words % {"minutes": int(spacing.distance(rule).total_seconds() // 60)}


def taken_times(share: Share, start: datetime, end: datetime) -> list[Taken]:
    """Times near [start, end] that other posts of this story on this network, or of this person, have."""
    rows = _near(share, start, end).values_list("due_at", "member_id")
    return [_taken(share, due_at, member_id) for due_at, member_id in rows if due_at is not None]


def _around(share: Share, start: datetime, end: datetime) -> tuple[list[datetime], list[Taken]]:
    """When this person posted last, and what is taken between `start` and `end`; in one query."""
    out = Share.objects.filter(member=share.member_id, published_at__isnull=False).order_by("-published_at")
    posted = out.annotate(is_out=Value(True)).values_list("is_out", "published_at", "member_id")[:PAST_POSTS_READ]
    near = _near(share, start, end).annotate(is_out=Value(False)).values_list("is_out", "due_at", "member_id")
    rows = list(posted.union(near, all=True))
    taken = [_taken(share, at, member_id) for is_out, at, member_id in rows if at and not is_out]
    return [at for is_out, at, _member in rows if at and is_out], taken


def _taken(share: Share, at: datetime, member_id: int) -> Taken:
    return Taken(at, SpacingRule.PERSON if member_id == share.member_id else SpacingRule.STORY)


def _near(share: Share, start: datetime, end: datetime) -> QuerySet[Share]:
    margin = spacing_of(share).longest()
    who = Q(member=share.member_id)
    if not only_chosen_people_see(share):
        who |= Q(item=share.item_id, network=share.network)
    near = Q(due_at__gt=start - margin, due_at__lt=end + margin)
    states = [ShareState.SCHEDULED, *IN_FLIGHT, ShareState.PUBLISHED]
    return Share.objects.filter(near & who, state__in=states).exclude(pk=share.pk)


def _free_sentence(free: datetime, zone: ZoneInfo) -> str:
    return _("%(time)s is free.") % {"time": free.astimezone(zone).strftime("%Y-%m-%d %H:%M")}
