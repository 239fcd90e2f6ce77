"""The append-only ledgers of consent and guidelines: what a person agreed to, and to which words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Member
from accounts.tenancy import OrganizationModel


class ConsentKind(models.TextChoices):
    TAKE_PART = "take_part", _("Taking part")
    NETWORK = "network", _("Posting to a network")
    NAMED_ON_BOARDS = "named_on_boards", _("Name on leaderboards")


class ConsentEntry(OrganizationModel):
    """One yes or one taking back. Rows are only added; the newest of its kind and network counts.

    Readable by the person alone and by the leaver and erasure jobs; outside the company's audit view.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="consent")
    kind = models.CharField(max_length=20, choices=ConsentKind.choices)
    network = models.CharField(max_length=20, blank=True)
    given = models.BooleanField()
    text_version = models.CharField(max_length=40)
    text_sha256 = models.CharField(max_length=64)
    language = models.CharField(max_length=10)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=ConsentKind.values), name="consent_kind_known"),
            models.CheckConstraint(
                condition=models.Q(kind=ConsentKind.NETWORK) ^ models.Q(network=""), name="consent_names_its_network"
            ),
        ]
        indexes = [models.Index(fields=["organization", "member", "kind", "network", "-id"])]


class GuidelinesVersion(OrganizationModel):
    """The company's guidelines as they stood from a day on. Published versions never change."""

    number = models.PositiveIntegerField()
    published_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "number"], name="guidelines_number_once")]


class GuidelinesText(OrganizationModel):
    """A version's words in one language. Every version has all its languages, changed in it or not."""

    guidelines = models.ForeignKey(GuidelinesVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=10)
    body = models.TextField()
    points = models.JSONField(default=list)  # the five points that stand beside the composer
    since = models.PositiveIntegerField()  # the number of the version that brought these words

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guidelines", "language"], name="guidelines_once_per_language")]


class GuidelinesAcceptance(OrganizationModel):
    """A person accepted one version, by a tick at the approval."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    guidelines = models.ForeignKey(GuidelinesVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=10, blank=True)  # '' : while there was one language only
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "guidelines"], name="accepted_once")]
