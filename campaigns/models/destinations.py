"""Where stories lead, as last seen: one row for each address of a company, whether anybody shares it or not."""

from __future__ import annotations

from django.db import models

from accounts.tenancy import OrganizationModel


class Destination(OrganizationModel):
    """A story's address. `host` is where it led when it was last reached, redirects followed."""

    address = models.URLField(max_length=2000)
    address_sha256 = models.CharField(max_length=64)  # an address may be too long for an index
    host = models.CharField(max_length=255, blank=True)  # '' until it was reached once
    seen_at = models.DateTimeField(null=True)  # when it led there
    followed_at = models.DateTimeField(null=True)  # when we last tried; null: not yet

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "address_sha256"], name="destination_once"),
            models.CheckConstraint(
                condition=models.Q(host="") | models.Q(seen_at__isnull=False), name="seen_destination_says_when"
            ),
        ]
