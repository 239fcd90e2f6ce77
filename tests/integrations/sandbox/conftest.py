"""One sandbox for the tests of this folder, emptied before each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integrations.lending import running_web
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with SandboxProcess(folder) as process:
        yield process


@pytest.fixture(scope="session")
def as_begun(running: SandboxProcess) -> dict[str, Any]:
    return running.settings()


@pytest.fixture
def sandbox(running: SandboxProcess, as_begun: dict[str, Any]) -> SandboxProcess:
    running.reset()
    running.settings(**as_begun)
    running.post("/sandbox/faults", {"seed": 1})
    return running


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    """Where networks that take no bytes fetch a picture."""
    with running_web() as address:
        yield address


@pytest.fixture
def there(sandbox: SandboxProcess, web: str, settings: Any, tmp_path: Path) -> SandboxProcess:
    """The sandbox as the connectors' networks."""
    settings.SITE_ADDRESS = web
    settings.MEDIA_ROOT = tmp_path
    settings.SANDBOX_URL = sandbox.base_url
    settings.OUTBOUND_ALLOWED_HOSTS = [sandbox.base_url.partition("://")[2]]
    settings.NETWORKS = {}
    return sandbox
