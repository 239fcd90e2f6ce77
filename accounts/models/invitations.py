"""Invitations by mail, the keyed hashes of people who asked not to be invited, and imports of people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models.people import Member
from accounts.tenancy import OrganizationModel


class Invitation(OrganizationModel):
    """One invitation, mailed once and reminded at most once.

    *Not now* empties `remind_at`, as the reminder itself does: nothing here tells the two apart, and
    no screen shows it.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    token_sha256 = models.CharField(max_length=64)
    remind_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # the link signed its owner in; it does so once
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "token_sha256"], name="invitation_token_once"),
            models.UniqueConstraint(fields=["organization", "member"], name="one_invitation_per_member"),
        ]
        indexes = [
            models.Index(fields=["organization", "remind_at"]),
            models.Index(fields=["organization", "expires_at"]),
        ]


class OpenInvitation(OrganizationModel):
    """A link to hand out: who has an address at `domain` may have an invitation mailed there. One stands at a time."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    token_sha256 = models.CharField(max_length=64)
    domain = models.CharField(max_length=253)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "token_sha256"], name="open_invitation_token_once"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(ended_at=None), name="one_open_invitation"
            ),
        ]


class InvitationRefusal(OrganizationModel):
    """*Don't invite me again*: only a keyed hash of the address stays."""

    address_hmac = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "address_hmac"], name="refusal_once")]


class ImportState(models.TextChoices):
    PREVIEW = "preview", _("Waiting for your go")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class PeopleImport(OrganizationModel):
    """A file of people to invite: kept whole, shown before anything is done, then worked off in batches."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    uploaded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    encoding = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.PREVIEW)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)  # [{"row": 7, "sentence": "…"}]
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="import_public_id"),
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="import_state_known"),
        ]
