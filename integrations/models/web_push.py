"""The devices on which a person wants to be told."""

from __future__ import annotations

from django.db import models

from accounts.identifiers import new_public_id
from accounts.models import Member
from accounts.tenancy import OrganizationModel


class PushDevice(OrganizationModel):
    """One browser of one person. Where it is reached, and the keys to write to it, are sealed together."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=80)  # as the person would name it: "Firefox, Android"
    endpoint_sha256 = models.CharField(max_length=64)
    sealed = models.BinaryField()
    key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="push_device_public_id"),
            models.UniqueConstraint(fields=["organization", "member", "endpoint_sha256"], name="push_device_once"),
        ]
        indexes = [models.Index(fields=["organization", "key_id"], name="push_device_key")]
