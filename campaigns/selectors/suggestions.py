"""What a person suggested, for that person: how each stands."""

from __future__ import annotations

from accounts.models import Member
from campaigns.models import Suggestion

SHOWN = 20


def own_suggestions(member: Member) -> list[Suggestion]:
    """The newest, with what became of each."""
    return list(Suggestion.objects.filter(suggested_by=member).order_by("-pk")[:SHOWN])
