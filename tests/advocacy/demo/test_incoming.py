"""What comes into the demo's companies, read from a running sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.tenancy import acting_in
from advocacy.demo import clock
from advocacy.demo.incoming import Hint, incoming
from campaigns.models import Suggestion
from campaigns.selectors.inbox import inbox_page
from integrations.models import FeedSource
from tests.campaigns import world
from tests.integrations.connected import point_at
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.mark.django_db
def test_a_feed_and_hints_wait_for_the_curator(tmp_path: Path, settings: Any) -> None:
    acme, now = world.company(), clock.real_now()
    with acting_in(acme.organization):
        bob = world.person("Bob")
    hints = [Hint(bob, "With a link", "Worth it.", address="https://example.com/a"), Hint(bob, "A thought", "Why?")]
    with SandboxProcess(tmp_path) as sandbox:
        point_at(sandbox, settings)
        incoming(acme.organization, acme.owner, hints, now=now)
    with acting_in(acme.organization):
        assert FeedSource.objects.get().title == "The Measured World"
        shown = [(row.suggestion.title, row.who) for row in inbox_page().rows]
        assert shown[:3] == [
            ("A thought", "Bob"),
            ("With a link", "Bob"),
            ("Cities that listen: what forty noise meters changed", ""),
        ]
        assert len(shown) == 5
        assert Suggestion.objects.get(title="A thought").created_at < now
