"""What the house keeps about its own work: audit entries, errands owed, repeated requests, demo mail."""

from __future__ import annotations

from django.db import models

from accounts.models.people import Member
from accounts.tenancy import OrganizationModel


class AuditEntry(OrganizationModel):
    """Every action writes one, in its own transaction. `private` ones are the person's, not the company's."""

    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, blank=True)  # "share 8kq2…": kind and public id, never a name
    details = models.JSONField(default=dict)
    private = models.BooleanField(default=False)
    request_id = models.CharField(max_length=36, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["organization", "-id"])]


class ErrandState(models.TextChoices):
    WAITING = "waiting"
    TAKEN = "taken"
    DONE = "done"
    GIVEN_UP = "given_up"


class Errand(OrganizationModel):
    """Something we owe a person besides a post: a mail, a revocation, an import. A row before it is work.

    `cause` is unique, so the same cause owes one errand; `fence` rises with each taking, so a worker
    that was thought dead cannot close it twice.
    """

    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ErrandState.choices, default=ErrandState.WAITING)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "cause"], name="errand_cause_once"),
            models.CheckConstraint(condition=models.Q(state__in=ErrandState.values), name="errand_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=ErrandState.TAKEN) | models.Q(lease_until__isnull=False),
                name="taken_errand_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at", "id"],
                condition=models.Q(state=ErrandState.WAITING),
                name="errand_waits_in_organization",
            ),
            models.Index(fields=["lease_until"], condition=models.Q(state=ErrandState.TAKEN), name="errand_taken"),
            models.Index(fields=["ended_at"], condition=models.Q(state=ErrandState.GIVEN_UP), name="errand_given_up"),
        ]


class IdempotencyRecord(OrganizationModel):
    """The first answer to a write that carried an Idempotency-Key, kept for a day."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    answer = models.JSONField(null=True)  # null: an answer without a body
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "member", "key"], name="idempotency_key_once")]


class MailboxMessage(models.Model):
    """A mail of the demo, shown on the page *Mailbox*. Global: sign-in mails belong to no company."""

    to = models.CharField(max_length=500)
    sender = models.CharField(max_length=320)
    subject = models.CharField(max_length=998)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["-id"])]
