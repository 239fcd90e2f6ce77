"""Followers are asked for once a day where a network counts them, kept with their time, and shown to nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.tenancy import acting_in
from campaigns.follower_reading import Due, read_due_followers, record_followers
from campaigns.models import FollowerClock, FollowerReading
from campaigns.selectors.growth import growth_of
from campaigns.selectors.personal_record import own_record
from integrations.networks.base import Followers, TryLater
from tests.campaigns.publishing.posting import Desk, account
from tests.integrations.sandbox.rig import SandboxProcess

pytestmark = pytest.mark.django_db(transaction=True)
A_DAY = timedelta(days=1)


def test_profiles_are_looked_at_once_a_day_and_go_with_their_person(
    at: Desk, sandbox: SandboxProcess, settings: Any
) -> None:
    settings.NETWORKS = {**settings.NETWORKS, "threads": {"figures": "1"}}
    accounts = {key: account(at, sandbox, key) for key in ("mastodon", "bluesky", "instagram", "facebook_pages")}
    account(at, sandbox, "x")  # each question there costs
    account(at, sandbox, "threads")  # without the permission it says nothing
    assert read_due_followers() == 5
    assert read_due_followers() == 0
    with acting_in(at.organization):
        FollowerReading.objects.filter(connection=accounts["mastodon"]).update(at=F("at") - A_DAY, followers=100)
        FollowerClock.objects.filter(connection=accounts["mastodon"]).update(next_at=F("next_at") - A_DAY)
    assert read_due_followers() == 1
    with acting_in(at.organization):
        found = {one.network: (one.followers, one.gained) for one in growth_of(at.member)}
        assert found == {"mastodon": (120, 20), **dict.fromkeys(("bluesky", "instagram", "facebook_pages"), (120, 0))}
        assert len(own_record(at.member)["followers"]) == 5  # type: ignore[arg-type]  # a list
        FollowerReading.objects.update(keep_until=timezone.now())
        assert growth_of(at.member) == []
    asked = Due(at.organization.pk, accounts["bluesky"].pk, "bluesky", "")
    record_followers(asked, TryLater(timedelta(0), "Busy."))
    with acting_in(at.organization):
        assert FollowerClock.objects.get(connection=accounts["bluesky"]).next_at > timezone.now()  # type: ignore[operator]  # set
        leave(at.member, by=at.member)
    record_followers(asked, Followers(3))  # an answer that comes after its person left
    with acting_in(at.organization):
        assert not FollowerReading.objects.exists()
        assert not FollowerClock.objects.exists()
