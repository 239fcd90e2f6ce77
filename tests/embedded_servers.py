"""Starts PostgreSQL and Valkey for a test run, before Django reads its settings (`-p tests.embedded_servers`).

With pytest-xdist the controller starts them and its workers inherit the addresses. Addresses given in
the environment are used instead; there, the database that its workers copy is begun while they still read the tests.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from advocacy.local.roles import DATABASE
from advocacy.local.servers import servers
from tests.migrated import put_into

os.environ.setdefault("ADVOCACY_ENV", "test")

if "PYTEST_XDIST_WORKER" not in os.environ:
    _running = ExitStack()
    _folder = Path(tempfile.mkdtemp(prefix="advocacy-tests-"))
    _folder.chmod(0o711)  # as root, PostgreSQL passes it under an account of its own
    if put_into(_folder):
        os.environ["ADVOCACY_TEST_MIGRATED"] = DATABASE
    os.environ.update(_running.enter_context(servers(_folder, durable=False)))
    os.environ["ADVOCACY_TEST_SERVERS"] = str(_folder)
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
    atexit.register(_running.close)


def pytest_configure(config: pytest.Config) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ or "ADVOCACY_TEST_MIGRATED" in os.environ:
        return
    if config.getoption("numprocesses", None):
        os.environ["ADVOCACY_TEST_RUN"] = uuid4().hex[:12]
        settings = {"DJANGO_SETTINGS_MODULE": "advocacy.settings"}
        # Should it fail, the first worker makes it, and says what is wrong.
        making = subprocess.Popen(
            [sys.executable, "-m", "tests.databases"],
            cwd=config.rootpath,
            env={**os.environ, **settings},
            stderr=subprocess.DEVNULL,
        )
        atexit.register(making.wait)
