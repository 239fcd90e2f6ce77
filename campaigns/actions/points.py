"""Writes the ledger of points: one entry per cause, in the transaction of the act that earned it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone

from accounts.audit import audit, audit_entry
from accounts.models import AuditEntry, OrganizationSettings
from campaigns.activity_rules import deed_of
from campaigns.canonical import fold_of, seen_first
from campaigns.disclosure_rules import in_sight
from campaigns.models import ON_A_WORD, Activity, Evidence, Message, PointEntry, Share, ShareState, TaskDone
from campaigns.period_rules import PeriodKind, period_of
from campaigns.points_rules import RULES, TASK_DONE, TASK_UNDONE, TOLD, PublishedPost, rule_for, rule_for_task
from campaigns.selectors.places import where_to
from integrations.places import Place


def award_for_publication(share: Share, *, at: datetime | None = None) -> PointEntry | None:
    """Points for a share that is out, in the transaction of PUBLISHED, or `at` the instant at which it was seen later.

    A second call earns nothing.
    """
    return next(iter(award_for_publications([share], at=at)), None)


def award_for_publications(shares: Sequence[Share], *, at: datetime | None = None) -> list[PointEntry]:
    """The same for shares of one company that came out together; answers what was earned now."""
    suggested = _suggested({share.item_id for share in shares})
    earned = [entry for share in shares if (entry := _entry(share, suggested.get(share.item_id, set()), at))]
    causes = PointEntry.objects.filter(cause__in=[entry.cause for entry in earned])
    before = set(causes.values_list("cause", flat=True))
    PointEntry.objects.bulk_create(earned, ignore_conflicts=True)  # the ledger's unique cause is the judge
    new = [entry for entry in earned if entry.cause not in before]
    AuditEntry.objects.bulk_create(_told(entry) for entry in new)
    return new


def _entry(share: Share, suggested: Collection[str], at: datetime | None) -> PointEntry | None:
    at = at or share.published_at or timezone.now()
    rule = rule_for(_facts(share, suggested, at))
    if rule is None:
        return None
    return PointEntry(
        member_id=share.member_id,
        rule=rule,
        cause=f"share_published:{share.public_id}",
        points=RULES[rule].points,
        share=share,
        at=at,
    )


def _told(entry: PointEntry) -> AuditEntry:
    subject = f"share {entry.cause.partition(':')[2]}"
    return audit_entry("award_for_publication", by=None, subject=subject, private=True, points=entry.points)


def _facts(share: Share, suggested: Collection[str], at: datetime | None) -> PublishedPost:
    """`at` is when it would earn; without one, what a week allows is not asked."""
    told = share.evidence in ON_A_WORD
    there = where_to(share) if share.network else None
    in_private = isinstance(there, Place) and there.is_private
    return PublishedPost(
        told_by_person=told,
        seen_by_others=in_private or (there is not None and there.posts_publicly),
        in_private=in_private,
        is_clicked=share.evidence == Evidence.CLICKED,
        own_words=_has_own_words(share, suggested),
        praises_product=share.item.is_praise,
        needs_disclosure=share.item.needs_disclosure,
        disclosure_in_sight=in_sight(seen_first(share), share.disclosure, fold_of(share)),
        of_the_company=share.item.own_of_id is None,
        told_this_week=_told_this_week(share.member_id, at, besides=share) if told and at else 0,
        deed=deed_of(share.item.asks),
    )


def earns_once_seen(shares: Sequence[Share]) -> set[int]:
    """Those of these shares on their person's word that will earn as soon as they are seen, or in private clicked."""
    compared = {share.item_id for share in shares if share.item.is_praise or share.item.asks != Activity.SHARE}
    suggested = _suggested(compared) if compared else {}
    seen = {share.pk: _facts(share, suggested.get(share.item_id, set()), None) for share in shares}
    return {pk for pk, post in seen.items() if rule_for(replace(post, told_by_person=False)) is not None}


def _suggested(item_ids: Collection[int]) -> dict[int, set[str]]:
    """The suggested messages of these stories, as they are compared."""
    found: dict[int, set[str]] = {}
    for item_id, text in Message.objects.filter(item_id__in=item_ids).values_list("item_id", "text"):
        found.setdefault(item_id, set()).add(_compared(text))
    return found


def _has_own_words(share: Share, suggested: Collection[str]) -> bool:
    """Words that are not a suggested message taken whole."""
    words = _compared(share.text)
    return bool(words) and words not in suggested


def _compared(text: str) -> str:
    return " ".join(text.split()).casefold()


def award_for_task(done: TaskDone) -> PointEntry | None:
    """Points for a task, in the transaction that tells of it; within what a week may earn on one's word."""
    rule = rule_for_task(told_this_week=_told_this_week(done.member_id, done.at))
    if rule is None:
        return None
    cause = f"{TASK_DONE}{done.public_id}"
    points = RULES[rule].points
    entry = PointEntry.objects.create(member_id=done.member_id, rule=rule, cause=cause, points=points, at=done.at)
    audit("award_for_task", by=None, subject=f"task {done.public_id}", private=True, points=points)
    return entry


def _told_this_week(member_id: int, at: datetime, *, besides: Share | None = None) -> int:
    zone = ZoneInfo(OrganizationSettings.objects.values_list("time_zone", flat=True).get())
    week = period_of(PeriodKind.WEEK, at, zone)
    entries = PointEntry.objects.filter(member_id=member_id, rule=TOLD, at__gte=week.start, at__lt=week.end)
    # What was seen since rests on more than a word; what was taken down, or back, gave its points back.
    still_told = entries.filter(Q(share=None) | Q(share__evidence__in=ON_A_WORD))
    undone = PointEntry.objects.filter(cause=Replace(OuterRef("cause"), Value(TASK_DONE), Value(TASK_UNDONE)))
    still_told = still_told.exclude(share__state=ShareState.TAKEN_DOWN).exclude(Exists(undone), share=None)
    return (still_told.exclude(share=besides) if besides else still_told).count()
