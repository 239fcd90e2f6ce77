"""Writes what becomes of the inbox: entries of feeds come in, curators take stories up or say no.

A colleague is told either way, kindly and once; an entry of a feed is just gone. Fetching pages and pictures happens
before, outside the transaction (`story_fetch.py`).
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.letters import language_of
from accounts.models import Member
from accounts.refusals import BadInput
from accounts.roles import Right
from accounts.telling import tell
from campaigns.actions.items import Story, create_item
from campaigns.destination_rules import BadDestination, destination_of
from campaigns.inbox_rules import A_DAY_TOGETHER, ENTRIES_WAIT, Offered, Shelf, same_page, taken_from, without_followers
from campaigns.models import Campaign, Item, ItemKind, Media, Suggestion, SuggestionOrigin, SuggestionState
from campaigns.refusals import AnsweredAlready
from integrations.feeds import Feed, FeedEntry
from integrations.models import FeedSource

LONGEST_ANSWER = 500
DAY = timedelta(days=1)


def accept_suggestion(
    suggestion: Suggestion, *, by: Member, campaign: Campaign, story: Story, picture: Media | None = None
) -> Item:
    """A draft in the library. Whoever else suggested the same page is answered with it; a second click finds it."""
    require(by, Right.CURATE)
    with transaction.atomic():
        suggestion, same_page = _locked_with_same_page(suggestion)
        if suggestion.state == SuggestionState.ACCEPTED and suggestion.item is not None:
            return suggestion.item
        if suggestion.state != SuggestionState.WAITING:
            raise AnsweredAlready
        kind = ItemKind.LINK if story.destination else ItemKind.TEXT
        item = create_item(by=by, campaign=campaign, kind=kind, story=story, picture=picture)
        for one in [suggestion, *same_page]:
            _answer(one, SuggestionState.ACCEPTED, by=by, item=item)
        audit("accept_suggestion", by=by, subject=f"item {item.public_id}", origin=suggestion.origin)
    return item


def decline_suggestion(suggestion: Suggestion, *, by: Member, note: str = "") -> Suggestion:
    """Not this time; `note` is a word to the colleague. A second click changes nothing."""
    require(by, Right.CURATE)
    note = note.replace("\r\n", "\n").strip()
    if len(note) > LONGEST_ANSWER:
        raise BadInput(_("Please keep it under 500 characters."), field="note")
    with transaction.atomic():
        suggestion = _locked(suggestion)
        if suggestion.state == SuggestionState.DECLINED:
            return suggestion
        if suggestion.state != SuggestionState.WAITING:
            raise AnsweredAlready
        suggestion.answer = note if suggestion.suggested_by_id else ""
        _answer(suggestion, SuggestionState.DECLINED, by=by)
        subject = f"suggestion {suggestion.public_id}"
        audit("decline_suggestion", by=by, subject=subject, origin=suggestion.origin)
    return suggestion


def take_in_entries(source: FeedSource, *, by: Member | None, feed: Feed) -> int:
    """Put what is new in a feed into the inbox, within the day's caps; answers how many."""
    with transaction.atomic():
        source = FeedSource.objects.select_for_update().get(pk=source.pk)
        entries = [entry for entry in map(_public, feed.entries) if entry is not None]
        offered = [Offered(entry.mark, same_page(entry.address), entry.published_at) for entry in entries]
        taken = taken_from(offered, _shelf(source, offered), now=timezone.now())
        newest_last = taken.places[::-1]  # what came last stands on top
        rows = [_entry_row(source, feed, entries[place]) for place in newest_last]
        Suggestion.objects.bulk_create(rows, ignore_conflicts=True)
        # What found no room is looked at again tomorrow, so the feed must not answer then that it has not changed.
        whole = len(taken.settled) == len(offered)
        asked_with = {"etag": feed.etag if whole else "", "last_modified": feed.last_modified if whole else ""}
        FeedSource.objects.filter(pk=source.pk).update(title=feed.title, seen=taken.settled, **asked_with)
        if rows:  # private: in the company's view a lively feed would bury what people did
            audit("take_in_entries", by=by, subject=f"feed {source.public_id}", private=True, count=len(rows))
    return len(rows)


