"""Every crossing between companies is known by name and reason, and only tenancy.py names the engine's role."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "integrations", "campaigns", "advocacy"]

# module → how often it may cross; a new crossing is a decision, made here.
ALLOWED: dict[str, int] = {
    "accounts/errands.py": 1,
    "accounts/selectors/members.py": 1,
    "accounts/selectors/organization.py": 1,
    "integrations/refreshing.py": 3,
    "integrations/server_readings.py": 1,
    "campaigns/feed_reading.py": 1,
    "campaigns/figure_reading.py": 1,
    "campaigns/follower_reading.py": 1,
    "campaigns/publishing/balance.py": 1,
    "campaigns/publishing/claim.py": 2,
    "campaigns/publishing/clocks.py": 2,
    "campaigns/publishing/restored.py": 2,
    "campaigns/publishing/destinations.py": 1,
    "campaigns/publishing/settle.py": 2,
    "campaigns/publishing/watchdog.py": 1,
    "campaigns/selectors/engine_figures.py": 1,
    "campaigns/selectors/reviews.py": 1,
    "campaigns/selectors/spend.py": 3,
}


def test_crossings_are_the_listed_ones() -> None:
    found: Counter[str] = Counter()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "across_organizations":
                    reasons = [word.value for word in node.keywords if word.arg == "reason"]
                    assert len(reasons) == 1, f"{path} crosses without a written reason"
                    assert isinstance(reasons[0], ast.Constant)
                    found[str(path.relative_to(ROOT))] += 1
    assert dict(found) == ALLOWED


def test_only_tenancy_takes_the_engine_role() -> None:
    names = [
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if "SET LOCAL ROLE" in path.read_text()
    ]
    assert names == ["accounts/tenancy.py"]
