"""What comes into the demo's companies: a feed of the sandbox's newspaper, and what colleagues suggest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from advocacy.demo import clock
from campaigns.actions.feeds import add_feed
from campaigns.actions.suggestions import suggest_story
from integrations.feeds import find_feed


@dataclass(frozen=True, slots=True)
class Hint:
    """One suggestion, as its person typed it."""

    by: Member
    title: str
    note: str
    address: str = ""
    shows_name: bool = True


def incoming(organization: Organization, curator: Member, hints: Sequence[Hint], *, now: datetime) -> None:
    """A feed followed today, and suggestions of the last days."""
    feed = find_feed(f"{settings.SANDBOX_URL}/news/feed.xml")
    for days, hint in enumerate(hints, start=1):
        with clock.at(now - timedelta(days=days)), acting_in(organization):
            suggest_story(
                by=hint.by, address=hint.address, title=hint.title, note=hint.note, shows_name=hint.shows_name
            )
    with acting_in(organization):
        add_feed(by=curator, feed=feed)
