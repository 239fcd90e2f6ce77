"""What a person suggested, for that person: how each stands."""

from __future__ import annotations

from django.conf import settings

from accounts.models import Member
from campaigns.destination_rules import BadDestination, destination_of
from campaigns.inbox_rules import same_page
from campaigns.models import Suggestion, SuggestionState

SHOWN = 20


def own_suggestions(member: Member) -> list[Suggestion]:
    """The newest, with what became of each."""
    return list(Suggestion.objects.filter(suggested_by=member).order_by("-pk")[:SHOWN])


def waiting_suggestion(member: Member, typed: str) -> Suggestion | None:
    """The same page, suggested by this person before and not answered yet: asked before anything is fetched for it."""
    try:
        page = same_page(destination_of(typed, allowed_hosts=settings.OUTBOUND_ALLOWED_HOSTS))
    except BadDestination:
        return None
    return Suggestion.objects.filter(suggested_by=member, state=SuggestionState.WAITING, address_sha256=page).first()
