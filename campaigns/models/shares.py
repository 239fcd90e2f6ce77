"""A share, what was approved, what was attempted and what was found: the rows the engine lives on.

States and moves are `campaigns/share_lifecycle.py`'s; the constraints here repeat them for the database.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import new_public_id
from accounts.models import Member, Organization
from accounts.tenancy import OrganizationModel
from campaigns.models.content import Campaign, Item, Media
from campaigns.share_lifecycle import IN_FLIGHT, HeldReason, ShareState
from integrations.models import Connection


class LinkCode(models.Model):
    """A short-link code. Global: a click names no company. It answers from the approval on, and its
    destination never changes after that; the company may only end it."""

    code = models.CharField(max_length=12, primary_key=True)
    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="link_codes")
    destination = models.URLField(max_length=2000)
    live_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Evidence(models.TextChoices):
    """How surely a published share is out there (design.md §4)."""

    NONE = "", _("None yet")
    CONFIRMED = "confirmed", _("Confirmed by the network")
    SEEN = "seen", _("Seen")
    CLICKED = "clicked", _("Somebody followed its link")  # beyond a word, and less than seen: anybody can click
    TOLD = "told", _("Told by you")


ON_A_WORD = (Evidence.TOLD, Evidence.CLICKED)


class Share(OrganizationModel):
    """One member's post of one item from one connection at one time. The row is the queue."""

    public_id = models.CharField(max_length=16, default=new_public_id)
    # No index of their own (below stand those that are asked): each move of a share writes every index of this table.
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="shares", db_index=False)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="shares", db_index=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="shares", db_index=False)
    network = models.CharField(max_length=20, blank=True)  # '' until the person chose one
    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, null=True, related_name="shares", db_index=False
    )
    by_hand = models.BooleanField(default=False)  # assisted: the person posts, we prepare and remind
    state = models.CharField(max_length=16, choices=ShareState.choices, default=ShareState.DRAFT)

    # the draft
    text = models.TextField(blank=True)
    disclosure = models.CharField(max_length=120, blank=True)
    labels = models.JSONField(default=list)  # the network's own, that say so beside it
    language = models.CharField(max_length=10, default="en")
    visibility = models.CharField(max_length=20, default="public")
    # The author's own words of the line that folds the post, where its network knows one (`canonical.warning_of`).
    warning = models.CharField(max_length=200, blank=True, db_default="")
    link_code = models.ForeignKey(LinkCode, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    draft_version = models.PositiveIntegerField(default=1)  # rises with each change of the draft
    proposed_at = models.DateTimeField(null=True)  # a time proposed with a personal key; still a draft

    # the schedule: the instant, the wall time picked and its zone
    due_at = models.DateTimeField(null=True)
    wall_time = models.CharField(max_length=16, blank=True)  # "2026-11-24T09:20"
    time_zone = models.CharField(max_length=64, blank=True)

    # what was approved
    approval = models.ForeignKey(
        "campaigns.Approval", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    attempt_key = models.UUIDField(default=uuid.uuid4)
    rkey = models.CharField(max_length=20, blank=True)
    post_created_at = models.CharField(max_length=40, blank=True)

    # the engine's columns
    fence = models.PositiveIntegerField(default=0)
    claims = models.PositiveIntegerField(default=0)  # claims in a row that ended without an intent
    lease_until = models.DateTimeField(null=True)
    settle_at = models.DateTimeField(null=True)
    held_reason = models.CharField(max_length=24, choices=HeldReason.choices, blank=True)
    held_detail = models.CharField(max_length=400, blank=True)
    held_at = models.DateTimeField(null=True)

    # the result
    evidence = models.CharField(max_length=12, choices=Evidence.choices, blank=True)
    external_id = models.CharField(max_length=300, blank=True)
    external_url = models.CharField(max_length=600, blank=True)
    published_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="share_public_id"),
            models.UniqueConstraint(fields=["attempt_key"], name="share_attempt_key"),
            models.UniqueConstraint(
                fields=["connection"], condition=models.Q(state__in=IN_FLIGHT), name="one_in_flight_per_connection"
            ),
            models.CheckConstraint(condition=models.Q(state__in=ShareState.values), name="share_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.SENDING])
                | models.Q(due_at__isnull=False, approval__isnull=False),
                name="waiting_share_is_approved_and_due",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ShareState.CLAIMED, ShareState.SENDING])
                | models.Q(lease_until__isnull=False, connection__isnull=False),
                name="working_share_has_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ShareState.UNKNOWN) | models.Q(settle_at__isnull=False),
                name="unclear_share_has_clock",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=ShareState.HELD) | ~models.Q(held_reason=""), name="held_share_says_why"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=[ShareState.PUBLISHED, ShareState.TAKING_DOWN, ShareState.TAKEN_DOWN])
                | models.Q(published_at__isnull=False),
                name="published_share_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organization", "due_at", "id"],
                condition=models.Q(state=ShareState.SCHEDULED),
                name="share_due_in_organization",
            ),
            models.Index(
                fields=["connection", "due_at", "id"],
                condition=models.Q(state=ShareState.SCHEDULED),
                name="share_due_on_connection",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=[ShareState.CLAIMED, ShareState.SENDING]),
                name="share_lease",
            ),
            models.Index(fields=["due_at"], condition=models.Q(state=ShareState.HELD), name="share_held"),
            models.Index(fields=["settle_at"], condition=models.Q(state=ShareState.UNKNOWN), name="share_settle"),
            # Small beside the table: what the figures and the watchdog count without reading all that ever was.
            models.Index(fields=["held_at"], condition=models.Q(state=ShareState.HELD), name="share_held_since"),
            models.Index(fields=["id"], condition=models.Q(state=ShareState.TAKING_DOWN), name="share_taking_down"),
            models.Index(
                fields=["organization", "id"], condition=models.Q(state=ShareState.IN_REVIEW), name="share_in_review"
            ),
            models.Index(
                fields=["link_code"],
                condition=models.Q(state=ShareState.PUBLISHED, evidence="told"),
                name="share_told_by_link",
            ),
            models.Index(fields=["organization", "member", "-id"], name="share_of_member"),
            models.Index(fields=["organization", "item", "network", "due_at"], name="share_of_item"),
        ]


