"""*Plan my week*: five stories get five days, each text its own yes; a sitting can be left and taken up again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from campaigns.actions.plans import plan_items
from campaigns.models import Approval, Item, Share, ShareState
from campaigns.selectors.plan import plan_of
from integrations.models import Connection
from tests.campaigns import world
from tests.campaigns.views.browser import Browser, hidden

pytestmark = pytest.mark.django_db
WARSAW = ZoneInfo("Europe/Warsaw")
# A Sunday, 10:00 in Warsaw: the week to come is whole.
SUNDAY = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def account(bob: Member) -> Connection:
    return world.connected(bob)


@pytest.fixture
def stories(acme: world.Company) -> list[Item]:
    return [world.item(acme.owner, title=f"Story {number}") for number in range(1, 7)]


def ticked(stories: list[Item], account: Connection | None = None) -> dict[str, Any]:
    return {
        "item": [story.public_id for story in stories],
        "account": f"account-{account.public_id}" if account else "",
    }


def planned(browser: Browser, stories: list[Item], account: Connection | None = None) -> list[Share]:
    browser.post("plan/", ticked(stories, account))
    return list(Share.objects.order_by("proposed_at"))


def write_and_approve(browser: Browser, share: Share, text: str) -> str:
    """As the pages do: the words, the look, the yes. Answers where it leads."""
    page = browser.get(f"shares/{share.public_id}/")
    account = re.search(r'name="account" value="([^"]+)" checked', page)
    at = re.search(r'name="at"[^>]*value="([^"]*)"', page)
    assert account is not None
    assert at is not None
    typed = {"text": text, "account": account.group(1), "when": "pick", "at": at.group(1), "go": "look"}
    address = browser.post(f"shares/{share.public_id}/", {**typed, "version": hidden(page, "version")})
    page = browser.get(address.removeprefix(browser.base))
    assert text in page
    shown = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    return browser.post(f"shares/{share.public_id}/approve/", shown)


def test_each_story_gets_a_day_of_its_own_at_a_good_hour(
    browser: Browser, stories: list[Item], account: Connection, time_machine: Any
) -> None:
    time_machine.move_to(SUNDAY, tick=False)
    shares = planned(browser, stories[:5], account)
    local = [share.proposed_at.astimezone(WARSAW) for share in shares if share.proposed_at]
    assert [f"{at:%a %H:%M}" for at in local] == [f"{day} 08:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri")]
    assert {share.state for share in shares} == {ShareState.DRAFT}
    assert {share.connection for share in shares} == {account}
    page = browser.get("plan/")
    assert page.count("A good hour on Practice; from five posts on we go by yours.") == 5
    assert "0 of 5 done" in page
    assert "Warsaw" in page
    assert Approval.objects.count() == 0


def test_a_colleagues_post_of_the_story_moves_the_slot_and_the_rule_is_named(
    acme: world.Company, browser: Browser, stories: list[Item], account: Connection, time_machine: Any
) -> None:
    time_machine.move_to(SUNDAY, tick=False)
    monday = datetime(2026, 11, 23, 7, tzinfo=UTC)
    world.approved(world.draft(world.person("Carol"), stories[0]), due_at=monday)
    browser.post("plan/", ticked(stories[:1], account))
    share = Share.objects.get(state=ShareState.DRAFT)
    assert share.proposed_at == monday + timedelta(minutes=20)
    page = browser.get("plan/")
    assert "Posts of one story are kept 20 minutes apart." in page
    assert "Carol" not in page


def test_a_story_that_ends_soon_shares_a_day_rather_than_come_too_late(
    acme: world.Company, browser: Browser, stories: list[Item], account: Connection, time_machine: Any
) -> None:
    time_machine.move_to(SUNDAY, tick=False)
    planned(browser, stories[:1], account)
    ending = world.item(acme.owner, title="Ends", expires_at=SUNDAY + timedelta(days=1, hours=8))
    browser.post("plan/", ticked([ending], account))
    share = Share.objects.get(item=ending)
    assert share.proposed_at == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)  # half an hour after the other


def test_one_by_one_to_the_end(browser: Browser, stories: list[Item], account: Connection) -> None:
    """Each text on its own pages; the yes to one leads to the next, the last one back to the plan."""
    shares = planned(browser, stories[:3], account)
    steps = [f"/plan/{share.public_id}/" for share in shares]
    assert steps[0] in browser.get("plan/")
    for number, share in enumerate(shares):
        address = browser.get_to(f"plan/{share.public_id}/")
        assert address.endswith(f"/shares/{share.public_id}/")
        assert f"Your week: {number + 1} of 3" in browser.get(f"shares/{share.public_id}/")
        address = write_and_approve(browser, share, f"My words {number}")
        assert address.endswith(steps[number + 1] if number < 2 else "/plan/")
        assert Approval.objects.count() == number + 1
    assert "Your week is planned" in browser.get("plan/")
    assert "Tick up to 5 stories" in browser.get("plan/")  # and then there is room for another week
    approved = list(Share.objects.order_by("due_at"))
    assert [share.due_at for share in approved] == [share.proposed_at for share in shares]
    assert {share.state for share in approved} == {ShareState.SCHEDULED}


def test_leaving_and_coming_back_elsewhere(
    acme: world.Company, bob: Member, browser: Browser, stories: list[Item], account: Connection
) -> None:
    shares = planned(browser, stories[:3], account)
    write_and_approve(browser, shares[0], "First")
    page = browser.get("plan/")
    assert "1 of 3 done" in page
    phone = Browser(acme, bob)  # another browser: the drafts and their slots are on the server
    page = phone.get("plan/")
    assert "0 of 2 done" in page
    assert f"/plan/{shares[1].public_id}/" in page
    assert "Your week: 1 of 2" in phone.get(f"shares/{shares[1].public_id}/")
    assert write_and_approve(phone, shares[1], "Second").endswith(f"/plan/{shares[2].public_id}/")


def test_a_written_draft_goes_straight_to_its_approval(browser: Browser, bob: Member, stories: list[Item]) -> None:
    draft = world.draft(bob, stories[0], text="Begun on Monday")
    browser.post("plan/", ticked(stories[:1]))
    assert Share.objects.count() == 1
    assert browser.get_to(f"plan/{draft.public_id}/").endswith("/approve/")
    assert "Begun on Monday" in browser.get(f"shares/{draft.public_id}/approve/")


def test_change_reorder_and_drop(
    browser: Browser, bob: Member, stories: list[Item], account: Connection, time_machine: Any
) -> None:
    time_machine.move_to(SUNDAY, tick=False)
    one, two, three = planned(browser, stories[:3], account)
    browser.post(f"plan/{three.public_id}/", {"go": "earlier"})
    assert [step.share for step in plan_of(bob).steps] == [one, three, two]
    browser.post(f"plan/{one.public_id}/", {"go": "earlier"})
    assert [step.share for step in plan_of(bob).steps] == [one, three, two]
    browser.post(f"plan/{one.public_id}/", {"go": "time", "at": "2026-11-26T15:10"})
    assert [step.share for step in plan_of(bob).steps] == [three, two, one]
    assert "The time you picked." in browser.get("plan/")
    browser.post(f"plan/{two.public_id}/", {"go": "drop"})
    assert [step.share for step in plan_of(bob).steps] == [three, one]
    assert Share.objects.get(pk=two.pk).state == ShareState.DRAFT
    browser.post(f"plan/{two.public_id}/", {"go": "fly"})
    assert Approval.objects.count() == 0


def test_a_time_too_near_is_refused_with_its_rule_and_nothing_moves(
    browser: Browser, stories: list[Item], account: Connection, time_machine: Any
) -> None:
    time_machine.move_to(SUNDAY, tick=False)
    one, two = planned(browser, stories[:2], account)
    page = browser.post(f"plan/{two.public_id}/", {"go": "time", "at": "2026-11-23T08:10"}, status=400)
    assert "Your own posts are kept 30 minutes apart." in page
    assert 'value="2026-11-23T08:30"' in page  # the next time with room stands ready in the field
    assert Share.objects.get(pk=two.pk).proposed_at == two.proposed_at
    for at in ("", "2020-01-01T08:00"):
        browser.post(f"plan/{one.public_id}/", {"go": "time", "at": at}, status=400)


def test_five_are_a_full_week(browser: Browser, stories: list[Item], account: Connection) -> None:
    page = browser.post("plan/", ticked(stories, account), status=400)
    assert "Five posts are a full week." in page
    assert page.count("checked") == 6  # what was ticked stays ticked
    assert Share.objects.count() == 0
    page = browser.post("plan/", {}, status=400)
    assert "Tick at least one story." in page
    planned(browser, stories[:5], account)
    planned(browser, stories[:5], account)  # a second click plans nothing twice
    assert Share.objects.count() == 5
    assert "Your plan is full" in browser.get("plan/?add=1")


def test_slots_that_passed_get_new_ones(
    browser: Browser, stories: list[Item], account: Connection, time_machine: Any
) -> None:
    time_machine.move_to(SUNDAY, tick=False)
    one, _two = planned(browser, stories[:2], account)
    time_machine.move_to(SUNDAY + timedelta(days=1), tick=False)
    page = browser.get("plan/")
    assert "The time of some passed" in page
    assert browser.get_to(f"plan/{one.public_id}/").endswith("?when=good")
    browser.post("plan/", {"go": "anew"})
    times = [step.at.astimezone(WARSAW) for step in plan_of(one.member).steps if step.at]
    assert [f"{at:%a %H:%M}" for at in times] == ["Mon 12:00", "Tue 08:00"]


def test_what_a_colleague_reads_first_takes_the_reading_road(
    acme: world.Company, browser: Browser, account: Connection
) -> None:
    campaign = world.campaign(acme.owner, needs_review=True)
    read, plain = (world.item(acme.owner, of=campaign), world.item(acme.owner, title="Plain"))
    browser.post("plan/", ticked([read, plain], account))
    share = Share.objects.get(item=read)
    page = browser.get(f"shares/{share.public_id}/")
    typed = {"text": "Read me", "account": f"account-{account.public_id}", "when": "good", "go": "look"}
    browser.post(f"shares/{share.public_id}/", {**typed, "version": hidden(page, "version")})
    page = browser.get(f"shares/{share.public_id}/approve/")
    assert "Ask a colleague to read it" in page
    browser.post(f"shares/{share.public_id}/ask-review/", {"seen_sha256": hidden(page, "seen_sha256")})
    page = browser.get(f"shares/{share.public_id}/")
    assert "The whole plan" in page
    other = Share.objects.get(item=plain)
    page = browser.get("plan/")
    assert "Go on with the next" in page
    assert f"/plan/{other.public_id}/" in page
    assert "A colleague reads it; then it is your turn again." in page
    browser.post(f"plan/{share.public_id}/", {"go": "time", "at": "2026-11-26T15:10"})
    assert Share.objects.get(pk=share.pk).proposed_at == share.proposed_at


def test_who_does_not_take_part_plans_nothing(acme: world.Company, stories: list[Item]) -> None:
    outsider = Browser(acme, world.person("Erin", takes_part=False))
    assert "First say that you want to take part" in outsider.get("plan/")
    outsider.post("plan/", ticked(stories[:1]), status=403)
    assert Share.objects.count() == 0


def test_the_empty_plan_and_the_way_there(browser: Browser, acme: world.Company) -> None:
    assert "No story waits to be planned" in browser.get("plan/")
    world.item(acme.owner)
    assert reverse("plan_week", args=[acme.organization.slug]) in browser.get("")


def test_plan_pages_stay_within_their_queries(
    browser: Browser, bob: Member, stories: list[Item], account: Connection, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(15 + 3):  # as in test_pages: a test adds three
        browser.get("plan/")
    shares = planned(browser, stories[:5], account)
    for path in ("plan/", "plan/?add=1", f"shares/{shares[1].public_id}/", f"shares/{shares[1].public_id}/approve/"):
        with django_assert_max_num_queries(15 + 3):
            browser.get(path)


def test_other_peoples_drafts_are_in_nobodys_plan(
    acme: world.Company, bob: Member, browser: Browser, stories: list[Item]
) -> None:
    carol = world.person("Carol")
    (hers,) = plan_items(stories[:1], by=carol)
    browser.get(f"plan/{hers.public_id}/", status=404)
    session = browser.client.session
    session["plan"] = [hers.public_id]
    session.save()
    assert "Story 1" not in re.sub(r"(?s)<fieldset.*</fieldset>", "", browser.get("plan/"))
    assert plan_of(bob, [hers.public_id]).steps == ()
    assert timezone.now() < (Share.objects.get().proposed_at or timezone.now())
