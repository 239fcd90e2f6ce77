"""One answer per Idempotency-Key: a write that is repeated with its key is answered, not done again.

The record is written in the transaction of the act, so a crash leaves neither or both. An advisory
lock tells a request that its twin is still running. Records are kept for a day.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import IdempotencyRecord, Member
from accounts.refusals import BadInput, Refusal

KEPT = timedelta(hours=24)
LONGEST_KEY = 200


class StillRunning(Refusal):
    """The first request with this key has not been answered yet."""

    code = "still_running"

    def __init__(self) -> None:
        super().__init__(_("The first request with this key is still running. Ask again in a moment."))


class KeyUsedOtherwise(Refusal):
    """The key belongs to another request."""

    code = "key_used_otherwise"
    status = 422

    def __init__(self) -> None:
        super().__init__(_("This key was used for another request. Nothing was changed; use a new key."))


def fingerprint(method: str, path: str, body: bytes) -> str:
    return hashlib.sha256(b"\0".join([method.encode(), path.encode(), body])).hexdigest()


def first_answer(member: Member, key: str, request_sha256: str) -> IdempotencyRecord | None:
    """The kept answer to this key, if there is one. Holds the key's lock until the transaction ends."""
    if len(key) > LONGEST_KEY:
        raise BadInput(_("An Idempotency-Key has at most 200 characters."), field="Idempotency-Key")
    if not _lock(member, key):
        raise StillRunning
    IdempotencyRecord.objects.filter(member=member, created_at__lt=timezone.now() - KEPT).delete()
    record = IdempotencyRecord.objects.filter(member=member, key=key).first()
    if record is not None and record.request_sha256 != request_sha256:
        raise KeyUsedOtherwise
    return record


def keep_answer(member: Member, key: str, request_sha256: str, *, status: int, answer: Any) -> None:
    IdempotencyRecord.objects.create(
        member=member, key=key, request_sha256=request_sha256, status=status, answer=answer
    )


def _lock(member: Member, key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"idempotency:{member.pk}:{key}"])
        row: tuple[bool] = cursor.fetchone()
    return row[0]
