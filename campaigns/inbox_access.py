"""Fetch suggestions, feeds and files of stories *for a person*. What is missing and what is forbidden are both 404."""

from __future__ import annotations

from typing import TypeVar

from django.http import Http404

from accounts.access import require
from accounts.models import Member
from accounts.roles import Right
from campaigns.models import ItemImport, Suggestion, SuggestionState
from integrations.models import FeedSource

Row = TypeVar("Row")


def suggestion_for(member: Member, public_id: str) -> Suggestion:
    """For a curator: whatever waits or was answered; not what its person took back."""
    require(member, Right.CURATE)
    rows = Suggestion.objects.exclude(state=SuggestionState.TAKEN_BACK)
    return _found(rows.select_related("suggested_by").filter(public_id=public_id).first())


def own_suggestion(member: Member, public_id: str) -> Suggestion:
    return _found(Suggestion.objects.filter(suggested_by=member, public_id=public_id).first())


def feed_for(member: Member, public_id: str) -> FeedSource:
    require(member, Right.CURATE)
    return _found(FeedSource.objects.filter(public_id=public_id).first())


def item_import_for(member: Member, public_id: str) -> ItemImport:
    require(member, Right.CURATE)
    return _found(ItemImport.objects.filter(public_id=public_id).first())


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404("There is nothing here.")
    return row
