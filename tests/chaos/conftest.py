"""The chaos tests share one ground: servers and migrations cost more than a small scenario.

None of them measures time, so their limits only end what hangs: a busy machine may start a program for half a minute.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.stage import Ground, ground


@pytest.fixture(scope="session")
def chaos_ground() -> Iterator[Ground]:
    with ground() as made:
        yield made
