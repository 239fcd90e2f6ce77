"""Clicks on tracked links, as numbers a day: nothing about any reader."""

from __future__ import annotations

from django.db import models

from accounts.tenancy import OrganizationModel
from campaigns.models.shares import LinkCode


class LinkClicks(OrganizationModel):
    """One link's clicks of one day (UTC) from one place; `came_from` is a place's key, '' where none was named."""

    code = models.ForeignKey(LinkCode, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    came_from = models.CharField(max_length=20, blank=True)
    raw = models.PositiveIntegerField(default=0)
    counted = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "code", "day", "came_from"], name="one_row_a_day"),
            models.CheckConstraint(condition=models.Q(counted__lte=models.F("raw")), name="counted_are_among_raw"),
        ]
