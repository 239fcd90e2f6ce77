"""The ledger of points: append-only, one entry per cause."""

from __future__ import annotations

from django.db import models

from accounts.models import Member
from accounts.tenancy import OrganizationModel
from campaigns.models.shares import Share


class PointEntry(OrganizationModel):
    """Points for one cause. `cause` is unique: the same act never earns twice; corrections are new rows."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="point_entries")
    rule = models.CharField(max_length=40)  # a key of campaigns.points_rules.RULES
    cause = models.CharField(max_length=80)  # "share_published:8kq2…"
    points = models.IntegerField()
    share = models.ForeignKey(Share, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "cause"], name="one_award_per_cause")]
        indexes = [models.Index(fields=["organization", "at", "member"], include=["points"], name="points_in_period")]
