"""What README and CONTRIBUTING point to exists, and the drawing is the one in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from campaigns import share_lifecycle

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_named_files_exist(document: str) -> None:
    named = re.findall(
        r"`((?:advocacy|accounts|integrations|campaigns|tests|static|docs)/[\w/.]+)`", (ROOT / document).read_text()
    )
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_readme_draws_the_life_that_the_code_draws() -> None:
    drawing = re.findall(r"^ {4}(.*►.*)$", share_lifecycle.__doc__ or "", re.MULTILINE)
    readme = [line.strip() for line in (ROOT / "README.md").read_text().splitlines()]
    assert len(drawing) == 4
    assert [line.strip() for line in drawing if line.strip() not in readme] == []
