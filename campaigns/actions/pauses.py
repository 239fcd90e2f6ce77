"""*Pause everything*: a person stops their own posting for a while, and goes on.

It freezes the person's own accounts; the claim and the intent honour that. What was approved stays approved: after a
pause the publishing rule asks about what waited too long, and no post is cancelled here.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import Member
from campaigns.publishing.wake import wake_publisher
from integrations.actions.connections import freeze_own, thaw_own


def pause_posting(member: Member, *, by: Member) -> bool:
    """Nothing goes out from the person's accounts until they go on. False where nothing was left to stop."""
    return freeze_own(member, by=by)


def resume_posting(member: Member, *, by: Member) -> bool:
    """What is still in time goes out at its time again. False where nothing was paused."""
    with transaction.atomic():
        resumed = thaw_own(member, by=by)
        if resumed:
            wake_publisher()
    return resumed
