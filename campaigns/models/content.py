"""Campaigns, the items worth sharing, and what helps to share them in own words."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import Member, Purpose, Team
from accounts.tenancy import OrganizationManager, OrganizationModel, OrganizationQuerySet


class CompanyCampaigns(OrganizationManager["Campaign"]):
    """What the company runs: without the one that people's own posts belong to."""

    def get_queryset(self) -> OrganizationQuerySet[Campaign]:
        return super().get_queryset().filter(of_own_posts=False)


class EveryCampaign(OrganizationManager["Campaign"]):
    """With the one of own posts: for the act that writes one."""


class CompanyStories(OrganizationManager["Item"]):
    """What the company offers: without what people write of their own, which nobody else sees to exist."""

    def get_queryset(self) -> OrganizationQuerySet[Item]:
        return super().get_queryset().filter(own_of=None)


class EveryItem(OrganizationManager["Item"]):
    """With what people write of their own: for its author, and the act that writes it."""


class Campaign(OrganizationModel):
    """A set of items with one purpose and one rule for lateness (design.md §5.8), both in minutes.

    Every company has one more, `of_own_posts`, once somebody wrote something of their own: `every` alone knows it.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    post_late_minutes = models.PositiveIntegerField(default=30)
    ask_late_minutes = models.PositiveIntegerField(default=24 * 60)
    spacing_minutes = models.PositiveIntegerField(default=20)
    needs_review = models.BooleanField(default=False)  # a second person reads each text before its author approves it
    signs_off_messages = models.BooleanField(default=False)  # a second curator passes each suggested message
    of_own_posts = models.BooleanField(default=False)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[CompanyCampaigns] = CompanyCampaigns()
    every: ClassVar[EveryCampaign] = EveryCampaign()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="campaign_public_id"),
            models.UniqueConstraint(
                fields=["organization"], condition=models.Q(of_own_posts=True), name="one_campaign_of_own_posts"
            ),
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


class TopicChoice(models.TextChoices):
    """What a person said about a topic; it outweighs what was picked up from the stories they open."""

    PICKED_UP = "", _("Picked up from what you opened")
    ADDED = "added", _("Added by you")
    REMOVED = "removed", _("Removed by you")


class MemberTopic(OrganizationModel):
    """A person's interest in a topic: `weight` is how often items of it were opened, `choice` what they said."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="+")
    weight = models.PositiveIntegerField(default=0)
    choice = models.CharField(max_length=8, choices=TopicChoice.choices, default=TopicChoice.PICKED_UP, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "topic"], name="one_interest_per_topic")]


