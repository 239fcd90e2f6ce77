"""How many questions a page asks of the database, counted as `tests/benchmarks/pages.py` counts them."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

COUNTED = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
PUT_BACK = "set_config('advocacy.organization', '', true)"  # a test's own transaction stands around the page's


def queries_of(asked: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        asked()
    statements = [one["sql"].lstrip(" (") for one in captured]
    return sum(sql.startswith(COUNTED) and PUT_BACK not in sql for sql in statements)
