"""The inbox as curators see it: colleagues' suggestions first, then entries of feeds; and the feeds themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, QuerySet, When
from django.utils.translation import gettext as _

from campaigns.models import Suggestion, SuggestionOrigin, SuggestionState
from integrations.feeds import sentence_of
from integrations.models import FeedSource

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One suggestion. `who` is empty for an entry of a feed."""

    suggestion: Suggestion
    who: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    rows: list[InboxRow]
    has_more: bool


def waiting_suggestions(origin: str = "") -> QuerySet[Suggestion]:
    """People wait for an answer, feeds do not: theirs come first. Within each, what came last stands on top."""
    waiting = Suggestion.objects.filter(state=SuggestionState.WAITING).select_related("suggested_by", "feed")
    if origin in SuggestionOrigin.values:
        waiting = waiting.filter(origin=origin)
    return waiting.order_by(Case(When(origin=SuggestionOrigin.COLLEAGUE, then=0), default=1), "-pk")


def inbox_page(*, origin: str = "", number: int = 1) -> InboxPage:
    first = (max(number, 1) - 1) * PAGE_SIZE
    found = list(waiting_suggestions(origin)[first : first + PAGE_SIZE + 1])
    return InboxPage([InboxRow(one, suggester_of(one)) for one in found[:PAGE_SIZE]], len(found) > PAGE_SIZE)


def suggester_of(suggestion: Suggestion) -> str:
    """As the curators read it: the name, where its person wants that and is still here."""
    person = suggestion.suggested_by
    if person is None:
        return ""
    return str(person) if suggestion.shows_name and person.left_at is None else _("A colleague")


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed, and in a sentence why it cannot be read at present."""

    source: FeedSource
    trouble: str


def followed_feeds() -> list[FeedRow]:
    return [feed_row(source) for source in FeedSource.objects.order_by("title", "pk")]


def feed_row(source: FeedSource) -> FeedRow:
    return FeedRow(source, sentence_of(source.trouble))
