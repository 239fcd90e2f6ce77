"""Imports run one way: advocacy → campaigns → integrations → accounts; and rules import no Django."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["accounts", "integrations", "campaigns", "advocacy"]
# The wiring offers these to everybody below: they hold no rule and no model.
WIRING = {"advocacy.errors"}


def modules(package: str) -> Iterator[Path]:
    yield from (path for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


@pytest.mark.parametrize("package", ORDER[:-1])
def test_nothing_imports_upwards(package: str) -> None:
    above = set(ORDER[ORDER.index(package) + 1 :])
    upwards = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imported(path)
        if name.split(".")[0] in above and name not in WIRING
    ]
    assert upwards == []


def test_rules_are_pure() -> None:
    impure = [
        f"{path.relative_to(ROOT)} imports {name}"
        for package in ORDER
        for path in modules(package)
        if path.name.endswith("_rules.py") or path.name == "base.py" and path.parent.name == "networks"
        for name in imported(path)
        if name.split(".")[0] == "django" and not name.startswith("django.utils.translation")
    ]
    assert impure == []


def test_publishing_does_not_know_celery() -> None:
    knows = [path.name for path in (ROOT / "campaigns" / "publishing").glob("*.py") if "celery" in set(imported(path))]
    assert knows == []


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "managers.py", "signals.py", "admin.py"])
def test_no_drawer_for_everything(name: str) -> None:
    assert [path for package in ORDER for path in modules(package) if path.name == name] == []


def test_no_signals_and_no_django_admin() -> None:
    forbidden = ("django.dispatch", "django.db.models.signals", "django.contrib.admin")
    used = [
        f"{path.relative_to(ROOT)}: {name}"
        for package in ORDER
        for path in modules(package)
        for name in imported(path)
        if name.startswith(forbidden)
    ]
    assert used == []
