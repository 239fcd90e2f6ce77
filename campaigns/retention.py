"""How long rows of telling people are kept: this app's lines of the one table in `accounts/retention.py`.

Shares, approvals and what belongs to them are not here: they are the person's record, and the company's ledger.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.retention import Kept
from campaigns.models import (
    AnnouncementRead,
    FigureReading,
    FollowerReading,
    ItemState,
    LinkClicks,
    Sight,
    Skip,
    TaskDone,
    WeeklyMail,
)


def _over(until: datetime) -> Q:
    """Of rows about a story: those whose story has been over since then. All of one story's go together, so that its
    figures end at once, instead of telling by their movement who did what."""
    ended = Q(item__state=ItemState.ENDED, item__updated_at__lte=until) | Q(item__expires_at__lte=until)
    return ended | Q(item__campaign__ends_at__lte=until) | Q(item__campaign__archived_at__lte=until)


def _skips(until: datetime) -> QuerySet[Skip]:
    return Skip.objects.filter(_over(until))


def _sights(until: datetime) -> QuerySet[Sight]:
    return Sight.objects.filter(_over(until))


def _reads(until: datetime) -> QuerySet[AnnouncementRead]:
    return AnnouncementRead.objects.filter(_over(until))


def _tasks(until: datetime) -> QuerySet[TaskDone]:
    """Their photos go with them: within the day (`campaigns/proof_photos.py`)."""
    return TaskDone.objects.filter(_over(until))


def _weekly_mails(until: datetime) -> QuerySet[WeeklyMail]:
    return WeeklyMail.objects.filter(created_at__lte=until)


def _figures(until: datetime) -> QuerySet[FigureReading]:
    """Sooner where a network lets apps keep them for less."""
    return FigureReading.objects.filter(Q(at__lte=until) | Q(keep_until__lte=timezone.now()))


def _followers(until: datetime) -> QuerySet[FollowerReading]:
    """Sooner where a network lets apps keep them for less."""
    return FollowerReading.objects.filter(Q(at__lte=until) | Q(keep_until__lte=timezone.now()))


def _clicks(until: datetime) -> QuerySet[LinkClicks]:
    return LinkClicks.objects.filter(day__lte=until.date())


RETENTION: tuple[Kept, ...] = (
    Kept("skips", _("to leave aside what you put aside, and to count reasons without names"), 365, _skips),
    Kept("sights", _("to count readers of a story without names"), 365, _sights),
    Kept("announcements read", _("not to show an announcement twice"), 365, _reads),
    Kept("tasks done", _("to show you which tasks you did, and curators what you sent them"), 365, _tasks),
    Kept("weekly mails", _("not to tell of the same story twice; their links work for three weeks"), 90, _weekly_mails),
    Kept("figures of posts", _("to show you what became of your posts"), 365, _figures),
    Kept("followers", _("to show you how your profiles grow"), 365, _followers),
    Kept("clicks", _("to show you what your links brought"), 730, _clicks),
)
