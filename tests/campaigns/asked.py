"""How many questions a page asks of the database, counted as `tests/benchmarks/pages.py` counts them."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
ACTING = "set_config('advocacy.organization'"


def queries_of(asked: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        asked()
    statements = [one["sql"].lstrip(" (") for one in captured]
    put_back = sum(ACTING in sql for sql in statements) // 2  # a test's own transaction stands around the page's
    return sum(sql.startswith(COUNTED) for sql in statements) - put_back