class ShareMedia(OrganizationModel):
    """A picture of a share, in the order a reader sees it."""

    share = models.ForeignKey(Share, on_delete=models.CASCADE, related_name="media_links")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    alt_text = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "position"], name="one_picture_per_position")]


class Door(models.TextChoices):
    """The way an approval came in: an identity we verified."""

    SESSION = "session", _("Signed in")
    MAIL = "mail", _("A link in your mail")
    CHAT = "chat", _("Linked chat account")


class Approval(OrganizationModel):
    """What one person approved, whole, with its hash and window. Only its end is ever written later."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="approvals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, null=True, related_name="+")
    canonical = models.TextField()  # integrations.Post.canonical(), or the assisted share's text
    sha256 = models.CharField(max_length=64)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    door = models.CharField(max_length=10, choices=Door.choices)
    cost = models.DecimalField(max_digits=8, decimal_places=4, db_default=0)  # US dollars that the network will take
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(door__in=Door.values), name="approval_door_known"),
            models.UniqueConstraint(
                fields=["share"], condition=models.Q(ended_at=None), name="one_live_approval_per_share"
            ),
            models.CheckConstraint(
                condition=models.Q(window_end__gt=models.F("window_start")), name="approval_window_opens"
            ),
        ]


class Review(OrganizationModel):
    """What a second person answered about the words that an author asked them to read. Append-only.

    `sha256` is of what they read (`selectors/reviews.py`): other words need another review. The asking is a ShareMove.
    """

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="reviews")
    sha256 = models.CharField(max_length=64)
    passed = models.BooleanField()  # False: sent back
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(passed=True) | ~models.Q(note=""), name="sent_back_with_a_word")
        ]
        indexes = [models.Index(fields=["organization", "share", "id"], name="reviews_of_share")]


class ShareMove(OrganizationModel):
    """One move of a share's life. Append-only; the watchdog counts these rows."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=16)
    to_state = models.CharField(max_length=16)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")  # null: the engine
    because = models.CharField(max_length=60)
    fence = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        indexes = [models.Index(fields=["organization", "share", "id"])]


class AttemptOutcome(models.TextChoices):
    PUBLISHED = "published"
    REFUSED = "refused"
    TRY_LATER = "try_later"
    NEEDS_RECONNECT = "needs_reconnect"
    UNKNOWN = "unknown"


class Attempt(OrganizationModel):
    """One send. The row is committed before the socket opens; its outcome is written once, afterwards."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="attempts")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="+")
    fence = models.PositiveIntegerField()
    attempt_key = models.UUIDField()
    post_sha256 = models.CharField(max_length=64)
    cost = models.DecimalField(max_digits=8, decimal_places=4, db_default=0)  # the approval's
    prepared = models.CharField(max_length=300, blank=True, db_default="")  # what waits at the network for this send
    intent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=16, choices=AttemptOutcome.choices, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    external_id = models.CharField(max_length=300, blank=True)
    external_url = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["share", "fence"], name="one_attempt_per_claim")]
        indexes = [models.Index(fields=["intent_at"], condition=models.Q(cost__gt=0), name="attempts_that_cost")]


class StatementKind(models.TextChoices):
    FOUND = "found"  # looked up and found at the network
    ABSENT = "absent"  # looked up and proved absent
    CONFIRMED = "confirmed"  # the person says it is there
    DENIED = "denied"  # the person says it is not there
    GONE = "gone"  # taken down, confirmed by the network


class Statement(OrganizationModel):
    """What the network or the person said about a share after an unclear send. Append-only."""

    share = models.ForeignKey(Share, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=12, choices=StatementKind.choices)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    external_id = models.CharField(max_length=300, blank=True)
    external_url = models.CharField(max_length=600, blank=True)
    at = models.DateTimeField(auto_now_add=True)
