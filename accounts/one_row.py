"""The row that a unique key names, on the ways that every request goes.

`first()` would order by the primary key, and for that Django compares every column of every joined table: of a post
with all that belongs to it a third of what the question costs here.
"""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")


def one_row(rows: QuerySet[Any, Row]) -> Row | None:
    """The only row, or None. For conditions that no two rows meet."""
    return next(iter(rows[:1]), None)
