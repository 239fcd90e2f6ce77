"""A file of stories: uploaded, looked at, started, and worked off as an errand in batches, into drafts.

As the import of people (`accounts/actions/people_import.py`): nothing is done before the curator has seen the first
rows, each batch commits its own progress, and the same file again adds nothing. No page is fetched: a draft says what
its row says.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.errands import Again, Done, ErrandResult, owe
from accounts.models import ImportState, Member
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right, may
from accounts.selectors.organization import settings_of
from accounts.table_files import ENCODINGS, Unreadable, guess_encoding
from campaigns.actions.items import LONGEST_SUMMARY, LONGEST_TITLE, Story, address_item, create_item
from campaigns.actions.messages import suggest_message
from campaigns.destination_rules import BadDestination, destination_of
from campaigns.inbox_rules import same_page, without_followers
from campaigns.item_files import MOST_ROWS, ItemRow, NoStories, item_rows
from campaigns.models import Campaign, Item, ItemAbout, ItemImport, ItemKind
from campaigns.story_fetch import our_language

MOST_BYTES = 5_000_000
ROWS_A_BATCH = 50
MOST_ERRORS_KEPT = 500
KEPT_ENDED, KEPT_WAITING = timedelta(days=30), timedelta(days=2)


def upload_items(*, by: Member, campaign: Campaign, file_name: str, content: bytes) -> ItemImport:
    """Keep the file and read it for the preview."""
    require(by, Right.CURATE)
    if len(content) > MOST_BYTES:
        raise BadInput(_("This file is larger than 5 MB. Please split it; nothing was added."), field="file")
    encoding = guess_encoding(content)
    rows = _read(content, encoding)
    with transaction.atomic():
        item_import = ItemImport.objects.create(
            uploaded_by=by,
            campaign=campaign,
            file_name=file_name[-200:],
            content=content,
            encoding=encoding,
            rows=len(rows),
            errors=_errors(rows),
        )
        audit("upload_items", by=by, subject=f"item_import {item_import.public_id}", rows=len(rows))
    return item_import


def read_items_as(item_import: ItemImport, *, by: Member, encoding: str) -> None:
    """The preview showed odd letters: read the same file in another encoding."""
    require(by, Right.CURATE)
    if encoding not in ENCODINGS:
        raise BadInput(_("We do not know this encoding."), field="encoding")
    with transaction.atomic():
        locked = _locked(item_import, ImportState.PREVIEW)
        rows = _read(bytes(locked.content), encoding)
        locked.encoding, locked.rows, locked.errors = encoding, len(rows), _errors(rows)
        locked.save(update_fields=["encoding", "rows", "errors"])
        audit("read_items_as", by=by, subject=f"item_import {locked.public_id}", encoding=encoding)


def start_item_import(item_import: ItemImport, *, by: Member) -> None:
    require(by, Right.CURATE)
    with transaction.atomic():
        locked = _locked(item_import, ImportState.PREVIEW)
        locked.state = ImportState.RUNNING
        locked.save(update_fields=["state"])
        owe("item_import", cause=f"item_import:{locked.public_id}", payload={"import": locked.public_id})
        audit("start_item_import", by=by, subject=f"item_import {locked.public_id}")


def cancel_item_import(item_import: ItemImport, *, by: Member) -> None:
    """Stop before the next batch. Drafts that were added stay; the page says how many."""
    require(by, Right.CURATE)
    with transaction.atomic():
        locked = _locked(item_import, ImportState.PREVIEW, ImportState.RUNNING)
        _end(locked, ImportState.CANCELLED)
        audit("cancel_item_import", by=by, subject=f"item_import {locked.public_id}", added=locked.added)


def drop_old_item_imports(*, by: Member | None) -> int:
    """As imports of people are kept: row numbers for a month, a file that nobody went on with for two days."""
    now = timezone.now()
    over = Q(ended_at__lte=now - KEPT_ENDED) | Q(state=ImportState.PREVIEW, created_at__lte=now - KEPT_WAITING)
    with transaction.atomic():
        gone = ItemImport.objects.filter(over).delete()[0]
        if gone:
            audit("drop_old_item_imports", by=by, private=True, count=gone)
    return gone


def work_off_items(payload: dict[str, Any]) -> ErrandResult:
    """The errand "item_import": one batch, in the errand's own transaction."""
    rows = ItemImport.objects.select_for_update(of=("self",)).select_related("uploaded_by", "campaign")
    item_import = rows.get(public_id=payload["import"])
    if item_import.state != ImportState.RUNNING:
        return Done()
    by = item_import.uploaded_by
    if not by.is_active or not may(by.role, Right.CURATE):
        _end(item_import, ImportState.CANCELLED)
        subject = f"item_import {item_import.public_id}"
        audit("cancel_item_import", by=None, subject=subject, added=item_import.added)
        return Done()
    return _work_off(item_import, by=by)


ERRANDS = {"item_import": work_off_items}


def preview_items(item_import: ItemImport, *, first: int = 8) -> list[tuple[ItemRow, str]]:
    """The first rows as they were understood, each with its problem ('' if it is fine)."""
    content = bytes(item_import.content)
    rows = item_rows(content, item_import.encoding)[:first] if content else []
    return [(row, problem_sentence(_problem(row))) for row in rows]


