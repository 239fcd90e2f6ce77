"""Rows the engine steers by, over all companies: rate-limit buckets, freeze switches, the installation."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """A token bucket: network, network × organization or connection, drawn down inside the claim.

    `tokens` are posts; `refill_per_second` may be a fraction. Global: an engine table.
    """

    scope = models.CharField(max_length=80, primary_key=True)  # "network:x", "network:x/org:7", "connection:9"
    capacity = models.FloatField()
    refill_per_second = models.FloatField()
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()


class FreezeSwitch(models.Model):
    """Stops sending for the installation or one network. Global: the operator's."""

    scope = models.CharField(max_length=40, primary_key=True)  # "installation" or "network:x"
    frozen = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)
    because = models.CharField(max_length=200, blank=True)


class Installation(models.Model):
    """The one row that says which life of the database this is; a restored backup carries an older epoch."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.CharField(max_length=40, default="1")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_installation")]
