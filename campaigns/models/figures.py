"""What became of a post, as its network told: for its author alone."""

from __future__ import annotations

from django.db import models

from accounts.tenancy import OrganizationModel
from campaigns.models.shares import Share
from integrations.models import Connection


class FigureClock(OrganizationModel):
    """When a post that is out is looked at next. The row is the queue."""

    share = models.OneToOneField(Share, on_delete=models.CASCADE, related_name="figure_clock")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    network = models.CharField(max_length=20)
    next_at = models.DateTimeField(null=True)  # null: it was the last look

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="figures_due"),
            models.Index(
                fields=["connection", "next_at"], condition=models.Q(next_at__isnull=False), name="figures_due_on"
            ),
        ]


class FigureReading(OrganizationModel):
    """What a network said about a post at one time. Null is "the network does not say", never 0."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="figure_readings", db_index=False)
    at = models.DateTimeField()
    keep_until = models.DateTimeField()  # as long as that network lets apps keep figures
    source = models.CharField(max_length=20)  # the network that was asked
    likes = models.PositiveBigIntegerField(null=True)
    comments = models.PositiveBigIntegerField(null=True)
    reposts = models.PositiveBigIntegerField(null=True)
    views = models.PositiveBigIntegerField(null=True)
    followers = models.PositiveBigIntegerField(null=True)  # of the account, at that time

    class Meta:
        indexes = [
            models.Index(fields=["organization", "share", "-at"], name="readings_of_share"),
            models.Index(fields=["organization", "keep_until"], name="readings_over"),
        ]
