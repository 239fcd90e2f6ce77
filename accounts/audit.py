"""Audit rows: every action writes one in its own transaction.

The company reads those that are not private; a private one belongs to the person it is about.
"""

from __future__ import annotations

from typing import Any

from accounts.models import AuditEntry, Member
from accounts.request_id import request_id


def audit(action: str, *, by: Member | None, subject: str = "", private: bool = False, **details: Any) -> None:
    """Write down that `action` (the action's function name) happened to `subject` ("share 8kq2…").

    `details` holds ids, codes and counts; never a name, an address, a text or a token.
    """
    audit_entry(action, by=by, subject=subject, private=private, **details).save()


def audit_entry(
    action: str, *, by: Member | None, subject: str = "", private: bool = False, **details: Any
) -> AuditEntry:
    """The same row, not written yet: for an act that happens to many at once, and writes its rows together."""
    return AuditEntry(action=action, by=by, subject=subject, private=private, details=details, request_id=request_id())
