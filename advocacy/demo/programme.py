"""What a company of the demo offers its people: networks, settings, campaigns, stories. Made by its curator."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from accounts.actions.settings import change_settings, end_setup_step
from accounts.models import Member, Organization
from accounts.selectors.setup import KEYS
from accounts.tenancy import acting_in
from advocacy.demo import clock
from advocacy.demo.pictures import drawn
from advocacy.demo.stories import DemoStory
from campaigns.actions.campaigns import CampaignPlan, create_campaign
from campaigns.actions.items import Story, address_item, create_item, embargo_item, plan_item, release_item
from campaigns.actions.media import keep_picture
from campaigns.actions.messages import suggest_message
from campaigns.models import Campaign, Item, ItemAbout, ItemKind
from integrations.actions.networks import offer_networks
from integrations.networks import NETWORKS


def opened(owner: Member, *, introduction: str, disclosure: str) -> None:
    """The first hour, done. Inside `acting_in`."""
    offer_networks([network.key for network in NETWORKS], by=owner)
    change_settings(by=owner, changes={"introduction": introduction, "disclosure": disclosure})
    for step in KEYS:
        end_setup_step(step, by=owner, how="done")


def campaign(curator: Member, name: str, purpose: str) -> Campaign:
    return create_campaign(by=curator, plan=CampaignPlan(name=name, purpose=purpose))


def told(
    organization: Organization, curator: Member, of: Campaign, stories: Sequence[DemoStory], days: Sequence[datetime]
) -> list[Item]:
    """Each story released on its day."""
    return [_told(organization, curator, of, story, day) for story, day in zip(stories, days, strict=True)]


def _told(organization: Organization, curator: Member, of: Campaign, story: DemoStory, day: datetime) -> Item:
    decoded = drawn(story.picture) if story.picture is not None else None  # decoding runs outside transactions
    with clock.at(day), acting_in(organization):
        picture = keep_picture(decoded, by=curator, alt_text=story.alt_text) if decoded else None
        item = create_item(
            by=curator, campaign=of, kind=story.kind, story=_as_typed(organization, story), picture=picture
        )
        address_item(item, by=curator, teams=[], topics=story.topics)
        suggest_message(item, by=curator, text=story.suggested, language=story.language)
        return release_item(item, by=curator)


def announced(curator: Member, of: Campaign, *, title: str, words: str, until: datetime) -> Item:
    """Something to read, not to share. Inside `acting_in`."""
    story = Story(title=title, summary=words)
    item = create_item(by=curator, campaign=of, kind=ItemKind.ANNOUNCEMENT, story=story)
    plan_item(item, by=curator, release_at=None, expires_at=until)
    return release_item(item, by=curator)


def to_come(curator: Member, of: Campaign, *, title: str, opens: datetime, may_go_out: datetime) -> Item:
    """A story that opens on a later day, with an embargo: for the calendar. Inside `acting_in`."""
    story = Story(title=title, summary=title, about=ItemAbout.PRODUCT)
    item = create_item(by=curator, campaign=of, kind=ItemKind.TEXT, story=story)
    plan_item(item, by=curator, release_at=opens, expires_at=None)
    embargo_item(item, by=curator, until=may_go_out)
    return release_item(item, by=curator)


def _as_typed(organization: Organization, story: DemoStory) -> Story:
    links = story.kind == ItemKind.LINK
    return Story(
        title=story.title,
        summary=story.summary,
        destination=f"https://example.com/{organization.slug}/{story.slug}" if links else "",
        source=organization.name,
        language=story.language,
        about=story.about,
        facts="\n".join(story.facts),
        limits="\n".join(story.limits),
    )
