"""What a story's change does to posts that wait: they are held, and their people look again.

Called by the curator's action in the same transaction; published links stay as they are (design.md, promise 1).
"""

from __future__ import annotations

from django.db import transaction

from accounts.audit import audit
from accounts.models import Member
from campaigns.actions.drafts import end_approval
from campaigns.actions.links import renew_code
from campaigns.actions.share_pictures import renew_pictures
from campaigns.models import Item, Share
from campaigns.publishing.moves import hold
from campaigns.share_lifecycle import HeldReason, ShareState


def hold_for_changed_story(item: Item, *, by: Member) -> None:
    """Hold every waiting share of an item whose address, title, summary or picture was just changed.

    Nobody is told how many there were: who shares is nobody's business.
    """
    states = [ShareState.DRAFT, ShareState.SCHEDULED, ShareState.CLAIMED, ShareState.HELD]
    with transaction.atomic():
        rows = Share.objects.select_related("member__user", "item", "organization", "link_code", "approval")
        waiting = rows.filter(item=item, state__in=states).exclude(held_reason=HeldReason.COULD_NOT_TELL)
        for share in waiting.select_for_update(of=("self",)).order_by("pk"):
            share.item = item
            _hold(share)
        audit("hold_for_changed_story", by=by, subject=f"item {item.public_id}")


def _hold(share: Share) -> None:
    end_approval(share, because="story_changed")
    if share.state == ShareState.HELD:  # waits already, now for another reason
        Share.objects.filter(pk=share.pk).update(held_reason=HeldReason.STORY_CHANGED, held_detail="")
    elif share.state != ShareState.DRAFT:
        hold(share, HeldReason.STORY_CHANGED, because="story_changed")
    if share.held_reason != HeldReason.COULD_NOT_TELL:
        renew_code(share)
        renew_pictures(share)
