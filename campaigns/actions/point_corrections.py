"""Writes correcting entries of the ledger of points: no entry is ever changed, what no longer holds is balanced."""

from __future__ import annotations

from django.utils import timezone

from accounts.audit import audit
from campaigns.models import PointEntry, Share, TaskDone
from campaigns.points_rules import TAKEN_DOWN, TASK_DONE, TASK_UNDONE, correction_of


def balance_points_of_taken_down(share: Share) -> PointEntry | None:
    """The post is gone by its owner's wish, and with it what it earned. Called in the transaction of TAKEN_DOWN."""
    award = PointEntry.objects.filter(cause=f"share_published:{share.public_id}").first()
    if award is None:
        return None
    values = {"member_id": award.member_id, "rule": TAKEN_DOWN, "points": correction_of(award.points), "share": share}
    correction, new = PointEntry.objects.get_or_create(
        cause=f"share_taken_down:{share.public_id}", defaults={**values, "at": timezone.now()}
    )
    if not new:
        return None
    subject = f"share {share.public_id}"
    audit("balance_points_of_taken_down", by=None, subject=subject, private=True, points=correction.points)
    return correction


def balance_points_of_task(done: TaskDone) -> PointEntry | None:
    """The task was not done after all. Called in the transaction that takes it back."""
    award = PointEntry.objects.filter(cause=f"{TASK_DONE}{done.public_id}").first()
    if award is None:
        return None
    values = {"member_id": award.member_id, "rule": TAKEN_DOWN, "points": correction_of(award.points)}
    correction = PointEntry.objects.create(cause=f"{TASK_UNDONE}{done.public_id}", at=timezone.now(), **values)
    subject = f"task {done.public_id}"
    audit("balance_points_of_task", by=None, subject=subject, private=True, points=correction.points)
    return correction
