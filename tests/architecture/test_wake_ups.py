"""No message carries a time or is retried, anywhere: a broker that loses, doubles or delays it must do no harm."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "integrations", "campaigns", "advocacy"]
# eta and countdown are unacknowledged messages that the broker delivers again; the others send again by themselves.
BANNED = {"eta", "countdown", "autoretry_for", "retry_backoff", "retry_jitter", "max_retries", "acks_late"}


def test_no_task_and_no_call_of_one_names_a_time_or_a_retry() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {keyword.arg}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in BANNED and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    ]
    assert found == []


def test_no_task_asks_to_be_run_again() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("tasks.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("retry", "apply_async")
    ]
    assert found == []
