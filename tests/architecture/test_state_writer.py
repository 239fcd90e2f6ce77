"""`campaigns/share_lifecycle.py` alone writes `Share.state`: no assignment, update, setattr or SQL elsewhere does.

Why: a move checks the table, the fence and the old state, and writes its row for the watchdog. A state written past it
is one that nobody can account for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "advocacy", "campaigns", "integrations")
WRITER = ROOT / "campaigns" / "share_lifecycle.py"
# `state` is also a column of these; they are told apart by what is written in the same statement.
OTHER_STATES = re.compile(r"ErrandState|ConnectionState|ImportState|ItemState|FeedState|UploadState|RenditionState")
SQL = re.compile(r"update\s+campaigns_share\b(?!_)(.*?)(\bwhere\b|\bfrom\b)", re.IGNORECASE | re.DOTALL)


def sources() -> list[Path]:
    return [
        path
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts and "sandbox" not in path.parts and path != WRITER
    ]


def writes(source: str) -> Iterator[int]:
    """Lines that write a share's state."""
    for node in ast.walk(ast.parse(source)):
        if _writes(node) and not OTHER_STATES.search(ast.unparse(node)):
            yield getattr(node, "lineno", 0)


def _writes(node: ast.AST) -> bool:
    match node:
        case ast.Assign(targets=targets):
            return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)
        case ast.AugAssign(target=ast.Attribute(attr="state")) | ast.AnnAssign(target=ast.Attribute(attr="state")):
            return True
        case ast.Call(func=ast.Attribute(attr="update" | "aupdate" | "update_or_create"), keywords=keywords):
            return any(keyword.arg == "state" for keyword in keywords)
        case ast.Call(func=ast.Attribute(attr="bulk_update"), args=arguments):
            return any("'state'" in ast.unparse(argument) for argument in arguments)
        case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value="state"), *_]):
            return True
        case ast.Constant(value=str(text)):
            return any(re.search(r"\bstate\s*=", found[1]) for found in SQL.finditer(text))
        case _:
            return False


def test_only_the_lifecycle_writes_a_share_s_state() -> None:
    found = [f"{path.relative_to(ROOT)}:{line}" for path in sources() for line in writes(path.read_text())]
    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "share.state = 'published'",
        "share.state: str = 'published'",
        "Share.objects.filter(pk=1).update(state='published')",
        "Share.objects.bulk_update(shares, ['state'])",
        "setattr(share, 'state', 'published')",
        "cursor.execute(\"UPDATE campaigns_share SET state = 'published' WHERE id = 1\")",
    ],
)
def test_the_rule_bites(source: str) -> None:
    assert list(writes(source)) != []
