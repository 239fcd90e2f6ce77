"""*My queue* as a week: each post on its day in the person's zone; moving keeps windows, distances and approvals."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Member
from campaigns.actions.plans import plan_items
from campaigns.models import Approval, HeldReason, Share, ShareState
from campaigns.share_lifecycle import move
from tests.campaigns import world
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # 10:00 in Warsaw
TUESDAY = datetime(2026, 11, 24, 8, 20, tzinfo=UTC)  # 09:20 in Warsaw


@pytest.fixture(autouse=True)
def _on_a_monday(time_machine: Any) -> None:
    time_machine.move_to(MONDAY, tick=False)


@pytest.fixture
def share(acme: world.Company, bob: Member) -> Share:
    return world.approved(world.draft(bob, world.item(acme.owner)), due_at=TUESDAY)


def day_of(page: str, share: Share) -> str:
    """The day in whose column the card of this post stands."""
    before = page[: page.index(f'id="share-{share.public_id}"')]
    return str(re.findall(r'data-day="([^"]+)"', before)[-1])


def moved(browser: Browser, share: Share, status: int = 302, **typed: str) -> str:
    return browser.post(f"shares/{share.public_id}/move/", typed, status=status)


def test_seven_days_today_marked_and_the_zone_named(browser: Browser, share: Share) -> None:
    page = browser.get("queue/?view=week")
    assert re.findall(r'data-day="([^"]+)"', page) == [f"2026-11-{day}" for day in range(23, 30)]
    assert re.findall(r'id="day-([^"]+)" aria-current="date"', page) == ["2026-11-23"]
    assert "Times in Warsaw" in page
    assert day_of(page, share) == "2026-11-24"
    assert ">09:20<" in page
    assert "Goes out Tue 24 Nov, 09:20 (Warsaw) on Practice." in page
    assert "week=2026-11-16" in page
    assert "week=2026-11-30" in page


def test_the_day_is_the_persons_own(acme: world.Company) -> None:
    """23:30 UTC on Tuesday is Wednesday in Tokyo, and the next week begins there on Sunday at 15:00 UTC."""
    yuki = world.person("Yuki", zone="Asia/Tokyo")
    late = world.approved(world.draft(yuki, world.item(acme.owner)), due_at=datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    next_week = datetime(2026, 11, 29, 15, tzinfo=UTC)
    later = world.approved(world.draft(yuki, world.item(acme.owner), network="mastodon"), due_at=next_week)
    browser = Browser(acme, yuki)
    page = browser.get("queue/?view=week")
    assert day_of(page, late) == "2026-11-25"
    assert later.public_id not in page
    assert day_of(browser.get("queue/?view=week&week=2026-12-02"), later) == "2026-11-30"


def test_the_view_is_remembered_and_nonsense_is_this_week(browser: Browser, share: Share) -> None:
    assert "data-week" not in browser.get("queue/")
    browser.get("queue/?view=week")
    assert "data-week" in browser.get("queue/")
    for asked in ("", "soon", "0001-01-01", "9999-12-31", "2026-13-01"):
        assert day_of(browser.get(f"queue/?week={asked}"), share) == "2026-11-24"
    answer = browser.client.get(f"{browser.base}queue/", headers={"HX-Request": "true"})
    assert "data-week" not in answer.content.decode()  # a list in another window goes on as a list
    browser.get("queue/?view=list")
    assert "data-week" not in browser.get("queue/?view=month")


def test_inside_the_window_a_move_keeps_the_approval(browser: Browser, share: Share) -> None:
    page = browser.get("queue/?view=week")
    assert "You approved it for any time from" in page
    assert page.count(">Another time<") == 1  # the form's heading; no second way beside it
    address = moved(browser, share, go="pick", at="2026-11-24T17:45")
    assert address.endswith(f"view=week&week=2026-11-24&moved={share.public_id}")
    page = browser.get(address.removeprefix(browser.base))
    assert "Moved to Tue 24 Nov, 17:45 (Warsaw)." in page
    assert re.findall(r'popovertarget="do-(\w+)"[^>]* autofocus', page) == [share.public_id]
    now = Share.objects.get()
    assert (now.due_at, now.wall_time) == (datetime(2026, 11, 24, 16, 45, tzinfo=UTC), "2026-11-24T17:45")
    assert Approval.objects.get().ended_at is None


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ({"go": "earlier"}, "2026-11-23T09%3A20"),
        ({"go": "later"}, "2026-11-25T09%3A20"),
        ({"go": "pick", "at": "2026-11-27T12:00"}, "2026-11-27T12%3A00"),
    ],
)
def test_beyond_the_window_it_is_approved_again(
    browser: Browser, share: Share, typed: dict[str, str], at: str, time_machine: Any
) -> None:
    time_machine.move_to(MONDAY - timedelta(hours=3), tick=False)
    address = browser.post(f"shares/{share.public_id}/move/", typed)
    assert address.endswith(f"/shares/{share.public_id}/approve/?when=pick&at={at}")
    now = Share.objects.get()
    assert (now.state, now.due_at) == (ShareState.SCHEDULED, TUESDAY)
    assert Approval.objects.get().ended_at is None
    page = browser.get(address.removeprefix(browser.base))
    assert "until then it stays as it is" in page
    assert 'id="approval"' in page


def test_too_near_to_another_is_refused_with_the_rule_and_a_free_time(
    acme: world.Company, browser: Browser, bob: Member, share: Share
) -> None:
    world.approved(world.draft(bob, world.item(acme.owner), network="mastodon"), due_at=TUESDAY + timedelta(hours=2))
    page = moved(browser, share, status=400, go="pick", at="2026-11-24T11:00")
    assert "Your own posts are kept 30 minutes apart." in page
    assert "It stays where it was." in page
    assert 'name="at" value="2026-11-24T11:50"' in page
    assert day_of(page, share) == "2026-11-24"
    assert Share.objects.get(pk=share.pk).due_at == TUESDAY
    moved(browser, share, go="pick", at="2026-11-24T11:50")
    for at in ("", "2020-01-01T10:00", "2027-03-28T02:30"):
        moved(browser, share, status=400, go="pick", at=at)


def test_drafts_of_a_plan_move_freely_and_stay_drafts(acme: world.Company, browser: Browser, bob: Member) -> None:
    (draft,) = plan_items([world.item(acme.owner)], by=bob)
    assert draft.proposed_at == datetime(2026, 11, 23, 11, tzinfo=UTC)  # at noon today
    moved(browser, draft, go="later")
    moved(browser, draft, go="later")
    moved(browser, draft, go="later")
    page = browser.get("queue/?view=week")
    assert day_of(page, draft) == "2026-11-26"
    assert "Nothing goes out before you approve it." in page
    assert Share.objects.get().state == ShareState.DRAFT
    assert Approval.objects.count() == 0


def test_what_is_over_or_out_cannot_be_moved(browser: Browser, share: Share) -> None:
    out = {"published_at": TUESDAY, "external_id": "1"}
    Share.objects.filter(pk=share.pk).update(**{"state": ShareState.PUBLISHED}, **out)
    page = browser.get("queue/?view=week")
    assert "data-card" not in page
    assert "/move/" not in page
    assert moved(browser, share, go="later").endswith("/queue/")
    assert Share.objects.get().due_at == TUESDAY


def test_what_waits_stands_on_its_day_and_is_counted_above(browser: Browser, share: Share) -> None:
    why = {"held_reason": HeldReason.RECONNECT, "held_at": MONDAY}
    move(share, ShareState.HELD, by=None, because="test", **why)
    page = browser.get("queue/?view=week")
    assert "1 post waits for you" in page
    assert day_of(page, share) == "2026-11-24"
    assert "Practice asks you to connect again." in page


def test_withdrawn_posts_leave_the_week_and_an_empty_one_is_a_page(browser: Browser, share: Share) -> None:
    browser.get("queue/?view=week")
    assert browser.post(f"shares/{share.public_id}/withdraw/").endswith("/queue/")
    page = browser.get("queue/")
    assert "Nothing stands in this week" in page
    assert "Plan my week" in page


def test_nobody_elses_posts(acme: world.Company, share: Share) -> None:
    carol = Browser(acme, world.person("Carol"))
    assert share.public_id not in carol.get("queue/?view=week")
    moved(carol, share, status=404, go="later")
    assert Share.objects.get().due_at == TUESDAY


def test_sixty_posts_in_a_week_cost_no_more_queries(
    acme: world.Company, browser: Browser, bob: Member, share: Share, django_assert_max_num_queries: Any
) -> None:
    """At most 15, and three that a test adds (see test_pages)."""
    browser.get("queue/?view=week")
    story, first = world.item(acme.owner), Share.objects.get()
    Share.objects.bulk_create(
        Share(
            member=bob,
            item=story,
            campaign=story.campaign,
            network="practice",
            connection=first.connection,
            text=f"Post {number}",
            state=state,
            due_at=MONDAY + timedelta(hours=2 * number - 8),
            published_at=MONDAY + timedelta(hours=2 * number - 8) if state == ShareState.PUBLISHED else None,
            proposed_at=MONDAY + timedelta(hours=2 * number - 8),
            held_reason=HeldReason.LATE if state == ShareState.HELD else "",
        )
        for number, state in enumerate(
            [ShareState.DRAFT, ShareState.PUBLISHED, ShareState.HELD, ShareState.FAILED, ShareState.IN_REVIEW] * 12
        )
    )
    with django_assert_max_num_queries(15 + 3):
        page = browser.get("queue/?view=week")
    assert page.count('class="week-card') > 60


@pytest.mark.parametrize("language", ["zh-hans", "pl", "it", "ru"])
def test_every_language_has_its_days(browser: Browser, bob: Member, share: Share, language: str) -> None:
    assert bob.user is not None
    bob.user.language = language
    bob.user.save()
    page = browser.get("queue/?view=week")
    assert day_of(page, share) == "2026-11-24"
    names = re.findall(r'class="week-day-name"[^>]*>([^<]+)', page)
    assert len({name.strip() for name in names}) == 7
