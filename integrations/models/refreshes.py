"""How the renewing of grants went, counted per network and hour; over all companies, and about nobody."""

from __future__ import annotations

from django.db import models


class RefreshTally(models.Model):
    """One count. Global: a network that renews nothing is the operator's matter, whoever's grants they are."""

    network = models.CharField(max_length=20)
    hour = models.DateTimeField()
    outcome = models.CharField(max_length=10)  # the values of `refresh_tally.Outcome`
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "hour", "outcome"], name="one_refresh_tally")]
