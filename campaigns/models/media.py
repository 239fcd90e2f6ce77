"""A video, a GIF or a PDF on its way to a story: received in pieces, then opened and made ready by a worker."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import Member
from accounts.tenancy import OrganizationModel
from campaigns.models.content import Item, Media


class UploadState(models.TextChoices):
    RECEIVING = "receiving", _("On its way")
    PREPARING = "preparing", _("Being made ready")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Not taken")


class RenditionState(models.TextChoices):
    PREPARING = "preparing", _("Being made ready")
    READY = "ready", _("Ready")
    REFUSED = "refused", _("Cannot be made")


# Reasons of a refusal that lie in the hour and the machine, not in the file: too slow, or every worker died over it.
PASSING = ("too_slow", "too_much")
TRIED_AGAIN_AFTER = timedelta(hours=6)


class Rendition(OrganizationModel):
    """A kept file in the form that some networks' limits ask for: made once, whoever asks. `wanted` names the limits
    (`VideoWanted.key`), never a network. `tried_at`: when it was last owed."""

    source = models.ForeignKey(Media, on_delete=models.CASCADE, related_name="renditions")
    wanted = models.CharField(max_length=60)
    made = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10, choices=RenditionState.choices, default=RenditionState.PREPARING)
    reason = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    tried_at = models.DateTimeField(default=timezone.now, db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "wanted"], name="one_rendition_per_limits"),
            models.CheckConstraint(
                condition=models.Q(state__in=RenditionState.values)
                & (models.Q(made=None) ^ models.Q(state=RenditionState.READY)),
                name="rendition_ready_with_its_file",
            ),
        ]

    @property
    def may_be_tried_again(self) -> bool:
        passes = self.state == RenditionState.REFUSED and self.reason in PASSING
        return passes and timezone.now() - self.tried_at >= TRIED_AGAIN_AFTER


class MediaUpload(OrganizationModel):
    """`bytes` were said beforehand, `received` lie there in `pieces`: the hash of each by where it begins. `reason` of
    a refusal: `file_decoding.SENTENCES`.

    Its pieces are dropped once it is ready or refused, or when nothing came for a day.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    item = models.ForeignKey(Item, on_delete=models.SET_NULL, null=True, related_name="uploads")
    uploaded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200, blank=True)
    alt_text = models.CharField(max_length=1000, blank=True)
    bytes = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    pieces = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=UploadState.choices, default=UploadState.RECEIVING)
    reason = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="upload_public_id"),
            models.CheckConstraint(condition=models.Q(state__in=UploadState.values), name="upload_state_known"),
            models.CheckConstraint(condition=models.Q(received__lte=models.F("bytes")), name="upload_not_past_its_end"),
        ]
        indexes = [models.Index(fields=["organization", "state", "updated_at"], name="uploads_left")]
