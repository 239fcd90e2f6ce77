"""Whatever looks at the engine reads small indexes: no figure, watch or release reads every share there ever was.

Plans are asked for with sequential scans made dear, so that a statement without a fitting index shows as a scan of a
whole index, or of the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import across_organizations, acting_in
from campaigns.publishing import restored, watchdog
from campaigns.selectors import engine_figures, reviews
from integrations.limits import claim_parameters
from tests.campaigns.publishing.posting import Desk

PARTIAL = {
    "share_due_in_organization",
    "share_due_on_connection",
    "share_lease",
    "share_settle",
    "share_held_since",
    "share_held",
    "share_taking_down",
    "share_in_review",
    "one_in_flight_per_connection",
}
STATEMENTS = {
    "lateness": engine_figures._LATENESS,
    "states": engine_figures._STATES,
    "unclear": engine_figures._UNCLEAR,
    "depths": engine_figures._DEPTHS,
    "watchdog": watchdog._AGES,
    "restored": restored._EARLIER,
    "restored counts": restored._COUNTS,
    "restored since": restored._SINCE,
    "the whole table": "SELECT state, count(*) FROM campaigns_share GROUP BY state",
}


def whole_readings(statement: str) -> list[str]:
    """Every part of the plan that reads shares without a condition of an index."""
    given = claim_parameters() | {
        "window": engine_figures.WINDOW,
        "overdue": watchdog.OVERDUE,
        "taking_down_for": watchdog.TAKING_DOWN_FOR,
        "began": timezone.now(),
    }
    with across_organizations(reason="test: plans"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", given)
        plan = cursor.fetchone()[0]
    read = json.loads(plan) if isinstance(plan, str) else plan
    return [str(node.get("Index Name", "all")) for node in nodes(read[0]["Plan"]) if reads_all(node)]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from nodes(below)


def reads_all(node: dict[str, Any]) -> bool:
    if node["Node Type"] == "Bitmap Index Scan":
        ours = node["Index Name"].startswith(("share_", "campaigns_share_", "one_in_flight"))
    else:
        ours = node.get("Relation Name") == "campaigns_share" and node["Node Type"] != "Bitmap Heap Scan"
    return ours and node.get("Index Name") not in PARTIAL and "Index Cond" not in node


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_look_at_the_engine_reads_every_share(at: Desk, name: str) -> None:
    assert bool(whole_readings(STATEMENTS[name])) == (name == "the whole table")


def test_planned_shares_of_a_restored_database_are_listed_company_by_company(at: Desk) -> None:
    began = timezone.now()
    with acting_in(at.organization), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = restored._planned_of_acting(began).explain()
    assert "share_due_in_organization" in plan


def test_who_waits_for_a_reader_is_found_by_an_index(at: Desk) -> None:
    assert reviews.with_texts_to_read() == []
    statement = "SELECT DISTINCT organization_id FROM campaigns_share WHERE state = 'in_review'"
    assert whole_readings(statement) == []
