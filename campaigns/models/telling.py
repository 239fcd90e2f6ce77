"""The weekly mail, what was answered to it, and the calendar of a person's queue. All of it is the person's alone."""

from __future__ import annotations

from django.db import models

from accounts.models import Member
from accounts.tenancy import OrganizationModel
from campaigns.models.content import Item
from campaigns.models.shares import Share


class WeeklyMail(OrganizationModel):
    """One mail of stories to one person in one week of their own calendar."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    week = models.CharField(max_length=8)  # "2026-W48"
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "member", "week"], name="one_mail_a_week")]


class MailedStory(OrganizationModel):
    """A story in a weekly mail, as it was put there, and the two secrets that came with it.

    `link_sha256` is of the address behind its buttons (it signs its owner in once), `reply_sha256` of the address that
    an answer goes to (it makes a draft and nothing else).
    """

    mail = models.ForeignKey(WeeklyMail, on_delete=models.CASCADE, related_name="stories")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list)  # the words that stood there
    question = models.CharField(max_length=200, blank=True)
    link_sha256 = models.CharField(max_length=64)
    reply_sha256 = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # the link signed its owner in; it does so once

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "link_sha256"], name="mailed_story_link_once"),
            models.UniqueConstraint(fields=["organization", "reply_sha256"], name="mailed_story_reply_once"),
            models.UniqueConstraint(fields=["mail", "position"], name="one_story_per_place"),
        ]


class ReceivedReply(OrganizationModel):
    """A mail that made, or mended, a draft. Its words stand in the draft alone.

    `link_sha256` is of the address in the mail that was sent back: it signs its owner in once, to look and approve.
    """

    story = models.ForeignKey(MailedStory, on_delete=models.CASCADE, related_name="replies")
    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="+")
    message_sha256 = models.CharField(max_length=64)  # of its Message-ID: the same mail delivered twice is one
    draft_version = models.PositiveIntegerField()  # of the draft as this mail left it
    link_sha256 = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "message_sha256"], name="reply_received_once"),
            models.UniqueConstraint(fields=["organization", "link_sha256"], name="reply_link_once"),
        ]


class CalendarFeed(OrganizationModel):
    """The secret address at which a calendar program reads a person's planned posts. At most one a person."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="calendar_feed")
    token_sha256 = models.CharField(max_length=64)
    shows_titles = models.BooleanField(default=False)  # a calendar is often shared with colleagues
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "token_sha256"], name="calendar_token_once")]
