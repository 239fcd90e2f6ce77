"""What the demo's small company asks besides posts, at posts that its own people have out; and a task with a photo.

Asked and done through the same actions and the same engine as everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Member, Organization
from accounts.tenancy import acting_in
from advocacy.demo import clock
from advocacy.demo.posts import Wish, posted
from campaigns.actions.items import Story, address_item, create_item, release_item
from campaigns.models import Activity, Campaign, Item, ItemAbout, ItemKind, Proof, Share, ShareState
from integrations.models import Connection


@dataclass(frozen=True, slots=True)
class DemoActivity:
    """At the newest post of somebody else on that network."""

    asks: Activity
    network: str
    title: str
    why: str


ASKED = (
    DemoActivity(
        Activity.LIKE,
        "bluesky",
        "A colleague tells how honest a thermometer can be",
        "If you like it, say so: it was a first post.",
    ),
    DemoActivity(
        Activity.COMMENT,
        "mastodon",
        "Somebody asks what calibration costs you",
        "You know the answer from the bench. Two sentences are plenty.",
    ),
)
TASK = Story(
    title="One photo from the open workshop",
    summary="Take a photo of something you would show a visitor. Ask the people in it first.",
    about=ItemAbout.PEOPLE,
    proof=Proof.PHOTO,
)


def asked(organization: Organization, curator: Member, of: Campaign, *, besides: Member, now: datetime) -> list[Item]:
    """Released yesterday, at posts of others than the person who does the first of them; and the task."""
    with clock.at(now - timedelta(days=1)), acting_in(organization):
        made = [_asked(one, curator, of, besides) for one in ASKED]
        task = create_item(by=curator, campaign=of, kind=ItemKind.TEXT, story=TASK, asks=Activity.TASK)
        return [*(item for item in made if item is not None), release_item(task, by=curator)]


def done(organization: Organization, member: Member, items: list[Item], accounts: Mapping[str, Connection]) -> None:
    """Ada's like, by the engine."""
    wishes = [
        Wish(member, item, "", connection=accounts[item.target_at])
        for item in items
        if item.asks == Activity.LIKE and item.target_at in accounts
    ]
    posted(organization, wishes, at=clock.real_now() - timedelta(hours=3))


def _asked(one: DemoActivity, curator: Member, of: Campaign, besides: Member) -> Item | None:
    out = Share.objects.filter(network=one.network, state=ShareState.PUBLISHED, by_hand=False)
    target = out.exclude(member=besides).exclude(external_url="").order_by("-published_at").first()
    if target is None:  # nobody else has a post there
        return None
    story = Story(
        title=one.title,
        summary=one.why,
        about=ItemAbout.KNOWLEDGE,
        target=target.external_url,
        target_at=one.network,
    )
    item = create_item(by=curator, campaign=of, kind=ItemKind.TEXT, story=story, asks=one.asks)
    address_item(item, by=curator, teams=[], topics=["Calibration"])
    return release_item(item, by=curator)
