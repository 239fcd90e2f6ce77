"""Sandbox networks for the engine's tests: one process, emptied before each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations import breakers
from integrations.breakers import Watch
from tests.campaigns.publishing.posting import Desk, desk
from tests.integrations.connected import point_at
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.fixture(scope="session")
def engine_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    folder: Path = tmp_path_factory.mktemp("engine-networks")
    with SandboxProcess(folder) as process:
        yield process


@pytest.fixture
def sandbox(engine_sandbox: SandboxProcess, settings: Any, monkeypatch: pytest.MonkeyPatch) -> SandboxProcess:
    monkeypatch.setattr(breakers, "_watch", Watch())  # the faults of another test are no news here
    engine_sandbox.reset()
    engine_sandbox.post("/sandbox/faults", {"seed": 1})
    point_at(engine_sandbox, settings)
    settings.ENGINE = {**settings.ENGINE, "call_timeout": 2.0, "connect_timeout": 1.0}
    return engine_sandbox


@pytest.fixture
def at(db: None) -> Desk:
    return desk()
