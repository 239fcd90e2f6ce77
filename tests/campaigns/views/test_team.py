"""The manager's page: what may be shown, the designed sentence where nothing may, and never who takes part."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.consent import name_on_boards
from accounts.actions.keys import make_key
from accounts.actions.members import change_role
from accounts.actions.teams import put_in_team
from accounts.consent_texts import current_version
from accounts.models import Errand, Member, Team
from campaigns.actions.figures import let_out_figures
from campaigns.selectors.team_page import team_page
from tests.campaigns import world
from tests.campaigns.posted_weeks import MONDAY, Posted, on, people, posts
from tests.campaigns.views.browser import Browser

NOBODYS_BUSINESS = "a total would tell who said yes and who said no, and that is nobody's business."


def _manager(acme: world.Company, *, leads: Team | None = None) -> Member:
    with on(MONDAY - timedelta(weeks=12)):
        manager = world.person("Marek", takes_part=False)
    change_role(manager, by=acme.owner, role="manager")
    if leads is not None:
        put_in_team(leads, by=acme.owner, member=manager, leads=True)
    manager.refresh_from_db()
    return manager


def _page(acme: world.Company, member: Member) -> str:
    with on(MONDAY):
        let_out_figures(by=None)
        return Browser(acme, member).get("team/")


def _text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_manager_sees_the_team_that_is_led_and_the_company_week_by_week(acme: world.Company) -> None:
    made = Posted(acme)
    page = _text(_page(acme, _manager(acme, leads=made.sales)))
    assert "Four weeks, 2 November 2026 to 29 November 2026." in page
    assert "Sales 84 Posts out Measured 840 Points Measured" in page
    assert "Workshop" not in page
    assert "23 November 2026 to 29 November 2026 42 420" in page
    assert page.count("Too few people to show") == 4  # the four weeks before, in which nobody posted
    assert "Stories that were told most Estimated" in page
    assert "Story 0 56" in page


def test_nothing_tells_how_many_people_are_in_a_team_or_take_part(acme: world.Company) -> None:
    made = Posted(acme)
    page = _page(acme, _manager(acme, leads=made.sales))
    main = page[page.index("<main") : page.index("</main>")]
    assert not any(member.name in main for member in (*made.sellers, *made.builders))
    assert not re.search(r"\b(11|12|22|23|14) (people|members|of)\b|%", _text(main))


def test_a_team_too_small_meets_the_designed_sentence(acme: world.Company) -> None:
    made = Posted(acme)
    small = Team.objects.create(name="Three")
    posts(people(3, team=small), made.stories, weeks_ago=1)
    page = _page(acme, _manager(acme, leads=small))
    assert "Three" in page
    assert "No figure for these weeks." in page
    assert NOBODYS_BUSINESS in page


def test_a_small_company_meets_one_page_that_says_why(acme: world.Company) -> None:
    posts(people(4), [world.item(acme.owner)], weeks_ago=1)
    page = _page(acme, _manager(acme))
    assert "Nothing to count here yet" in page
    assert NOBODYS_BUSINESS in page
    assert "Posts out" not in page


def test_who_runs_the_programme_sees_only_teams_that_show(acme: world.Company) -> None:
    made = Posted(acme)
    posts(people(3, team=Team.objects.create(name="Three")), made.stories, weeks_ago=1)
    page = _text(_page(acme, acme.owner))
    assert "Sales 84" in page or "Workshop 84" in page
    assert "Three" not in page


def test_the_page_costs_the_same_with_forty_teams(acme: world.Company) -> None:
    made = Posted(acme)
    manager = _manager(acme, leads=made.sales)
    with on(MONDAY):
        let_out_figures(by=None)
        browser = Browser(acme, manager)
        with CaptureQueriesContext(
            connection,
        ) as few:
            browser.get("team/")
        for number in range(40):
            put_in_team(Team.objects.create(name=f"Team {number}"), by=acme.owner, member=manager, leads=True)
        with CaptureQueriesContext(connection) as many:
            browser.get("team/")
    asked = [_statements(queries) for queries in (few, many)]
    assert asked[0] == asked[1]
    assert asked[0] <= 15


def _statements(queries: Any) -> int:
    return sum(query["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "\n")) for query in queries)


def test_somebody_named_is_thanked_and_a_refused_form_keeps_the_words(acme: world.Company) -> None:
    made = Posted(acme)
    star = made.sellers[0]
    with on(MONDAY):
        name_on_boards(star, by=star, language="en", text_version=current_version("named_on_boards"))
        browser = Browser(acme, _manager(acme, leads=made.sales))
        page = browser.get("team/")
        assert f'<option value="{star.public_id}">{star.name}</option>' in page
        assert made.sellers[1].public_id not in page
        refused = browser.post("team/thank/", {"person": star.public_id, "words": " "}, status=400)
        assert "Thank somebody" in refused
        unnamed = {"person": made.sellers[1].public_id, "words": "My words stay here."}
        assert "My words stay here." in browser.post("team/thank/", unnamed, status=400)
        browser.post("team/thank/", {"person": star.public_id, "words": "I read it twice."})
        again = browser.post("team/thank/", {"person": star.public_id, "words": "Twice."}, status=400)
        assert "You thanked this person this week already." in again
    [errand] = Errand.objects.filter(cause__startswith="thanks:")
    assert errand.payload["context"]["words"] == "I read it twice."


def test_the_api_says_the_same(acme: world.Company) -> None:
    made = Posted(acme)
    manager = _manager(acme, leads=made.sales)
    with on(MONDAY):
        let_out_figures(by=None)
        key = make_key(manager, by=manager, name="x")[1]
        address = f"/api/v1/o/{acme.organization.slug}/team/"
        answer: Any = Browser(acme, manager).client.get(address, headers={"Authorization": f"Bearer {key}"}).json()
        page = team_page(manager, now=MONDAY)
    assert [week["posts"] for week in answer["company"]] == [42] * 4 + [None] * 4
    assert [(team["name"], team["posts"], team["points"]) for team in answer["teams"]] == [("Sales", 84, 840)]
    assert [line.posts for line in page.company] == [week["posts"] for week in answer["company"]]


@pytest.mark.parametrize("role", ["curator", "advocate"])
def test_others_meet_404(acme: world.Company, role: str) -> None:
    bob = world.person("Bob")
    change_role(bob, by=acme.owner, role=role)
    Browser(acme, bob).get("team/", status=404)
