"""What waits for a curator: entries of feeds and colleagues' suggestions, and files of stories to add."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import ImportState, Member
from accounts.tenancy import OrganizationModel
from campaigns.models.content import Campaign, Item
from integrations.models import FeedSource


class SuggestionOrigin(models.TextChoices):
    FEED = "feed", _("From a feed")
    COLLEAGUE = "colleague", _("From a colleague")


class SuggestionState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Taken up")
    DECLINED = "declined", _("Not this time")
    TAKEN_BACK = "taken_back", _("Taken back")


class Suggestion(OrganizationModel):
    """A story that a colleague or a feed proposes. `shows_name`: whether curators read who it was."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    origin = models.CharField(max_length=10, choices=SuggestionOrigin.choices)
    feed = models.ForeignKey(FeedSource, on_delete=models.SET_NULL, null=True, related_name="+")
    suggested_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    shows_name = models.BooleanField(default=True)
    address = models.URLField(max_length=2000, blank=True)
    address_sha256 = models.CharField(max_length=64, blank=True)  # of `inbox_rules.same_page`: one page, one mark
    mark = models.CharField(max_length=64, blank=True)  # of a feed's entry: what its feed knows it by
    title = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)
    note = models.CharField(max_length=500, blank=True)  # a colleague's word to the curators
    source = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, blank=True)
    picture_url = models.URLField(max_length=2000, blank=True)
    published_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, choices=SuggestionState.choices, default=SuggestionState.WAITING)
    item = models.ForeignKey(Item, on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.CharField(max_length=500, blank=True)  # a curator's word to the colleague
    answered_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="suggestion_public_id"),
            models.UniqueConstraint(
                fields=["organization", "feed", "mark"], condition=~models.Q(mark=""), name="feed_entry_once"
            ),
            models.UniqueConstraint(
                fields=["organization", "address_sha256"],
                condition=models.Q(origin=SuggestionOrigin.FEED) & ~models.Q(address_sha256=""),
                name="feeds_bring_a_page_once",
            ),
            models.UniqueConstraint(
                fields=["suggested_by", "address_sha256"],
                condition=models.Q(state=SuggestionState.WAITING) & ~models.Q(address_sha256=""),
                name="suggestion_waits_once",
            ),
            models.CheckConstraint(
                condition=models.Q(origin=SuggestionOrigin.FEED, suggested_by=None)
                | models.Q(origin=SuggestionOrigin.COLLEAGUE, suggested_by__isnull=False),
                name="colleagues_suggest_feeds_bring",
            ),
            models.CheckConstraint(condition=models.Q(state__in=SuggestionState.values), name="suggestion_state_known"),
            models.CheckConstraint(
                condition=models.Q(state=SuggestionState.WAITING) | models.Q(answered_at__isnull=False),
                name="answered_suggestion_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "-id"],
                condition=models.Q(state=SuggestionState.WAITING),
                name="suggestion_waits",
            ),
            models.Index(fields=["organization", "suggested_by", "-id"], name="suggestions_of_member"),
            models.Index(fields=["organization", "feed", "created_at"], name="entries_of_feed"),
        ]

    def __str__(self) -> str:
        return self.title or self.address


class ItemImport(OrganizationModel):
    """A file of stories: kept whole, shown before anything is done, then worked off in batches."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    uploaded_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    encoding = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=ImportState.choices, default=ImportState.PREVIEW)
    rows = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    already_there = models.PositiveIntegerField(default=0)
    errors = models.JSONField(default=list)  # [{"row": 7, "problem": "address", "typed": "…"}]
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="item_import_public_id"),
            models.CheckConstraint(condition=models.Q(state__in=ImportState.values), name="item_import_state_known"),
        ]
