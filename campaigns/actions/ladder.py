"""Writes that somebody put the first steps away. It is counted nowhere, for nobody."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import audit
from accounts.models import Member
from campaigns.models import LadderLeft


def leave_ladder(member: Member, *, by: Member) -> None:
    with transaction.atomic():
        LadderLeft.objects.get_or_create(member=member)
        audit("leave_ladder", by=by, subject=f"member {member.public_id}", private=True)
