"""`make test-journeys` and `make test-chaos` each read one folder, and `make test-code` leaves out what they run."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

FOLDERS = {"browser": "journeys", "chaos": "chaos"}


def test_marked_tests_stand_where_they_are_looked_for() -> None:
    tests = Path(settings.BASE_DIR) / "tests"
    texts = {path.relative_to(tests): path.read_text() for path in tests.rglob("test_*.py")}
    astray = [
        f"{path} is marked {mark} and stands outside tests/{folder}"
        for mark, folder in FOLDERS.items()
        for path, text in texts.items()
        if f"pytest.mark.{mark}" in text and path.parts[0] != folder
    ]
    assert astray == []
