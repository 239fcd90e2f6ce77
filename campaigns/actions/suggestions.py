"""Writes what people suggest to their curators: a link, a thought, an own text; and taking it back.

Suggesting shows its person to the curators, so it is never done unasked and never in the company's audit view; whose
name they do not want shown stands as "a colleague". What becomes of it, `actions/inbox.py` writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.models import Member
from accounts.receipts import ReceiptLine
from accounts.refusals import BadInput, NotAllowed
from accounts.roles import Right
from campaigns.actions.items import LONGEST_SOURCE, LONGEST_SUMMARY, LONGEST_TITLE
from campaigns.destination_rules import BadDestination, destination_of
from campaigns.inbox_rules import SUGGESTIONS_A_DAY, same_page, without_followers
from campaigns.models import Suggestion, SuggestionOrigin, SuggestionState
from campaigns.refusals import AnsweredAlready, EnoughForToday

LONGEST_NOTE = 500
TITLE_FROM_WORDS = 100
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What the suggested page says of itself, fetched before (`campaigns/story_fetch.py`)."""

    source: str = ""
    language: str = ""
    picture_url: str = ""


def suggest_story(
    *,
    by: Member,
    address: str = "",
    title: str = "",
    words: str = "",
    note: str = "",
    shows_name: bool = True,
    page: PageSeen | None = None,
) -> Suggestion:
    """Put a story before the curators. The same page suggested again while it waits is the same suggestion."""
    require(by, Right.TAKE_PART)
    columns = _columns(address=address, title=title, words=words, note=note)
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=by.pk)  # two requests at once count as two
        waiting = Suggestion.objects.filter(suggested_by=by, state=SuggestionState.WAITING)
        same = {name: columns[name] for name in ("address_sha256", "title", "words")} if not columns["address"] else {}
        standing = waiting.filter(**same or {"address_sha256": columns["address_sha256"]}).first()
        if standing is not None:
            return standing
        require_room(by=by)
        seen = page or PageSeen()
        columns["source"] = " ".join(seen.source.split())[:LONGEST_SOURCE]
        suggestion = Suggestion.objects.create(
            origin=SuggestionOrigin.COLLEAGUE,
            suggested_by=by,
            shows_name=shows_name,
            language=seen.language,
            picture_url=seen.picture_url,
            **columns,
        )
        audit("suggest_story", by=by, subject=f"suggestion {suggestion.public_id}", private=True)
    return suggestion


def take_back_suggestion(suggestion: Suggestion, *, by: Member) -> Suggestion:
    """Curators no longer see it. A second click changes nothing."""
    with transaction.atomic():
        suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        if suggestion.suggested_by_id != by.pk:
            raise NotAllowed(_("Only the person who suggested this can take it back. Nothing was changed."))
        if suggestion.state == SuggestionState.TAKEN_BACK:
            return suggestion
        if suggestion.state != SuggestionState.WAITING:
            raise AnsweredAlready
        suggestion.state, suggestion.answered_at = SuggestionState.TAKEN_BACK, timezone.now()
        suggestion.save(update_fields=["state", "answered_at"])
        audit("take_back_suggestion", by=by, subject=f"suggestion {suggestion.public_id}", private=True)
    return suggestion


def forget_suggester(member: Member, *, by: Member) -> list[ReceiptLine]:
    """ON_DEPARTURE: what waits is taken back, and no suggestion shows who it came from any more."""
    mine = Suggestion.objects.filter(suggested_by=member)
    taken_back = {"state": SuggestionState.TAKEN_BACK, "answered_at": timezone.now()}
    mine.filter(state=SuggestionState.WAITING).update(**taken_back)
    mine.update(shows_name=False, note="")
    audit("forget_suggester", by=by, subject=f"member {member.public_id}", private=True)
    return []


def _columns(*, address: str, title: str, words: str, note: str) -> dict[str, str]:
    title, words, note = " ".join(title.split()), _lines(words), _lines(note)
    address = _address(address)
    if not (address or title or words):
        raise BadInput(_("Paste a link, or say in a few words what it is about."), field="address")
    if len(title) > LONGEST_TITLE:
        raise BadInput(_("Please keep the title under 300 characters."), field="title")
    if len(words) > LONGEST_SUMMARY:
        raise BadInput(_("Please keep it under 5,000 characters."), field="words")
    if len(note) > LONGEST_NOTE:
        raise BadInput(_("Please keep it under 500 characters."), field="note")
    title = title or _first_words(words)
    return {"address": address, "address_sha256": same_page(address), "title": title, "words": words, "note": note}


def _address(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return without_followers(destination_of(typed, allowed_hosts=settings.OUTBOUND_ALLOWED_HOSTS))
    except BadDestination as bad:
        raise BadInput(str(bad), field="address") from None


def _first_words(words: str) -> str:
    """A title for an own text, which has none: its first line, cut between words where words have spaces."""
    line = words.partition("\n")[0].strip()
    if len(line) <= TITLE_FROM_WORDS:
        return line
    cut = line[: TITLE_FROM_WORDS - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip() + "…"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def require_room(*, by: Member) -> None:
    """Refuse whoever suggested enough for a day: asked before anything is fetched for them, and again as it is kept."""
    today = Suggestion.objects.filter(suggested_by=by, created_at__gt=timezone.now() - DAY)
    if len(today.values_list("pk")[:SUGGESTIONS_A_DAY]) >= SUGGESTIONS_A_DAY:
        raise EnoughForToday
