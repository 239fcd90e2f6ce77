"""Files pass through the application without filling its memory: `make bench ONLY=media`, small and in this process."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.errands import run_errands
from tests.benchmarks.media import MOST_GROWTH, WARM, walk_of
from tests.benchmarks.media_doors import InProcessDoor, Memory
from tests.benchmarks.media_files import bombs
from tests.benchmarks.sizes import SMALL
from tests.campaigns.views.curator import curator


@pytest.mark.django_db
def test_large_files_and_bombs_pass_through_little_memory(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    working = curator()
    door = InProcessDoor(working.browser, Memory((os.getpid(),)), lambda: run_errands(mail=False))
    unpacking = [bomb for bomb in bombs(tmp_path) if bomb.name.startswith("pdf")]  # others: test_files_of_stories.py
    seen = walk_of(working, door, tmp_path).all(replace(SMALL, video_bytes=40_000_000, picture_bytes=WARM), unpacking)
    assert seen.peak - seen.before < MOST_GROWTH  # less than the file
    assert [bool(sentence) for sentence in seen.sentences.values()] == [True]
