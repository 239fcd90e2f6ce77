"""What a person suggested, for that person: how each stands, and the lines of their own record."""

from __future__ import annotations

from accounts.models import Member
from campaigns.models import Suggestion

SHOWN = 20


def own_suggestions(member: Member) -> list[Suggestion]:
    """The newest, with what became of each."""
    return list(Suggestion.objects.filter(suggested_by=member).order_by("-pk")[:SHOWN])


def own_suggestions_record(member: Member) -> list[dict[str, object]]:
    """Plain JSON values, for `personal_record.py`."""
    return [
        {
            "address": one.address,
            "title": one.title,
            "words": one.words,
            "note": one.note,
            "with_my_name": one.shows_name,
            "state": one.state,
            "answer": one.answer,
            "at": one.created_at.isoformat(),
            "answered_at": one.answered_at.isoformat() if one.answered_at else None,
        }
        for one in Suggestion.objects.filter(suggested_by=member).order_by("pk")
    ]
