"""What a queued text leaves for the comparison with colleagues' texts: keyed hashes of its shingles, nothing else."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.tenancy import OrganizationModel
from campaigns.models.shares import Share


class QueuedWording(OrganizationModel):
    """Written at the approval and deleted in the transaction in which the share leaves the waiting states.

    Each hash is HMAC-SHA-256 under a key of its company and story, cut to 64 bits: no hash means anything beside
    another story's, and without the installation's key none can be tried out.
    """

    share = models.OneToOneField(Share, on_delete=models.CASCADE, related_name="queued_wording")
    hashes = ArrayField(models.BigIntegerField())
