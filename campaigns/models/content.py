"""Campaigns, the items worth sharing, and what helps to share them in own words."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import Member, Purpose, Team
from accounts.tenancy import OrganizationModel


class Campaign(OrganizationModel):
    """A set of items with one purpose and one rule for lateness (design.md §5.8), both in minutes."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    post_late_minutes = models.PositiveIntegerField(default=30)
    ask_late_minutes = models.PositiveIntegerField(default=24 * 60)
    spacing_minutes = models.PositiveIntegerField(default=20)
    needs_review = models.BooleanField(default=False)  # a second person reads each text before its author approves it
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="campaign_public_id"),
            models.CheckConstraint(
                condition=models.Q(post_late_minutes__lte=models.F("ask_late_minutes"))
                & models.Q(ask_late_minutes__lte=24 * 60),
                name="lateness_within_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Topic(OrganizationModel):
    """What an item is about, in the company's own words."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="topic_name_once")]

    def __str__(self) -> str:
        return self.name


class MemberTopic(OrganizationModel):
    """A person's interest in a topic: `weight` is how often items of it were opened."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="one_interest_per_topic")]


class Media(OrganizationModel):
    """A picture, stored by the SHA-256 of the bytes that will be posted. Width and height in pixels."""

    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt_text = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "sha256"], name="media_once_per_hash")]


class ItemKind(models.TextChoices):
    LINK = "link", _("Link")
    TEXT = "text", _("Text")
    PICTURE = "picture", _("Picture")


class ItemState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")
    ENDED = "ended", _("Ended")


class Item(OrganizationModel):
    """A thing worth sharing. `destination` is where its links lead; approved shares keep theirs."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=ItemKind.choices)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.DRAFT)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    destination = models.URLField(max_length=2000, blank=True)
    source = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    picture = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, related_name="+")
    praises_product = models.BooleanField(default=False)  # bare reposts of product content earn nothing
    needs_disclosure = models.BooleanField(default=True)
    release_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="item_public_id"),
            models.CheckConstraint(condition=models.Q(kind__in=ItemKind.values), name="item_kind_known"),
            models.CheckConstraint(condition=models.Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(
                condition=~models.Q(kind=ItemKind.LINK) | ~models.Q(destination=""), name="link_has_destination"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ItemKind.PICTURE) | models.Q(picture__isnull=False), name="picture_has_bytes"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "state", "-release_at"]),
            models.Index(
                fields=["organization", "id"],
                condition=models.Q(state=ItemState.RELEASED) & ~models.Q(destination=""),
                name="item_leads_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ItemTopic(OrganizationModel):
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="item_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "topic"], name="item_topic_once")]


class ItemTeam(OrganizationModel):
    """An item for certain teams only; an item without rows here is for everybody."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="team_links")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "team"], name="item_team_once")]


class Message(OrganizationModel):
    """A suggested wording of an item for one language and network ('' = any network)."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="messages")
    network = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10)
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "network", "language", "text"], name="message_once")]


class Angle(OrganizationModel):
    """A question to start from ("What surprised you?"). Never a finished text."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="angles")
    network = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10)
    question = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "network", "language", "question"], name="angle_once")]


class SkipReason(models.TextChoices):
    NONE = "", _("No reason given")
    NOT_MY_FIELD = "not_my_field", _("Not my field")
    TOO_SALESY = "too_salesy", _("Too salesy")
    WRONG_LANGUAGE = "wrong_language", _("Wrong language")
    SEEN_ALREADY = "seen_already", _("Seen already")


class Skip(OrganizationModel):
    """*Not for me*. The person's own; a curator sees counts that pass the small-group gate, never rows."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="skips")
    reason = models.CharField(max_length=20, choices=SkipReason.choices, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="skip_once")]
