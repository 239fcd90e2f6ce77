"""Rows the engine steers by, over all companies: buckets, circuits, freeze switches, the installation."""

from __future__ import annotations

from django.db import models

from integrations.breaker_rules import CircuitState


class Bucket(models.Model):
    """A token bucket: network, network × organization or connection, drawn down inside the claim.

    `tokens` are posts; `refill_per_second` may be a fraction. A row that names no figures has those of the settings.
    Global: an engine table.
    """

    scope = models.CharField(max_length=80, primary_key=True)  # "network:x", "network:x/org:7", "connection:9"
    capacity = models.FloatField(null=True)
    refill_per_second = models.FloatField(null=True)
    tokens = models.FloatField()
    refilled_at = models.DateTimeField()  # may lie ahead: the network asked for patience until then


class Breaker(models.Model):
    """What we know of one server's answering (`integrations/breaker_rules.py`). Global: a server serves every company.

    `server` is empty where a network has but one. While it recovers, `tokens` are calls and `rate` is theirs a second.
    """

    scope = models.CharField(max_length=240, primary_key=True)  # "mastodon|https://example.social"
    network = models.CharField(max_length=20)
    server = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=12, choices=[(state, state) for state in CircuitState], default="closed")
    recent = models.JSONField(default=dict)  # {"slot": [made, failed]}
    since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    pauses = models.PositiveIntegerField(default=0)
    steady_rate = models.FloatField(default=0)
    rate = models.FloatField(default=0)
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=list(CircuitState)), name="circuit_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=CircuitState.OPEN) | models.Q(retry_at__isnull=False),
                name="open_circuit_has_clock",
            ),
        ]
        indexes = [
            models.Index(
                fields=["network", "server"], condition=~models.Q(state=CircuitState.CLOSED), name="circuit_not_closed"
            )
        ]


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
