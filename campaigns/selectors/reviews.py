"""What was read, what waits to be read, and whether these very words passed. It decides nothing and changes nothing.

An author shows herself here by asking, and only while she asks: nothing else of a draft is ever read for others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import Member
from accounts.roles import RIGHTS, Right
from accounts.tenancy import across_organizations
from campaigns.activity_rules import worded
from campaigns.canonical import shown_post
from campaigns.models import Review, Share, ShareMove, ShareState
from campaigns.selectors.items import open_items
from integrations.networks.base import Medium
from integrations.selectors.servers import limits_beside

READERS = [role for role, rights in RIGHTS.items() if Right.REVIEW in rights]


def words_sha256(share: Share, pictures: tuple[Medium, ...] | None = None) -> str:
    """The hash of what a reader reads: all that readers of the post will see, on which network, in which language.

    Neither the account nor the time belong to it: another time needs no other reading.
    """
    read = replace(shown_post(share, pictures), connection="", account_id="", server="")
    return read.digest()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a share stands with its reading: `passed` is of exactly these words, `sent_back` the last answer of all."""

    is_asked_for: bool
    passed: Review | None = None
    sent_back: Review | None = None

    @property
    def is_missing(self) -> bool:
        return self.is_asked_for and self.passed is None


def standing_of(share: Share, pictures: tuple[Medium, ...] | None = None) -> Standing:
    """`pictures` are the share's own, where the caller read them."""
    if not share.campaign.needs_review or not worded(share.item.asks, share.text):  # nothing to read in a like
        return Standing(is_asked_for=False)
    answers = list(share.reviews.select_related("by").order_by("pk"))
    last = answers[-1] if answers else None
    sent_back = last if last is not None and not last.passed else None
    return Standing(is_asked_for=True, passed=_passed(share, answers, pictures), sent_back=sent_back)


def has_readers_besides(author: Member) -> bool:
    """By role alone: whether somebody has come already is nobody's business (design.md, promise 2)."""
    readers = Member.objects.filter(role__in=READERS, left_at=None, deactivated_at=None)
    return readers.exclude(pk=author.pk).exists()


def texts_to_read(reader: Member, *, now: datetime) -> QuerySet[Share]:
    """Everybody's but one's own, the one that waits longest first; each with `asked_at` and `limits_there`."""
    asked = ShareMove.objects.filter(share=OuterRef("pk"), to_state=ShareState.IN_REVIEW).order_by("-pk")
    waiting = texts_waiting(reader, now=now).annotate(asked_at=Subquery(asked.values("at")[:1]))
    related = waiting.select_related("member", "item__picture", "campaign", "connection", "link_code", "organization")
    return related.annotate(limits_there=limits_beside("connection__")).order_by("asked_at", "pk")


def texts_waiting(reader: Member, *, now: datetime) -> QuerySet[Share]:
    """The same, as they stand: for counting."""
    stories = open_items(at=now).values("pk")
    return Share.objects.filter(state=ShareState.IN_REVIEW, item__in=stories).exclude(member=reader)


def with_texts_to_read() -> list[int]:
    """Organizations where somebody waits for a reader: for the sweeper."""
    with across_organizations(reason="reviews: list companies where a text waits to be read"):
        waiting = Share.objects.filter(state=ShareState.IN_REVIEW).order_by()
        return list(waiting.values_list("organization_id", flat=True).distinct())


def _passed(share: Share, answers: list[Review], pictures: tuple[Medium, ...] | None) -> Review | None:
    """The last answer to exactly these words counts."""
    sha256 = words_sha256(share, pictures)
    same = [answer for answer in answers if answer.sha256 == sha256]
    return same[-1] if same and same[-1].passed else None
