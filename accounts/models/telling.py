"""How a person is told of things: which mails they want and when, links that stop a kind of mail, and notices.

All of it is the person's alone: no page, export or figure of the company reads these rows.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models.people import Member
from accounts.tenancy import OrganizationModel

TUESDAY, MORNING = 1, 9  # when a mail comes to those who chose nothing: not among Monday's heap


class LetterKind(models.TextChoices):
    """Mails that can be switched off. The others are about a person's own posts, accounts and leaving."""

    WEEKLY = "weekly", _("The weekly mail")
    REMINDERS = "reminders", _("Reminders")


class LetterChoices(OrganizationModel):
    """What a person chose; who chose nothing has no row. The hour is one of the person's own clock."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="letter_choices")
    weekly = models.BooleanField(default=True)
    reminders = models.BooleanField(default=True)
    weekday = models.PositiveSmallIntegerField(default=TUESDAY)  # 0 is Monday
    hour = models.PositiveSmallIntegerField(default=MORNING)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6, hour__lte=23), name="letters_come_at_an_hour")
        ]


class StopLink(OrganizationModel):
    """A mailed address that stops a kind of mail, for as long as the mail may lie in somebody's folder."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    token_sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "token_sha256"], name="stop_link_token_once")]


class Notice(OrganizationModel):
    """Something that happened to a person's own post or account: the same happening that owes them a letter.

    `template` and `context` are those of the letter, whose subject is the sentence on the list.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    cause = models.CharField(max_length=120)
    template = models.CharField(max_length=60)
    context = models.JSONField(default=dict)
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)  # by mail, once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="notice_public_id"),
            models.UniqueConstraint(fields=["organization", "cause"], name="notice_cause_once"),
        ]
        indexes = [
            models.Index(fields=["organization", "member", "-id"], name="notices_of_member"),
            models.Index(
                fields=["organization", "member"], condition=models.Q(read_at=None), name="unread_notices_of_member"
            ),
        ]
