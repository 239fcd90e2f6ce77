"""Writes the road through IN_REVIEW: an author asks, a second person reads, the author takes it back or goes on.

A reader changes no word and approves nothing: what was passed is a draft again, and its author's.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.selectors.consent import takes_part
from campaigns.actions.drafts import back_to_draft, owned_and_locked, require_clear
from campaigns.actions.shares import require_words
from campaigns.models import HeldReason, Review, Share
from campaigns.notices import owe_notice
from campaigns.publishing.moves import expire
from campaigns.refusals import (
    ChangedWhileRead,
    NobodyToRead,
    NotReady,
    NotTakingPart,
    NotWaitingToBeRead,
    OwnText,
    StoryEnded,
    TooLate,
)
from campaigns.selectors.items import is_open
from campaigns.selectors.library import stage_of
from campaigns.selectors.reviews import has_readers_besides, standing_of, words_sha256
from campaigns.share_lifecycle import ShareState, move

LONGEST_NOTE = 500
ASKABLE = (ShareState.DRAFT, ShareState.SCHEDULED, ShareState.HELD, ShareState.FAILED)


def ask_for_review(share: Share, *, by: Member, seen_sha256: str) -> Share:
    """The author shows these words, and her name, to those who read texts. `seen_sha256` as in `approve_share`.

    What was approved before goes back to a draft first: its campaign asks for a reader by now.
    """
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == ShareState.IN_REVIEW:
            return share  # a second click
        _require_askable(share, by=by, seen_sha256=seen_sha256)
        if share.state != ShareState.DRAFT:
            back_to_draft(share, by=by, because="review")
        move(share, ShareState.IN_REVIEW, by=by, because="asked")
        audit("ask_for_review", by=by, subject=f"share {share.public_id}", private=True)
    return share


def take_back_from_review(share: Share, *, by: Member) -> Share:
    """A draft again, unread; nobody but the author sees it any more."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == ShareState.DRAFT:
            return share  # it was read this very moment, or clicked twice
        if share.state != ShareState.IN_REVIEW:
            raise TooLate(_("Nobody is reading this one. Nothing was changed."))
        move(share, ShareState.DRAFT, by=by, because="taken_back")
        audit("take_back_from_review", by=by, subject=f"share {share.public_id}", private=True)
    return share


def pass_review(share: Share, *, by: Member, seen_sha256: str, note: str = "") -> Review:
    """These words may be approved, by their author. `seen_sha256` is `words_sha256` of what the reader had in sight."""
    with transaction.atomic():
        review = _answer(share, by=by, passed=True, seen_sha256=seen_sha256, note=note)
        audit("pass_review", by=by, subject=f"share {review.share.public_id}", private=True)
    return review


def send_back(share: Share, *, by: Member, seen_sha256: str, note: str) -> Review:
    """Back to its author, with a word why."""
    if not note.strip():
        raise BadInput(_("Say in a sentence what you would change, so that its author can go on."), field="note")
    with transaction.atomic():
        review = _answer(share, by=by, passed=False, seen_sha256=seen_sha256, note=note)
        audit("send_back", by=by, subject=f"share {review.share.public_id}", private=True)
    return review


def end_unread(*, by: Member | None) -> int:
    """What waits to be read and can no longer go out, because its story is over, has expired. Answers how many."""
    now, ended = timezone.now(), 0
    with transaction.atomic():
        waiting = Share.objects.filter(state=ShareState.IN_REVIEW).select_related("member", "item__campaign")
        for share in waiting.select_for_update(of=("self",), skip_locked=True).order_by("pk"):
            if stage_of(share.item, now=now) == "over":
                expire(share)
                ended += 1
        audit("end_unread", by=by, private=True, count=ended)
    return ended


def _require_askable(share: Share, *, by: Member, seen_sha256: str) -> None:
    if share.state not in ASKABLE or share.held_reason == HeldReason.COULD_NOT_TELL:
        raise TooLate(_("This is on its way or over; there is nothing left to read."))
    require_clear(share)
    if not takes_part(by):
        raise NotTakingPart
    if not share.network:
        raise NotReady(_("Choose first where this should go out: one of your accounts, or by hand."))
    require_words(share, seen_sha256=seen_sha256)
    if not is_open(share.item, at=timezone.now()):
        raise StoryEnded
    if not standing_of(share).is_missing:
        raise NotReady(_("Nobody has to read this one first. You can approve it."))
    if not has_readers_besides(by):
        raise NobodyToRead


def _answer(share: Share, *, by: Member, passed: bool, seen_sha256: str, note: str) -> Review:
    require(by, Right.REVIEW)
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_NOTE:
        raise BadInput(_("Please keep it under 500 characters."), field="note")
    if share.member_id == by.pk:
        raise OwnText
    share = _waiting(share)
    sha256 = words_sha256(share)
    if sha256 != seen_sha256:
        raise ChangedWhileRead
    review = Review.objects.create(share=share, sha256=sha256, passed=passed, note=note, by=by)
    move(share, ShareState.DRAFT, by=by, because="passed" if passed else "sent_back")
    owe_notice(share, "review_passed" if passed else "sent_back", reason=note, reader=str(by))
    return review


def _waiting(share: Share) -> Share:
    """The share under lock, still waiting to be read."""
    rows = Share.objects.select_related(
        "member", "item__picture", "campaign", "connection", "link_code", "organization"
    )
    locked = rows.select_for_update(of=("self",)).get(pk=share.pk)
    if locked.state != ShareState.IN_REVIEW:
        raise NotWaitingToBeRead
    return locked
