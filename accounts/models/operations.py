"""What the operator of an installation needs: signs of life of its programs, and a ledger of the operator's own acts.

Global: neither names a company or a person who takes part.
"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SignOfLife(models.Model):
    """When a kind of program last worked. One row a kind and life of the database (its epoch)."""

    name = models.CharField(max_length=20)
    epoch = models.CharField(max_length=40)
    first_at = models.DateTimeField(db_default=Now())
    at = models.DateTimeField(db_default=Now())
    seen = models.JSONField(default=dict)  # what the watchdog saw; empty for the others

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "epoch"], name="sign_of_life_once")]


class OperatorDoor(models.TextChoices):
    """Where an operator's act came in."""

    PAGE = "page", _("On the operator's page")
    COMMAND = "command", _("By a command")


class OperatorAct(models.Model):
    """One act of an operator: stop, go on, release, make an operator. Append-only."""

    act = models.CharField(max_length=40)  # the action's function name
    subject = models.CharField(max_length=80, blank=True)
    because = models.CharField(max_length=200, blank=True)
    # empty: somebody with a shell on the machine, whom no sign-in names
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    door = models.CharField(max_length=10, choices=OperatorDoor.choices)
    details = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["-id"], name="operator_act_latest")]
