"""Writes proposed times: what a personal key may ask for. A proposal leaves a draft a draft."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import audit
from accounts.models import Member
from campaigns.actions.drafts import owned_and_locked
from campaigns.models import Share, ShareState
from campaigns.refusals import TooLate
from campaigns.selectors.times import require_ahead


def propose_time(share: Share, *, by: Member, proposed_at: datetime | None) -> Share:
    """Note the time a person has in mind; the approval page offers it. None forgets it."""
    with transaction.atomic():
        share = owned_and_locked(share, by=by)
        if share.state != ShareState.DRAFT:
            raise TooLate(_("A time can be proposed for drafts only. What is planned can be moved."))
        if proposed_at is not None:
            require_ahead(proposed_at, now=timezone.now())
        share.proposed_at = proposed_at
        share.save(update_fields=["proposed_at", "updated_at"])
        audit("propose_time", by=by, subject=f"share {share.public_id}", private=True)
    return share
