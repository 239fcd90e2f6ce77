"""A sandbox for the tests that sign people in and give grants back: one process, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations import breakers
from integrations.breakers import Watch
from tests.integrations.connected import point_at
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    folder: Path = tmp_path_factory.mktemp("networks")
    with SandboxProcess(folder) as process:
        yield process


@pytest.fixture
def networks(sandbox_process: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch) -> SandboxProcess:
    monkeypatch.setattr(breakers, "_watch", Watch())  # the faults of another test are no news here
    sandbox_process.reset()
    sandbox_process.post("/sandbox/faults", {"seed": 1})
    point_at(sandbox_process, settings)
    return sandbox_process
