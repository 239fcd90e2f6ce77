"""What the demo's company asks besides posts, at posts of its own people; the first is done by the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accounts.tenancy import acting_in
from advocacy.demo import activities, clock
from advocacy.demo.posts import Wish, posted
from advocacy.demo.sandbox import connected
from campaigns.models import Item, Share
from tests.campaigns import world
from tests.integrations.connected import point_at
from tests.integrations.sandbox.rig import SandboxProcess


@pytest.mark.django_db
def test_they_stand_at_posts_of_others_and_one_is_done(tmp_path: Path, settings: Any) -> None:
    acme, now = world.company(), clock.real_now()
    with acting_in(acme.organization):
        ada, bob = world.person("Ada"), world.person("Bob")
        story, of = world.item(acme.owner), world.campaign(acme.owner)
    with SandboxProcess(tmp_path) as sandbox:
        point_at(sandbox, settings)
        theirs = [connected(bob, key, f"bob.{key}") for key in ("bluesky", "mastodon")]
        mine = connected(ada, "bluesky", "ada")
        posted(acme.organization, [Wish(bob, story, "I built it.", connection=theirs[0])], at=now)
        items = activities.asked(acme.organization, acme.owner, of, besides=ada, now=now)
        activities.done(acme.organization, ada, items, {"bluesky": mine})
    with acting_in(acme.organization):
        target = Share.objects.get(member=bob).external_url
        asked = Item.objects.exclude(asks="share").order_by("pk")
        assert list(asked.values_list("asks", "target")) == [("like", target), ("task", "")]
        assert Share.objects.get(member=ada).state == "published"
