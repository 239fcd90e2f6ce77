"""Feeds a company follows: their address, when we look next, and how the last looks went."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import Member
from accounts.tenancy import OrganizationModel


class FeedState(models.TextChoices):
    FOLLOWED = "followed", _("Followed")
    PAUSED = "paused", _("Paused")


class FeedSource(OrganizationModel):
    """One feed. `seen` holds the marks of the entries its last reading showed and that need no second look."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    address = models.URLField(max_length=2000)
    address_sha256 = models.CharField(max_length=64)  # an address may be too long for an index
    title = models.CharField(max_length=200, blank=True)  # as the feed names itself
    state = models.CharField(max_length=10, choices=FeedState.choices, default=FeedState.FOLLOWED)
    most_a_day = models.PositiveSmallIntegerField(default=5)
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    seen = models.JSONField(default=list)
    next_look_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # when it last could be read, changed or not
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    trouble = models.CharField(max_length=20, blank=True)  # the values of `feeds.Trouble`
    added_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="feed_public_id"),
            models.UniqueConstraint(fields=["organization", "address_sha256"], name="feed_once"),
            models.CheckConstraint(condition=models.Q(state__in=FeedState.values), name="feed_state_known"),
            models.CheckConstraint(
                condition=models.Q(failing_since=None) | ~models.Q(trouble=""), name="failing_feed_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], condition=models.Q(state=FeedState.FOLLOWED), name="feed_followed"),
        ]

    def __str__(self) -> str:
        return self.title or self.address
