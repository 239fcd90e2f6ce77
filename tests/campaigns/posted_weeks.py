"""A company with teams and eight weeks of posts behind it, for tests of figures. Everything runs inside `acting_in`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

import time_machine

from accounts.actions.consent import take_part
from accounts.consent_texts import current_version
from accounts.models import Member, Team, TeamMember
from campaigns.models import Evidence, Item, PointEntry, Share, ShareState
from campaigns.points_rules import PUBLISHED
from tests.campaigns import world

MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)  # the four weeks before it are a team's
_numbers = count(1)


@contextmanager
def on(day: datetime) -> Iterator[None]:
    with time_machine.travel(day, tick=False):
        yield


def people(number: int, *, team: Team | None = None) -> list[Member]:
    """People who take part since before all figures."""
    made = []
    with on(MONDAY - timedelta(weeks=12)):
        for _number in range(number):
            name = f"p{next(_numbers)}"
            member = Member.objects.create(email=f"{name}@example.com", name=name, language="en")
            take_part(member, by=member, language="en", text_version=current_version("take_part"))
            made.append(member)
    if team is not None:
        TeamMember.objects.bulk_create(TeamMember(team=team, member=member) for member in made)
    return made


def posts(members: Iterable[Member], stories: Iterable[Item], *, weeks_ago: int) -> list[Share]:
    """Each of them posted each story, seen on the network, and earned ten points for each."""
    at = MONDAY - timedelta(weeks=weeks_ago) + timedelta(days=1)
    out = {"state": ShareState.PUBLISHED, "evidence": Evidence.CONFIRMED, "published_at": at}
    made = Share.objects.bulk_create(
        Share(member=member, item=story, campaign=story.campaign, network="mastodon", **out)
        for story in stories
        for member in members
    )
    PointEntry.objects.bulk_create(
        PointEntry(
            member=share.member,
            rule=PUBLISHED,
            cause=f"share_published:{share.public_id}",
            points=10,
            share=share,
            at=at,
        )
        for share in made
    )
    return made


class Posted:
    """Sales and Workshop of ten, of whom seven posted in each of the last four weeks, each about three stories."""

    def __init__(self, acme: world.Company) -> None:
        self.owner = acme.owner
        self.sales, self.workshop = Team.objects.create(name="Sales"), Team.objects.create(name="Workshop")
        self.sellers, self.builders = people(10, team=self.sales), people(10, team=self.workshop)
        TeamMember.objects.create(team=self.sales, member=acme.owner)  # alone in no team, she would hide one
        self.stories = [world.item(acme.owner, title=f"Story {number}") for number in range(3)]
        for weeks_ago in range(1, 5):
            posts([*self.sellers[:7], *self.builders[:7]], self.stories, weeks_ago=weeks_ago)