def problem_sentence(problem: Mapping[str, object]) -> str:
    """A kept problem in the reader's language; '' for none."""
    match problem.get("problem"):
        case "empty":
            return _("There is neither an address nor a title in this row.")
        case "address":
            return _("“%(typed)s” is no address of a public page.") % {"typed": problem["typed"]}
        case "language":
            return _("“%(typed)s” is none of our languages.") % {"typed": problem["typed"]}
        case "long":
            return _("The title has more than 300 characters, or the summary more than 5,000.")
        case "refused":
            return _("Something in this row is too long or too much: its topics, facts, limits or message.")
    return ""


def _work_off(item_import: ItemImport, *, by: Member) -> ErrandResult:
    rows = item_rows(bytes(item_import.content), item_import.encoding)
    start = item_import.rows_done
    batch = rows[start : start + ROWS_A_BATCH]
    standing, language = _Standing(), settings_of().language
    for row in (row for row in batch if not _problem(row)):
        if standing.has(row):
            item_import.already_there += 1
            continue
        try:
            with transaction.atomic():
                _add(row, by=by, campaign=item_import.campaign, language=language)
        except BadInput:  # one row that is refused must not keep the others out
            item_import.errors.append({"row": row.number, "problem": "refused"})
        else:
            standing.note(row)
            item_import.added += 1
    item_import.rows_done = start + len(batch)
    item_import.save(update_fields=["added", "already_there", "rows_done", "errors"])
    if item_import.rows_done < len(rows):
        return Again()
    _end(item_import, ImportState.DONE)
    audit("finish_item_import", by=by, subject=f"item_import {item_import.public_id}", added=item_import.added)
    return Done()


class _Standing:
    """What the library holds already: links by their page, texts by their title."""

    def __init__(self) -> None:
        stories = Item.objects.values_list("destination", "title")
        self.marks = {same_page(destination) or title for destination, title in stories}

    def has(self, row: ItemRow) -> bool:
        return self._mark(row) in self.marks

    def note(self, row: ItemRow) -> None:
        self.marks.add(self._mark(row))

    @staticmethod
    def _mark(row: ItemRow) -> str:
        return same_page(_destination(row)) if row.address else " ".join(row.title.split())


def _add(row: ItemRow, *, by: Member, campaign: Campaign, language: str) -> None:
    """`language` is the company's, for rows that do not say theirs."""
    language = _language(row) or language
    about = row.about.strip().lower()
    story = Story(
        title=row.title,
        summary=row.summary,
        destination=_destination(row),
        source=row.source,
        language=language,
        about=about if about in ItemAbout.values else "",
        facts=row.facts,
        limits=row.limits,
    )
    kind = ItemKind.LINK if row.address else ItemKind.TEXT
    item = create_item(by=by, campaign=campaign, kind=kind, story=story)
    if row.topics:
        address_item(item, by=by, teams=[], topics=row.topics)
    if row.message:
        suggest_message(item, by=by, text=row.message, language=language)


def _destination(row: ItemRow) -> str:
    if not row.address:
        return ""
    return without_followers(destination_of(row.address, allowed_hosts=settings.OUTBOUND_ALLOWED_HOSTS))


def _language(row: ItemRow) -> str:
    return our_language(row.language.strip()) if row.language.strip() else ""


def _problem(row: ItemRow) -> dict[str, object]:
    """Why this row cannot be used, as data: the sentence is made in the reader's language. Empty where it can."""
    if not row.address and not row.title:
        return {"problem": "empty"}
    if len(row.title) > LONGEST_TITLE or len(row.summary) > LONGEST_SUMMARY:
        return {"problem": "long"}
    try:
        _destination(row)
    except BadDestination:
        return {"problem": "address", "typed": row.address[:80]}
    if row.language.strip() and not _language(row):
        return {"problem": "language", "typed": row.language[:40]}
    return {}


def _errors(rows: list[ItemRow]) -> list[dict[str, object]]:
    found = [{"row": row.number, **problem} for row in rows if (problem := _problem(row))]
    return found[:MOST_ERRORS_KEPT]


def _read(content: bytes, encoding: str) -> list[ItemRow]:
    try:
        rows = item_rows(content, encoding)
    except Unreadable:
        sentence = _("We could not read this file as text. Save it as CSV (UTF-8) and try again; nothing was added.")
        raise BadInput(sentence, field="file") from None
    except NoStories:
        sentence = _("We found no column with links or titles. Name one “address” and try again; nothing was added.")
        raise BadInput(sentence, field="file") from None
    if len(rows) > MOST_ROWS:
        raise BadInput(_("This file has more than 2,000 rows. Please split it; nothing was added."), field="file")
    return rows


def _locked(item_import: ItemImport, *states: ImportState) -> ItemImport:
    locked = ItemImport.objects.select_for_update().get(pk=item_import.pk)
    if locked.state not in states:
        raise Refusal(_("This import was started or ended meanwhile. Nothing was changed."))
    return locked


def _end(item_import: ItemImport, state: ImportState) -> None:
    """Its content is no longer needed: the stories are drafts now, or never will be."""
    item_import.state, item_import.ended_at, item_import.content = state, timezone.now(), b""
    item_import.save(update_fields=["state", "ended_at", "content"])
