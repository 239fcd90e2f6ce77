"""Writes what a person found when they looked for a post of which we could not tell whether it went out.

*It is there* and *It is not there: leave it*. *Send it now* is a new approval (`actions/shares.py`).
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member
from campaigns.actions.drafts import end_approval, owned_and_locked
from campaigns.actions.points import award_for_publication
from campaigns.models import Evidence, Share, Statement, StatementKind
from campaigns.refusals import TooLate
from campaigns.share_lifecycle import HeldReason, ShareState, move


def confirm_it_is_there(share: Share, *, by: Member) -> Share:
    """The person's word that it is out, since the moment it was sent."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == ShareState.PUBLISHED:
            return share  # a second click, or we found it meanwhile
        _require_question(share)
        sent = share.attempts.order_by("-intent_at").values_list("intent_at", flat=True).first()
        Statement.objects.create(share=share, kind=StatementKind.CONFIRMED, by=by)
        told = {"evidence": Evidence.TOLD, "published_at": sent or timezone.now()}
        move(share, ShareState.PUBLISHED, by=by, because="confirmed", **told)
        award_for_publication(share)
        audit("confirm_it_is_there", by=by, subject=f"share {share.public_id}", private=True)
    return share


def leave_it(share: Share, *, by: Member) -> Share:
    """It is not there, and it shall not be sent."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state == ShareState.WITHDRAWN:
            return share
        _require_question(share)
        Statement.objects.create(share=share, kind=StatementKind.DENIED, by=by)
        end_approval(share, because="left")
        move(share, ShareState.WITHDRAWN, by=by, because="not_there")
        audit("leave_it", by=by, subject=f"share {share.public_id}", private=True)
    return share


def _require_question(share: Share) -> None:
    if share.held_reason != HeldReason.COULD_NOT_TELL:
        raise TooLate(_("This is settled already. Here is where your post stands."))
