"""A server that speaks as the network under test is told to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integrations.peer import Peer, running_peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running
