"""The chaos tests share one ground: servers and migrations cost more than a small scenario.

None of them measures time, so their limits only end what hangs: a busy machine may start a program for half a minute.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from advocacy.local.kept import Kept
from advocacy.local.postgres import cluster_of
from tests import databases
from tests.chaos.stage import Ground, ground, own_servers_only

# Even where one process runs them all, a migrated database stays apart: what the test database and the stages copy.
os.environ.setdefault(databases.RUN, uuid4().hex[:12])


@pytest.fixture(scope="session")
def chaos_ground(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """The servers of this run; own ones where it was given the addresses of others, for stages ask for a superuser."""
    kept = Kept(Path(os.environ.get(databases.SERVERS, "")) / "kept.json")
    cluster = cluster_of(kept)
    if cluster is None:
        with ground() as made:
            yield made
        return
    with own_servers_only():
        yield Ground(tmp_path_factory.mktemp("chaos"), cluster, template=databases.template_name())
