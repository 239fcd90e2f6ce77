"""What people tell about tasks, and that somebody put the first steps away. Both are the person's own."""

from __future__ import annotations

from django.db import models

from accounts.identifiers import new_public_id
from accounts.models import Member
from accounts.tenancy import OrganizationModel
from campaigns.models.content import Item


class TaskDone(OrganizationModel):
    """That somebody did what a task asks for, on their word, with the proof it wants.

    Curators see it where its person sends it to them (`shows_curators`), and nobody else ever does.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    link = models.CharField(max_length=600, blank=True)
    photo_sha256 = models.CharField(max_length=64, blank=True)  # its bytes: `campaigns/proof_photos.py`
    photo_type = models.CharField(max_length=40, blank=True)
    photo_width = models.PositiveIntegerField(default=0)  # pixels, as its height
    photo_height = models.PositiveIntegerField(default=0)
    shows_curators = models.BooleanField(default=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="task_done_public_id"),
            models.UniqueConstraint(fields=["member", "item"], name="task_done_once"),
        ]


class LadderLeft(OrganizationModel):
    """*I know my way*: takes the first steps off this person's own page. It is counted nowhere, for nobody."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