class MemberLanguage(OrganizationModel):
    """A language a person says they read. Without a row their own language counts, and English where none is known."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "language"], name="one_row_per_language")]


class Media(OrganizationModel):
    """A picture, GIF, video or PDF, by the SHA-256 of the bytes that will be posted. Width and height in pixels (of a
    PDF in points). What moves lasts `seconds`, a PDF has `pages`; `poster` is how either begins, as a picture."""

    sha256 = models.CharField(max_length=64)
    content_type = models.CharField(max_length=40)
    bytes = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    poster = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    alt_text = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "sha256"], name="media_once_per_hash")]


class ItemKind(models.TextChoices):
    """The form of a story. An announcement is there to be read: nobody is asked to share it."""

    LINK = "link", _("Link")
    TEXT = "text", _("Text")
    PICTURE = "picture", _("Picture")
    ANNOUNCEMENT = "announcement", _("Announcement")


class ItemAbout(models.TextChoices):
    """What a story tells of. The library shows how the last 30 days were mixed."""

    UNSAID = "", _("Not said yet")
    PRODUCT = "product", _("Our product")
    PEOPLE = "people", _("People")
    KNOWLEDGE = "knowledge", _("Knowledge")
    COMMUNITY = "community", _("Community")
    JOB = "job", _("Jobs")


class Activity(models.TextChoices):
    """What an item asks for. All but a task are done at a network, and go the whole road of a share."""

    SHARE = "share", _("A post in own words")
    REPOST = "repost", _("Repost it")
    LIKE = "like", _("Like it")
    COMMENT = "comment", _("Comment on it")
    FOLLOW = "follow", _("Follow the account")
    TASK = "task", _("Do something else")


class Proof(models.TextChoices):
    """What a task wants to be told with."""

    NONE = "", _("None")
    TICK = "tick", _("A tick")
    LINK = "link", _("A link")
    PHOTO = "photo", _("A photo")


class ItemState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RELEASED = "released", _("Released")
    ENDED = "ended", _("Ended")


class Item(OrganizationModel):
    """A thing worth sharing. `destination` is where its links lead; approved shares keep theirs.

    `facts` (true and checked) and `limits` (what we do not say) are lines that authors read beside their text. Nothing
    of it goes out before `embargo_until`; `least_posts` is how many posts a person has out before it opens to them.

    What `asks` for something else than a share names the post or account at `target`, of the network or place
    `target_at`; a task names the `proof` it wants.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    about = models.CharField(max_length=10, choices=ItemAbout.choices, default=ItemAbout.UNSAID, blank=True)
    asks = models.CharField(max_length=8, choices=Activity.choices, default=Activity.SHARE)
    target = models.CharField(max_length=600, blank=True)
    target_at = models.CharField(max_length=20, blank=True)
    proof = models.CharField(max_length=8, choices=Proof.choices, default=Proof.NONE, blank=True)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.DRAFT)
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    facts = models.TextField(blank=True)
    limits = models.TextField(blank=True)
    destination = models.URLField(max_length=2000, blank=True)
    source = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=10, default="en")
    picture = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, related_name="+")  # a video, a GIF or a PDF
    praises_product = models.BooleanField(null=True)  # empty: as `about` says
    needs_disclosure = models.BooleanField(default=True)
    release_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    embargo_until = models.DateTimeField(null=True)
    least_posts = models.PositiveSmallIntegerField(default=0)
    closeness_ceiling = models.PositiveSmallIntegerField(null=True)  # percent of a suggested message; null: none
    own_of = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar[CompanyStories] = CompanyStories()
    every: ClassVar[EveryItem] = EveryItem()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="item_public_id"),
            models.CheckConstraint(
                condition=models.Q(closeness_ceiling=None) | models.Q(closeness_ceiling__range=(10, 100)),
                name="ceiling_is_a_percentage",
            ),
            models.CheckConstraint(condition=models.Q(kind__in=ItemKind.values), name="item_kind_known"),
            models.CheckConstraint(condition=models.Q(about__in=ItemAbout.values), name="item_about_known"),
            models.CheckConstraint(condition=models.Q(state__in=ItemState.values), name="item_state_known"),
            models.CheckConstraint(
                condition=~models.Q(kind=ItemKind.LINK) | ~models.Q(destination=""), name="link_has_destination"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=ItemKind.PICTURE) | models.Q(picture__isnull=False), name="picture_has_bytes"
            ),
            models.CheckConstraint(condition=models.Q(proof__in=Proof.values), name="item_proof_known"),
            models.CheckConstraint(
                condition=models.Q(asks=Activity.SHARE, target="", target_at="", proof="")
                | models.Q(asks=Activity.TASK, kind=ItemKind.TEXT, target="", target_at="") & ~models.Q(proof="")
                | models.Q(
                    asks__in=[Activity.REPOST, Activity.LIKE, Activity.COMMENT, Activity.FOLLOW],
                    kind=ItemKind.TEXT,
                    proof="",
                )
                & ~models.Q(target="")
                & ~models.Q(target_at=""),
                name="item_asks_for_something_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(asks=Activity.SHARE) | models.Q(destination=""), name="only_a_share_leads_on"
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

    @property
    def is_praise(self) -> bool:
        """Bare reposts of product content earn nothing; a curator may say otherwise of one story."""
        return self.about == ItemAbout.PRODUCT if self.praises_product is None else self.praises_product

    @property
    def is_under_embargo(self) -> bool:
        return self.embargo_until is not None and self.embargo_until > timezone.now()

    @property
    def fact_lines(self) -> list[str]:
        return [line for text in self.facts.splitlines() if (line := text.strip())]

    @property
    def limit_lines(self) -> list[str]:
        return [line for text in self.limits.splitlines() if (line := text.strip())]


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
    """A suggested wording of an item for one language and network ('' = any network).

    Where its campaign wants that, it is offered once another curator than `worded_by` passed these very words:
    `passed_sha256` is of them (`selectors/messages.py`), so that other words wait again by themselves.
    """

    public_id = models.CharField(max_length=16, default=new_public_id)
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="messages")
    network = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=10)
    text = models.TextField()
    worded_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    passed_sha256 = models.CharField(max_length=64, blank=True)
    passed_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    passed_at = models.DateTimeField(null=True)

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
    """*Not for me*. The person's own; a curator sees counts that pass the small-group gate, never rows.

    Taken back, a row stays with `undone_at`: a figure that was shown must not move with one person's change of mind.
    """

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="skips")
    reason = models.CharField(max_length=20, choices=SkipReason.choices, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True)
    counts = models.BooleanField(default=True)  # not where it was taken back before its week was over
    teaches = models.BooleanField(default=True)  # until the person begins *What interests me* anew

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "item"], condition=models.Q(undone_at=None), name="one_standing_skip"
            )
        ]


class Sight(OrganizationModel):
    """That a story stood before a person, once each: the first time. For figures that pass the gate, and the person."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="sight_once")]


class AnnouncementRead(OrganizationModel):
    """*Read*: takes an announcement off this person's own page. It is counted nowhere, for nobody."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="read_once")]
