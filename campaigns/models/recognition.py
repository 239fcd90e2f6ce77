"""The ledger of points (append-only, one entry per cause), and the company's figures as they were let out."""

from __future__ import annotations

from django.db import models

from accounts.models import Member, Team
from accounts.tenancy import OrganizationModel
from campaigns.models.content import Item
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


class FigureKind(models.TextChoices):
    """What a figure is about. A company's is of one week, a team's of four; a story's since its beginning."""

    COMPANY = "company"
    TEAM = "team"
    STORY = "story"


class ShownFigure(OrganizationModel):
    """A figure that passed the small-group gate when its weeks were over: written once, and never counted again.

    Counted anew it would tell of whoever joined a team, left the company or was named meanwhile. No row names a
    person. A company's week has a row in any case: without `posts`, too few people posted for it to be shown.
    """

    kind = models.CharField(max_length=8, choices=FigureKind.choices)
    start = models.DateTimeField()
    end = models.DateTimeField()
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, null=True, related_name="+")
    posts = models.PositiveIntegerField(null=True)
    points = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "end"], condition=models.Q(kind="company"), name="one_figure_per_week"
            ),
            models.UniqueConstraint(
                fields=["organization", "team", "end"], condition=models.Q(kind="team"), name="one_figure_per_team"
            ),
            models.UniqueConstraint(
                fields=["organization", "item", "end"], condition=models.Q(kind="story"), name="one_figure_per_story"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="company", team=None, item=None)
                | models.Q(kind="team", team__isnull=False, item=None, posts__isnull=False)
                | models.Q(kind="story", team=None, item__isnull=False, posts__isnull=False),
                name="figure_says_of_what",
            ),
        ]
        indexes = [models.Index(fields=["organization", "kind", "-end"], name="newest_figures")]
