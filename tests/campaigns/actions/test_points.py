"""The ledger: one entry per cause, in the transaction of the act, by the table and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import Member
from campaigns.actions.points import award_for_publication
from campaigns.models import Evidence, Item, Message, PointEntry, Share
from tests.campaigns import world

pytestmark = pytest.mark.django_db


def out(share: Share, *, evidence: Evidence = Evidence.CONFIRMED, at: datetime | None = None) -> Share:
    Share.objects.filter(pk=share.pk).update(evidence=evidence, published_at=at or timezone.now())
    return Share.objects.select_related("item", "link_code", "connection", "member").get(pk=share.pk)


def test_a_post_earns_once(acme: world.Company, bob: Member) -> None:
    share = out(world.draft(bob, world.item(acme.owner), network="mastodon"))
    first = award_for_publication(share)
    assert first is not None
    assert (first.rule, first.points, first.cause) == ("share_published", 10, f"share_published:{share.public_id}")
    assert award_for_publication(share) is None
    assert PointEntry.objects.count() == 1


def test_the_database_is_the_judge_of_the_cause_and_the_ledger_stands(acme: world.Company, bob: Member) -> None:
    share = out(world.draft(bob, world.item(acme.owner), network="mastodon"))
    award_for_publication(share)
    copy = PointEntry(member=bob, rule="x", cause=f"share_published:{share.public_id}", points=1, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save()
    for change in (lambda: PointEntry.objects.update(points=99), lambda: PointEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            change()


def test_rehearsals_and_bare_product_praise_earn_nothing(acme: world.Company, bob: Member) -> None:
    assert award_for_publication(out(world.draft(bob, world.item(acme.owner)))) is None
    praise = world.item(acme.owner, praises_product=True)
    Message.objects.create(item=praise, language="en", text="Our product is the best")
    copied = world.draft(bob, praise, network="mastodon", text=" our PRODUCT is  the best ")
    assert award_for_publication(out(copied)) is None
    own = world.draft(bob, praise, network="bluesky", text="I use it every day, and here is what broke")
    assert award_for_publication(out(own)) is not None


def test_what_rests_on_ones_word_is_bounded_by_the_week(acme: world.Company, bob: Member) -> None:
    stories = [world.item(acme.owner) for _number in range(5)]
    shares = [out(world.draft_by_hand(bob, story), evidence=Evidence.TOLD) for story in stories]
    earned = [award_for_publication(share) is not None for share in shares[:4]]
    assert earned == [True, True, True, False]
    next_week = timezone.now() + timedelta(days=7)
    assert award_for_publication(out(shares[4], evidence=Evidence.TOLD, at=next_week)) is not None


def test_no_disclosure_in_sight_no_points(acme: world.Company, bob: Member) -> None:
    share = world.draft(bob, world.item(acme.owner), network="mastodon")
    Share.objects.update(disclosure="")
    assert award_for_publication(out(share)) is None
    Item.objects.update(needs_disclosure=False)
    assert award_for_publication(out(share)) is not None
