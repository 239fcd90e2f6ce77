"""The canonical post: every field that a reader could notice changes its hash; the rows are its only source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import OrganizationSettings
from campaigns.canonical import post_of, shown_post, text_of
from campaigns.models import Item, ItemKind, LinkCode, Media, Share, ShareMedia
from integrations.models import Connection
from integrations.networks.base import Post
from tests.campaigns import world

pytestmark = pytest.mark.django_db
Change = Callable[[Share], object]


@pytest.fixture
def share(acme: world.Company) -> Share:
    story = world.item(acme.owner, picture=world.picture())
    return world.draft(world.person("Bob"), story, network="linkedin")


def fresh(share: Share) -> Share:
    return Share.objects.select_related("item__picture", "connection", "link_code", "campaign").get(pk=share.pk)


def update(**columns: object) -> Change:
    return lambda share: Share.objects.filter(pk=share.pk).update(**columns)


def update_all(model: type[Item | Media | Connection], **columns: object) -> Change:
    return lambda _share: model.objects.update(**columns)


CHANGES: dict[str, Change] = {
    "text": update(text="Other words"),
    "disclosure": update(disclosure="#ad"),
    "language": update(language="pl"),
    "visibility": update(visibility="unlisted"),
    "network": update(network="bluesky"),
    "account": update_all(Connection, account_id="somebody-else"),
    "server": update_all(Connection, server="https://other.example"),
    "destination": update_all(Item, destination="https://example.com/elsewhere"),
    "card title": update_all(Item, title="Another title"),
    "card words": update_all(Item, summary="Another summary"),
    "card picture": update_all(Media, sha256="b" * 64),
    "card alt text": update_all(Media, alt_text="A dog"),
    "tracked address": lambda share: update(link_code=other_code(share))(share),
    "rkey": update(rkey="3k2a"),
    "created at": update(post_created_at="2026-11-24T08:20:00Z"),
    "a picture": lambda share: ShareMedia.objects.create(
        share=share, media=Media.objects.get(), position=0, alt_text="x"
    ),
}


def other_code(share: Share) -> LinkCode:
    return LinkCode.objects.create(
        code="zzzzzzzzz", organization_id=share.organization_id, destination="https://example.com/story"
    )


@pytest.mark.parametrize("what", CHANGES)
def test_every_field_changes_the_hash(share: Share, what: str) -> None:
    before = post_of(fresh(share)).digest()
    CHANGES[what](share)
    assert post_of(fresh(share)).digest() != before


def test_the_same_rows_are_the_same_post(share: Share) -> None:
    first, second = post_of(fresh(share)), post_of(fresh(share))
    assert first == second
    assert Post.from_canonical(first.canonical()) == first


@pytest.mark.parametrize("network", ["x", "mastodon", "linkedin"])
def test_the_tracked_address_is_known_with_a_card_or_without(acme: world.Company, network: str) -> None:
    post = post_of(fresh(world.draft(world.person("Bob"), world.item(acme.owner), network=network)))
    assert post.tracked_address
    assert post.text.endswith(post.tracked_address)
    assert (post.link is not None) == (network == "linkedin")


def test_other_columns_are_no_part_of_it(share: Share) -> None:
    before = post_of(fresh(share)).digest()
    Share.objects.update(draft_version=9, fence=7, claims=2)
    Connection.objects.update(handle="new-handle", name="New Name")
    assert post_of(fresh(share)).digest() == before


def test_order_and_description_of_pictures_count(acme: world.Company) -> None:
    story = world.item(acme.owner, kind=ItemKind.PICTURE, picture=world.picture(), destination="")
    share = world.draft(world.person("Bob"), story)
    second = world.picture(sha256="c" * 64)
    ShareMedia.objects.create(share=share, media=second, position=1, alt_text="Second")
    before = post_of(fresh(share)).digest()
    ShareMedia.objects.filter(position=0).update(position=9)
    assert post_of(fresh(share)).digest() != before
    assert post_of(fresh(share)).link is None


def test_what_is_shown_is_what_is_hashed(share: Share) -> None:
    Share.objects.update(rkey="3k2a", post_created_at="2026-11-24T08:20:00Z")
    shown = shown_post(fresh(share))
    assert (shown.rkey, shown.created_at) == ("", "")
    assert shown.text == text_of(fresh(share))


def test_a_story_about_the_company_always_says_so(acme: world.Company) -> None:
    bob = world.person("Bob")
    assert "I work at Acme." in text_of(world.draft(bob, world.item(acme.owner)))
    OrganizationSettings.objects.update(disclosure="#AcmeTeam")
    assert "#AcmeTeam" in text_of(world.draft(bob, world.item(acme.owner)))
    plain = world.item(acme.owner, needs_disclosure=False)
    assert "#AcmeTeam" not in text_of(world.draft(bob, plain))
