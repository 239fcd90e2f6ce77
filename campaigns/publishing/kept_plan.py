"""What spares the database planning, where that costs more than running: as with the claim and the intent.

A kept plan is prepared by SQL inside the caller's transaction, and looked for each time: it also works behind a
pooler that lends another connection to every transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper


def join_as_written(cursor: CursorWrapper) -> None:
    """For this transaction, where every join goes by a key: looking for a better order costs more than the query."""
    cursor.execute("SET LOCAL join_collapse_limit = 1")


class KeptPlan:
    """One statement: `sql` with parameters as `%(name)s`, and the type of each."""

    def __init__(self, sql: str, types: Mapping[str, str]) -> None:
        body = sql % {name: f"${place}" for place, name in enumerate(types, start=1)}
        self.name = f"kept_{hashlib.sha256(body.encode()).hexdigest()[:16]}"
        self._prepare = f"PREPARE {self.name} ({', '.join(types.values())}) AS {body}"
        self._execute = f"EXECUTE {self.name} ({', '.join(f'%({name})s' for name in types)})"

    def execute(self, cursor: CursorWrapper, given: Mapping[str, Any]) -> None:
        """Run it. A plan that fits every value is taken from the first run on: the joins all go by keys."""
        cursor.execute(
            "SET LOCAL plan_cache_mode = force_generic_plan; SELECT 1 FROM pg_prepared_statements WHERE name = %s",
            [self.name],
        )
        if cursor.fetchone() is None:
            cursor.execute(self._prepare)
        cursor.execute(self._execute, dict(given))
