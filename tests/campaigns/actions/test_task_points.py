"""A task earns on its person's word: not before it is open to them, within the week, and not once it is taken back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.actions.consent import withdraw_consent
from accounts.actions.members import deactivate_member
from accounts.models import Member
from campaigns.actions.items import ask_posts_for_item
from campaigns.actions.task_proofs import finish_task, take_task_back
from campaigns.models import Item, PointEntry, TaskDone
from campaigns.refusals import NotOpenToYouYet
from campaigns.selectors.results import my_results
from campaigns.selectors.task_proofs import sent_proofs
from tests.campaigns import world
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db


def task(acme: world.Company, title: str = "Show a guest around") -> Item:
    return world.item(acme.owner, kind="text", destination="", title=title, asks="task", proof="tick")


def test_who_stops_taking_part_or_cannot_come_in_is_shown_to_no_curator(acme: world.Company, bob: Member) -> None:
    carol = world.person("Carol")
    item = world.item(acme.owner, kind="text", destination="", asks="task", proof="link")
    for member in (bob, carol):
        finish_task(item, by=member, link="https://example.com/there", shows_curators=True)
    withdraw_consent(bob, by=bob, kind="named_on_boards")
    assert {one.member_id for one in sent_proofs(item)} == {bob.pk, carol.pk}
    withdraw_consent(bob, by=bob, kind="take_part")
    assert [one.member_id for one in sent_proofs(item)] == [carol.pk]
    deactivate_member(carol, by=acme.owner)
    assert sent_proofs(item) == []
    assert (TaskDone.objects.count(), points()) == (2, 20)


def points() -> int:
    return sum(PointEntry.objects.values_list("points", flat=True))


def test_a_task_that_is_not_open_yet_cannot_be_done(acme: world.Company, bob: Member) -> None:
    item = ask_posts_for_item(task(acme), by=acme.owner, least_posts=1)
    with pytest.raises(NotOpenToYouYet, match="after 1 more post"):
        finish_task(item, by=bob)
    assert (TaskDone.objects.count(), points()) == (0, 0)


def test_what_is_taken_back_gives_its_place_in_the_week_back(acme: world.Company, bob: Member) -> None:
    first = task(acme)
    for _time in range(3):
        take_task_back(finish_task(first, by=bob), by=bob)
    assert points() == 0
    for number in range(4):
        finish_task(task(acme, f"Guest {number}"), by=bob)
    assert points() == 30
    entries = my_results(bob, now=timezone.now()).entries
    assert [entry.task for entry in entries][:3] == ["Guest 2", "Guest 1", "Guest 0"]  # type: ignore[attr-defined]
    page = Browser(acme, bob).get("results/")
    assert (page.count("You took it back"), page.count("Told by you"), page.count("–</th>")) == (3, 6, 0)
