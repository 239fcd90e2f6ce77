"""*Plan my week* and the week of *My queue*, in a browser: by mouse on a wide screen, by keys alone on a narrow one.

Five stories from the list to five approvals within twenty clicks; then a post is moved by field, drag and arrow keys.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD
from tests.journeys.installation import Running
from tests.journeys.walker import Walker

MOST_CLICKS = 20
FIVE = 5
WORDS = "What I took from it: measure first, then talk. Number"

# A line of its own says where something else than a post is asked for.
TO_TELL = "#choose label.choice:not(:has(> .small:not(.quiet)))"

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def sign_in(walker: Walker, who: str) -> None:
    walker.page.goto("/accounts/login/")
    walker.page.locator("[name=login]").fill(f"{who}@northwind.example")
    walker.page.locator("[name=password]").fill(PASSWORD)
    walker.page.get_by_role("button", name="Sign in", exact=True).first.click()
    walker.page.wait_for_url(lambda address: "/login/" not in address)


@pytest.mark.parametrize("size", ["1280"], indirect=True)
def test_plan_week_by_mouse(walker: Walker, running: Running, counted: Callable[..., None], size: str) -> None:
    sign_in(walker, "ben")
    walker.open(running.company, "this-week")
    walker.clicks = 0
    walker.link("Plan my week", "plan-choose")
    for number in range(FIVE):
        walker.click(walker.page.locator(TO_TELL).nth(number))
    walker.button("Find times for them", "plan")
    walker.link("Begin with the first", "plan-composer")
    for number in range(1, FIVE + 1):
        assert walker.says(f"Your week: {number} of {FIVE}")
        walker.write("Your words", f"{WORDS} {number}.")
        walker.button("Look it over", "plan-approval")
        assert walker.says(f"{WORDS} {number}.")
        walker.button("Approve this text", "plan-composer" if number < FIVE else "plan-done")
    assert walker.says("Your week is planned")
    counted(f"a week of {FIVE} posts planned", walker, MOST_CLICKS)
    walker.link("See my week", "week")
    if not walker.page.locator("[data-card]").count():
        walker.link("Week after", "week")
    move_by_field(walker)
    drag_a_day(walker)


def move_by_field(walker: Walker) -> None:
    """An hour later stays inside what was approved: the card moves and keeps the focus."""
    card = walker.page.locator("[data-card]").first
    key, wall = card.get_attribute("id"), card.get_attribute("data-wall") or ""
    card.get_by_role("button", name="Move or change").click()
    walker.look("week-open")
    card.get_by_label("Day and time").fill(later(wall))
    card.get_by_role("button", name="Move it there").click()
    moved = walker.page.locator(f"#{key}")
    expect(moved).to_have_attribute("data-wall", later(wall))
    expect(moved.get_by_role("button", name="Move or change")).to_be_focused()
    walker.look("week-moved")


def drag_a_day(walker: Walker) -> None:
    """To another day is beyond the window: the page says so while dragging, and leads to the approval."""
    card, days = walker.page.locator("[data-card]").first, walker.page.locator("[data-day]")
    card.locator(".week-card-time").hover()
    walker.page.mouse.down()
    days.last.hover()
    days.last.hover()
    expect(walker.page.locator("#week-says")).to_contain_text("beyond what you approved")
    walker.look("week-dragged")
    walker.page.mouse.up()
    walker.page.wait_for_url("**/approve/?when=pick**")
    walker.look("plan-approval")
    assert walker.says("until then it stays as it is")


def later(wall: str, *, minutes: int = 60) -> str:
    """What a date-and-time field says so much later."""
    return (datetime.fromisoformat(wall) + timedelta(minutes=minutes)).isoformat(timespec="minutes")


@pytest.mark.parametrize("size", ["320"], indirect=True)
def test_plan_week_by_keys(walker: Walker, running: Running, size: str) -> None:
    """No pointer is used: Tab finds everything, Space and Enter do it, arrows move a post in the week."""
    sign_in(walker, "marek")
    walker.open(f"{running.company}plan/", "plan-choose")
    boxes = walker.page.locator(f"{TO_TELL} input")
    for number in range(2):
        walker.reach(boxes.nth(number))
        walker.page.keyboard.press("Space")
    press(walker, "button", "Find times for them", "plan")
    press(walker, "link", "Begin with the first", "plan-composer")
    for number in (1, 2):
        walker.reach(walker.page.get_by_label("Your words"))
        walker.page.keyboard.type(f"{WORDS} {number}.")
        press(walker, "button", "Look it over", "plan-approval")
        press(walker, "button", "Approve this text", "plan-composer" if number == 1 else "plan-done")
    press(walker, "link", "See my week", "week")
    if not walker.page.locator("[data-card]").count():
        press(walker, "link", "Week after", "week")
    card = walker.page.locator("[data-card]").first
    key, wall = card.get_attribute("id"), card.get_attribute("data-wall") or ""
    walker.reach(card.get_by_role("button", name="Move or change"))
    says = walker.page.locator("#week-says")
    walker.page.keyboard.press("ArrowDown")
    expect(says).to_contain_text("Enter moves it there")
    walker.page.keyboard.press("ArrowRight")
    expect(says).to_contain_text("to approve it again")
    walker.page.keyboard.press("Escape")
    expect(says).to_have_text("It stays where it was.")
    walker.page.keyboard.press("ArrowDown")
    walker.page.keyboard.press("Enter")
    moved = walker.page.locator(f"#{key}")
    expect(moved).to_have_attribute("data-wall", later(wall, minutes=30))  # an hour would be too near to Ben's
    expect(moved.get_by_role("button", name="Move or change")).to_be_focused()
    walker.look("week-moved")


def press(walker: Walker, role: str, words: str, name: str) -> None:
    target = walker.page.locator("main").get_by_role(role, name=words).first  # type: ignore[arg-type]  # two of the roles it lists
    walker.reach(target)
    with walker.page.expect_navigation():
        walker.page.keyboard.press("Enter")
    walker.look(name)
