"""Writes the ledger of points: one entry per cause, in the transaction of the act that earned it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.audit import audit_entry
from accounts.models import AuditEntry, OrganizationSettings
from campaigns.canonical import text_of
from campaigns.disclosure_rules import in_sight
from campaigns.models import Evidence, PointEntry, Share
from campaigns.period_rules import PeriodKind, period_of
from campaigns.points_rules import RULES, TOLD, PublishedPost, rule_for
from integrations.networks import network


def award_for_publication(share: Share) -> PointEntry | None:
    """Points for a share that is out. Called in the transaction of PUBLISHED; a second call earns nothing."""
    return next(iter(award_for_publications([share])), None)


def award_for_publications(shares: Sequence[Share]) -> list[PointEntry]:
    """The same for shares of one company that came out together; answers what was earned now."""
    earned = [entry for entry in map(_entry, shares) if entry is not None]
    causes = PointEntry.objects.filter(cause__in=[entry.cause for entry in earned])
    before = set(causes.values_list("cause", flat=True))
    PointEntry.objects.bulk_create(earned, ignore_conflicts=True)  # the ledger's unique cause is the judge
    new = [entry for entry in earned if entry.cause not in before]
    AuditEntry.objects.bulk_create(_told(entry) for entry in new)
    return new


def _entry(share: Share) -> PointEntry | None:
    at = share.published_at or timezone.now()
    rule = rule_for(_facts(share, at))
    if rule is None:
        return None
    return PointEntry(
        member=share.member,
        rule=rule,
        cause=f"share_published:{share.public_id}",
        points=RULES[rule].points,
        share=share,
        at=at,
    )


def _told(entry: PointEntry) -> AuditEntry:
    subject = f"share {entry.cause.partition(':')[2]}"
    return audit_entry("award_for_publication", by=None, subject=subject, private=True, points=entry.points)


def _facts(share: Share, at: datetime) -> PublishedPost:
    told = share.evidence == Evidence.TOLD
    return PublishedPost(
        told_by_person=told,
        seen_by_public=bool(share.network) and network(share.network).posts_publicly,
        own_words=_has_own_words(share),
        praises_product=share.item.praises_product,
        needs_disclosure=share.item.needs_disclosure,
        disclosure_in_sight=in_sight(text_of(share), share.disclosure),
        told_this_week=_told_this_week(share, at) if told else 0,
    )


def _has_own_words(share: Share) -> bool:
    """Words that are not a suggested message taken whole."""
    words = " ".join(share.text.split()).casefold()
    suggested = {" ".join(message.text.split()).casefold() for message in share.item.messages.all()}
    return bool(words) and words not in suggested


def _told_this_week(share: Share, at: datetime) -> int:
    zone = ZoneInfo(OrganizationSettings.objects.values_list("time_zone", flat=True).get())
    week = period_of(PeriodKind.WEEK, at, zone)
    entries = PointEntry.objects.filter(member=share.member, rule=TOLD, at__gte=week.start, at__lt=week.end)
    return entries.exclude(share=share).count()
