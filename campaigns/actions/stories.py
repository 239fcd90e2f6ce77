"""What a story's change does to posts that wait: they are held, and their people look again.

Part of the curator's action, in the same transaction; links that are out stay as they are (design.md, promise 1)
until the company ends them, which their authors are told.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member
from accounts.roles import Right
from campaigns.actions.drafts import end_approval
from campaigns.actions.links import renew_code
from campaigns.actions.share_disclosure import renew_disclosure
from campaigns.actions.share_pictures import renew_pictures
from campaigns.models import Item, LinkCode, Share
from campaigns.notices import owe_notice
from campaigns.publishing.moves import hold
from campaigns.selectors.places import remember_limits_of, with_limits
from campaigns.share_lifecycle import HeldReason, ShareState

WAITING = (ShareState.DRAFT, ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.HELD)
PLANNED = (ShareState.SCHEDULED, ShareState.CLAIMED)
MAY_BE_OUT = (ShareState.SENDING, ShareState.UNKNOWN)
LINK_ENDED = gettext_noop("The link in this post was ended, so it did not go out. It has a new link now.")


def hold_for_changed_story(item: Item, *, by: Member) -> None:
    """Hold every waiting share of an item whose address, title, summary, picture or disclosure just changed.

    Nobody is told how many there were: who shares is nobody's business.
    """
    with transaction.atomic():
        waiting = _posts_of(item).filter(state__in=WAITING).exclude(held_reason=HeldReason.COULD_NOT_TELL)
        for share in _read(waiting.select_for_update(of=("self",))):
            share.item = item
            _hold(share, HeldReason.STORY_CHANGED)
        audit("hold_for_changed_story", by=by, subject=f"item {item.public_id}")


def hold_for_embargo(item: Item, *, by: Member) -> None:
    """Hold every planned share that would go out before the story's embargo, which has just moved.

    So is what waits for its person's own hand, text and all. Nobody is told how many there were. What else waits is
    asked about the embargo when approved.
    """
    by_hand = Q(state=ShareState.HELD, held_reason=HeldReason.BY_HAND)
    with transaction.atomic():
        early = _posts_of(item).filter(Q(state__in=PLANNED) | by_hand, due_at__lt=item.embargo_until)
        for share in _read(early.select_for_update(of=("self",))):
            share.item = item
            _hold(share, HeldReason.EMBARGO)
        audit("hold_for_embargo", by=by, subject=f"item {item.public_id}")


def end_links(item: Item, *, by: Member) -> int:
    """End every open link of a story; answers how many ended. Each author of a post that is or may be out is told;
    a post that waits is held with a new link, for a dead one must not go out.
    """
    require(by, Right.CURATE)
    now = timezone.now()
    with transaction.atomic():
        posts = _posts_of(item)
        list(posts.select_for_update(of=("self",)))  # first, so that no approval opens a link while we read them
        ending = list(posts.filter(link_code__live_at__isnull=False, link_code__ended_at=None))
        LinkCode.objects.filter(code__in=[share.link_code_id for share in ending]).update(ended_at=now)
        for share in _read(_posts_of(item).filter(pk__in=[share.pk for share in ending])):
            _tell_or_hold(share)
        audit("end_links", by=by, subject=f"item {item.public_id}")
    return len(ending)


def _posts_of(item: Item) -> QuerySet[Share]:
    """In one order for whoever locks them."""
    story = ("item__file", "item__picture")
    rows = Share.objects.select_related("member__user", *story, "organization", "link_code", "approval")
    return with_limits(rows).filter(item=item).order_by("pk")


def _read(posts: QuerySet[Share]) -> list[Share]:
    """With what decides in which form each carries the story's file."""
    shares = list(posts)
    remember_limits_of(shares)
    return shares


def _tell_or_hold(share: Share) -> None:
    """Its link has just ended."""
    if share.published_at is not None or share.state in MAY_BE_OUT:
        owe_notice(share, "link_ended")
    elif share.state in WAITING and share.held_reason != HeldReason.COULD_NOT_TELL:
        _hold(share, HeldReason.APPROVAL_CHANGED, detail=LINK_ENDED)


def _hold(share: Share, reason: HeldReason, *, detail: str = "") -> None:
    because = "embargo" if reason == HeldReason.EMBARGO else "story_changed"
    end_approval(share, because=because)
    if share.state == ShareState.HELD:  # waits already, now for another reason
        Share.objects.filter(pk=share.pk).update(held_reason=reason, held_detail=detail)
    elif share.state != ShareState.DRAFT:
        hold(share, reason, because=because, detail=detail)
    if share.held_reason != HeldReason.COULD_NOT_TELL:
        renew_code(share)
        renew_pictures(share)
        renew_disclosure(share)
