"""A file of people: uploaded, looked at, started, and worked off as an errand in batches.

Nothing is done before the person who uploaded it has seen the first rows. Each batch commits its own
progress, so it may be killed, cancelled or run again at any point; the same file again adds nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.actions.invitations import Invitee, invite_people
from accounts.audit import audit
from accounts.errands import Again, Done, ErrandResult, owe
from accounts.models import ImportState, Member, PeopleImport
from accounts.people_files import NoAddresses, PersonRow, people_rows
from accounts.refusals import BadInput, Refusal
from accounts.roles import Right, may
from accounts.table_files import ENCODINGS, Unreadable, guess_encoding
from accounts.time_zones import zone_names

MOST_BYTES, MOST_ROWS = 5_000_000, 50_000
ROWS_A_BATCH = 500
MOST_ERRORS_KEPT = 500
LONGEST_ADDRESS = 254  # RFC 5321, as the column; Django's own check lets 320 through


def upload_people(*, by: Member, file_name: str, content: bytes, encoding: str = "") -> PeopleImport:
    """Keep the file and read it for the preview. `encoding` '' lets us guess."""
    require(by, Right.RUN_PROGRAMME)
    if len(content) > MOST_BYTES:
        raise BadInput(_("This file is larger than 5 MB. Please split it; nothing was added."), field="file")
    encoding = encoding or guess_encoding(content)
    rows = _read(content, encoding)
    if len(rows) > MOST_ROWS:
        raise BadInput(_("This file has more than 50,000 rows. Please split it; nothing was added."), field="file")
    with transaction.atomic():
        people_import = PeopleImport.objects.create(
            uploaded_by=by,
            file_name=file_name[-200:],
            content=content,
            encoding=encoding,
            rows=len(rows),
            errors=_errors(rows)[:MOST_ERRORS_KEPT],
        )
        audit("upload_people", by=by, subject=f"import {people_import.public_id}", rows=len(rows))
    return people_import


def read_import_as(people_import: PeopleImport, *, by: Member, encoding: str) -> None:
    """The preview showed odd letters: read the same file in another encoding."""
    require(by, Right.RUN_PROGRAMME)
    if encoding not in ENCODINGS:
        raise BadInput(_("We do not know this encoding."), field="encoding")
    with transaction.atomic():
        locked = _locked(people_import, ImportState.PREVIEW)
        rows = _read(bytes(locked.content), encoding)
        locked.encoding, locked.rows, locked.errors = encoding, len(rows), _errors(rows)[:MOST_ERRORS_KEPT]
        locked.save(update_fields=["encoding", "rows", "errors"])
        audit("read_import_as", by=by, subject=f"import {locked.public_id}", encoding=encoding)


def start_import(people_import: PeopleImport, *, by: Member) -> None:
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        locked = _locked(people_import, ImportState.PREVIEW)
        locked.state = ImportState.RUNNING
        locked.save(update_fields=["state"])
        owe("people_import", cause=f"people_import:{locked.public_id}", payload={"import": locked.public_id})
        audit("start_import", by=by, subject=f"import {locked.public_id}")


def cancel_import(people_import: PeopleImport, *, by: Member) -> None:
    """Stop before the next batch. Who was added stays; the page says how many."""
    require(by, Right.RUN_PROGRAMME)
    with transaction.atomic():
        locked = _locked(people_import, ImportState.PREVIEW, ImportState.RUNNING)
        _end(locked, ImportState.CANCELLED)
        audit("cancel_import", by=by, subject=f"import {locked.public_id}", added=locked.added)


def work_off_batch(payload: dict[str, Any]) -> ErrandResult:
    """The errand "people_import": one batch, in the errand's own transaction."""
    people_import = (
        PeopleImport.objects.select_for_update(of=("self",))
        .select_related("uploaded_by")
        .get(public_id=payload["import"])
    )
    if people_import.state != ImportState.RUNNING:
        return Done()
    by = people_import.uploaded_by
    if not by.is_active or not may(by.role, Right.RUN_PROGRAMME):
        _end(people_import, ImportState.CANCELLED)
        audit("cancel_import", by=None, subject=f"import {people_import.public_id}", added=people_import.added)
        return Done()
    return _work_off(people_import, by=by)


ERRANDS = {"people_import": work_off_batch}


def _work_off(people_import: PeopleImport, *, by: Member) -> ErrandResult:
    rows = people_rows(bytes(people_import.content), people_import.encoding)
    start = people_import.rows_done
    batch = rows[start : start + ROWS_A_BATCH]
    good = [row for row in batch if row_problem(row) is None]
    invited = invite_people([_invitee(row) for row in good], by=by)
    people_import.added += invited.added
    people_import.already_there += len(good) - invited.added
    people_import.rows_done = start + len(batch)
    people_import.save(update_fields=["added", "already_there", "rows_done"])
    if people_import.rows_done < len(rows):
        return Again()
    _end(people_import, ImportState.DONE)
    audit("finish_import", by=by, subject=f"import {people_import.public_id}", added=people_import.added)
    return Done()


def preview_rows(people_import: PeopleImport, *, first: int = 8) -> list[tuple[PersonRow, str]]:
    """The first rows as they were understood, each with its problem ('' if it is fine)."""
    rows = people_rows(bytes(people_import.content), people_import.encoding)[:first] if people_import.content else []
    return [(row, row_problem(row) or "") for row in rows]


def row_problem(row: PersonRow) -> str | None:
    """Why this row cannot be used, in a sentence."""
    try:
        validate_email(row.email)
        MaxLengthValidator(LONGEST_ADDRESS)(row.email)
    except ValidationError:
        return error_sentence({"address": row.email[:80]})
    return None


def error_sentence(error: Mapping[str, object]) -> str:
    """A kept error in the reader's language."""
    if not error["address"]:
        return _("There is no e-mail address in this row.")
    return _("“%(address)s” is not an e-mail address.") % {"address": error["address"]}


def _errors(rows: list[PersonRow]) -> list[dict[str, object]]:
    """Row-numbered problems, with the address as data: the sentence is made in the reader's language."""
    return [{"row": row.number, "address": row.email[:80]} for row in rows if row_problem(row)]


def _read(content: bytes, encoding: str) -> list[PersonRow]:
    try:
        return people_rows(content, encoding)
    except Unreadable:
        raise BadInput(
            _("We could not read this file as text. Save it as CSV (UTF-8) and try again; nothing was added."),
            field="file",
        ) from None
    except NoAddresses:
        raise BadInput(
            _("We found no column with e-mail addresses. Name one “email” and try again; nothing was added."),
            field="file",
        ) from None


def _invitee(row: PersonRow) -> Invitee:
    languages = {code for code, _name in settings.LANGUAGES}
    language, zone = row.language.strip().lower(), row.time_zone.strip()
    return Invitee(
        email=row.email,
        name=row.name,
        team=row.team,
        language={"zh": "zh-hans"}.get(language, language if language in languages else ""),
        time_zone=zone if zone in zone_names() else "",
        country=row.country.upper() if len(row.country) == 2 else "",
    )


def _locked(people_import: PeopleImport, *states: ImportState) -> PeopleImport:
    locked = PeopleImport.objects.select_for_update().get(pk=people_import.pk)
    if locked.state not in states:
        raise Refusal(_("This import was started or ended meanwhile. Nothing was changed."))
    return locked


def _end(people_import: PeopleImport, state: ImportState) -> None:
    """Its content is no longer needed: the people are members now, or never will be."""
    people_import.state, people_import.ended_at, people_import.content = state, timezone.now(), b""
    people_import.save(update_fields=["state", "ended_at", "content"])
