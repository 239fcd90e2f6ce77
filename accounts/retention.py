"""How long each kind of row is kept, and how it goes: one table, read by the eraser and the README.

Ledgers (consent, audit, acceptances) are not here: they name people by member id only and stay.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.audit import audit
from accounts.models import (
    Errand,
    ErrandState,
    IdempotencyRecord,
    ImportState,
    Member,
    Notice,
    PeopleImport,
    PersonalKey,
)
from accounts.tenancy import OrganizationModel


@dataclass(frozen=True)
class Kept:
    """One line of the table."""

    what: str
    why: object  # a lazy sentence
    days: int
    over: Callable[[datetime], QuerySet[OrganizationModel]]  # rows whose time is up, given the latest instant kept


def _old_notices(until: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(created_at__lte=until)


def _finished_errands(until: datetime) -> QuerySet[Errand]:
    return Errand.objects.filter(state__in=[ErrandState.DONE, ErrandState.GIVEN_UP], ended_at__lte=until)


def _ended_imports(until: datetime) -> QuerySet[PeopleImport]:
    ended = [ImportState.DONE, ImportState.CANCELLED]
    return PeopleImport.objects.filter(state__in=ended, ended_at__lte=until)


def _imports_never_started(until: datetime) -> QuerySet[PeopleImport]:
    return PeopleImport.objects.filter(state=ImportState.PREVIEW, created_at__lte=until)


def _old_answers(until: datetime) -> QuerySet[IdempotencyRecord]:
    return IdempotencyRecord.objects.filter(created_at__lte=until)


def _revoked_keys(until: datetime) -> QuerySet[PersonalKey]:
    return PersonalKey.objects.filter(revoked_at__lte=until)


RETENTION: tuple[Kept, ...] = (
    Kept("finished errands", _("to answer what became of a mail or a revocation"), 90, _finished_errands),
    Kept("ended imports", _("row numbers of what could not be used; the file is gone already"), 30, _ended_imports),
    Kept("imports never started", _("a file that nobody went on with"), 2, _imports_never_started),
    Kept("repeated requests", _("to answer the same request alike"), 1, _old_answers),
    Kept("notices", _("to see what happened to your posts and accounts"), 60, _old_notices),
    Kept("revoked keys", _("to see that a key was taken back"), 90, _revoked_keys),
)


def every_line() -> tuple[Kept, ...]:
    """The whole table: what stands above, and what the apps above this one add (`settings.RETENTION_ABOVE`)."""
    return RETENTION + tuple(kept for name in settings.RETENTION_ABOVE for kept in import_string(name))


def forget_what_is_over(*, by: Member | None) -> dict[str, int]:
    """Delete what the table says is over; answers how many rows of each kind."""
    now, gone = timezone.now(), {}
    with transaction.atomic():
        for kept in every_line():
            gone[kept.what] = kept.over(now - timedelta(days=kept.days)).delete()[0]
        if any(gone.values()):
            audit("forget_what_is_over", by=by, private=True, gone=gone)
    return gone