def drop_old_entries(*, by: Member | None) -> int:
    """Entries of feeds that nobody took up in a month go; suggestions of colleagues wait for their answer."""
    with transaction.atomic():
        entries = Suggestion.objects.filter(origin=SuggestionOrigin.FEED).exclude(state=SuggestionState.ACCEPTED)
        gone = entries.filter(created_at__lte=timezone.now() - ENTRIES_WAIT).delete()[0]
        if gone:
            audit("drop_old_entries", by=by, private=True, count=gone)
    return gone


def _locked(suggestion: Suggestion) -> Suggestion:
    return _to_answer().get(pk=suggestion.pk)


def _locked_with_same_page(suggestion: Suggestion) -> tuple[Suggestion, list[Suggestion]]:
    """In one order for whoever locks them: two curators may take up two suggestions of one page at once."""
    wanted = Q(pk=suggestion.pk)
    if suggestion.address_sha256:
        wanted |= Q(address_sha256=suggestion.address_sha256, state=SuggestionState.WAITING)
    rows = list(_to_answer().filter(wanted).order_by("pk"))
    ours = next((one for one in rows if one.pk == suggestion.pk), None)
    if ours is None:  # its feed was removed meanwhile
        raise AnsweredAlready
    return ours, [one for one in rows if one is not ours]


def _to_answer() -> QuerySet[Suggestion]:
    # Not its item: who waited for the lock would read the suggestion as it is now, and beside it the item of before.
    return Suggestion.objects.select_related("suggested_by", "organization").select_for_update(of=("self",))


def _answer(suggestion: Suggestion, state: SuggestionState, *, by: Member, item: Item | None = None) -> None:
    suggestion.state, suggestion.item = state, item
    suggestion.answered_by, suggestion.answered_at = by, timezone.now()
    suggestion.save(update_fields=["state", "item", "answer", "answered_by", "answered_at"])
    suggester = suggestion.suggested_by
    if suggester is None or suggester.pk == by.pk or not suggester.is_active:
        return
    tell(
        suggester,
        f"suggestion_{state.value}",
        cause=f"suggestion:{suggestion.public_id}:{state.value}",
        language=language_of(suggester),
        context={
            "name": suggester.own_name or suggester.name,
            "title": str(suggestion),
            "answer": suggestion.answer,
            "path": f"/o/{suggestion.organization.slug}/suggest/",
        },
    )


# --- entries of feeds -------------------------------------------------------------------------


def _public(entry: FeedEntry) -> FeedEntry | None:
    """None where no public page stands at its address."""
    try:
        destination_of(entry.address, allowed_hosts=settings.OUTBOUND_ALLOWED_HOSTS)
    except BadDestination:
        return None
    return entry


def _shelf(source: FeedSource, offered: list[Offered]) -> Shelf:
    today = Suggestion.objects.filter(origin=SuggestionOrigin.FEED, created_at__gt=timezone.now() - DAY)
    of_feeds = list(today.values_list("feed", flat=True))
    room = min(source.most_a_day - of_feeds.count(source.pk), A_DAY_TOGETHER - len(of_feeds))
    asked = [one.page for one in offered if one.mark not in source.seen]
    inbox = Suggestion.objects.filter(address_sha256__in=asked).values_list("address_sha256", flat=True)
    stories = Item.objects.exclude(destination="").values_list("destination", flat=True) if asked else ()
    pages = {*inbox, *map(same_page, stories)}
    return Shelf(seen=set(source.seen), pages=pages, room=max(room, 0), is_first=source.read_at is None)


def _entry_row(source: FeedSource, feed: Feed, entry: FeedEntry) -> Suggestion:
    address = without_followers(entry.address)
    return Suggestion(
        origin=SuggestionOrigin.FEED,
        feed=source,
        address=address,
        address_sha256=same_page(address),
        mark=entry.mark,
        title=entry.title,
        words=entry.words,
        source=(source.title or feed.title)[:120],
        language=feed.language,
        picture_url=entry.picture_url,
        published_at=entry.published_at,
    )
