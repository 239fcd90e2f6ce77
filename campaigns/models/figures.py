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
    missed = models.PositiveSmallIntegerField(default=0)  # looks in a row at which the network did not know the post

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="figures_due"),
            models.Index(
                fields=["connection", "next_at"], condition=models.Q(next_at__isnull=False), name="figures_due_on"
            ),
        ]


class FollowerClock(OrganizationModel):
    """When an account's followers are counted next. Made with the first look; a row without a time was the last."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="follower_clock")
    next_at = models.DateTimeField(null=True)


class FollowerReading(OrganizationModel):
    """How many followed an account at one time, as its network said."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    keep_until = models.DateTimeField()
    followers = models.PositiveBigIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "connection", "-at"], name="followers_of_account"),
            models.Index(fields=["organization", "keep_until"], name="followers_over"),
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
