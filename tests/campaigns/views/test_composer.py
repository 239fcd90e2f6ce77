"""The composer beyond count and preview: closeness, questions, the way to the phone, own posts, drafts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions.settings import change_settings
from accounts.models import Member, Organization
from accounts.refusals import BadInput
from accounts.tenancy import acting_in
from campaigns.actions.drafts import LONGEST_DRAFT, delete_draft, edit_draft
from campaigns.actions.messages import suggest_message
from campaigns.actions.own_posts import write_own_post
from campaigns.actions.points import award_for_publication
from campaigns.actions.shares import choose_connection, withdraw_share
from campaigns.angle_rules import angles_for_role, own_angles
from campaigns.models import Campaign, Item, ItemKind, LinkCode, PointEntry, Share, ShareState, Suggestion
from campaigns.selectors.items import items_for
from campaigns.selectors.library import Wanted, library_page
from campaigns.selectors.telling import telling_of
from campaigns.selectors.wording_problems import wording_problems
from tests.campaigns import world
from tests.campaigns.asked import queries_of

pytestmark = pytest.mark.django_db

SUGGESTED = "Our builds are twice as fast now, and here is what we threw away to get there in a single month."


@dataclass
class Author:
    organization: Organization
    owner: Member
    member: Member
    browser: Client

    def get(self, name: str, *args: str, **query: str) -> HttpResponse:
        return self.browser.get(self.address(name, *args), query)  # type: ignore[return-value]  # with extras

    def post(self, name: str, *args: str, **typed: Any) -> HttpResponse:
        return self.browser.post(self.address(name, *args), typed)  # type: ignore[return-value]

    def address(self, name: str, *args: str) -> str:
        return reverse(name, args=[self.organization.slug, *args])

    def draft(self, text: str = "I liked this one.", **story: Any) -> Share:
        with acting_in(self.organization):
            return world.draft(self.member, world.item(self.owner, **story), text=text, network="mastodon")

    def own(self, text: str = "") -> Share:
        with acting_in(self.organization):
            return edit_draft(write_own_post(by=self.member), by=self.member, text=text)


@pytest.fixture
def ada() -> Author:
    acme = world.company()
    with acting_in(acme.organization):
        member = world.person("Ada")
    browser = Client()
    assert member.user is not None
    browser.force_login(member.user)
    return Author(acme.organization, acme.owner, member, browser)


def words(answer: HttpResponse) -> str:
    return answer.content.decode()


# --- language, audience and warning ------------------------------------------------------------


def test_a_warning_is_offered_where_the_network_folds_posts_and_is_kept_elsewhere(ada: Author) -> None:
    with acting_in(ada.organization):
        share = world.draft(ada.member, world.item(ada.owner, needs_disclosure=True), network="mastodon")
        elsewhere = world.connected(ada.member, "x")
    assert share.connection is not None
    there, other = f"account-{share.connection.public_id}", f"account-{elsewhere.public_id}"
    shown = words(ada.get("compose", share.public_id))
    assert 'name="warning" id="id_warning" maxlength' in shown
    assert "Only people who follow me there" in shown
    typed = {"text": "Mine.", "account": there, "warning": "Politics", "visibility": "unlisted", "language": "it"}
    live = words(ada.post("compose_live", share.public_id, **typed))
    assert f"Politics · {share.disclosure}" in live
    assert 'id="telling"' not in live
    chosen = words(ada.post("compose_live", share.public_id, **{**typed, "account": other}, another_account="1"))
    assert '<input type="hidden" name="warning" id="id_warning" value="Politics">' in chosen
    assert "X cannot show a post to that audience." in chosen
    assert "post-folded" not in chosen
    ada.post("compose", share.public_id, **typed, version=share.draft_version, go="save")
    with acting_in(ada.organization):
        share.refresh_from_db()
        assert (share.warning, share.visibility, share.language) == ("Politics", "unlisted", "it")
    folded = words(ada.get("compose", share.public_id))
    assert '<details class="post-folded">' in folded
    look = words(ada.get("approve", share.public_id))
    assert queries_of(lambda: ada.get("approve", share.public_id)) <= 15
    assert '<details class="post-folded" open>' in look, "what is approved stands whole in sight"
    assert "it stays out of public timelines" in look
    version = share.draft_version
    ada.post("compose", share.public_id, text="Mine.", account=there, version=version, warning="", go="save")
    with acting_in(ada.organization):
        share.refresh_from_db()
        assert (share.warning, share.visibility) == ("", "unlisted"), "what a form does not hold stays as it is"


def test_a_language_nobody_here_knows_still_opens_and_what_is_no_language_is_refused(ada: Author) -> None:
    share = ada.draft()
    for tag in ("tlh", "pt-BR"):
        with acting_in(ada.organization):
            share = edit_draft(share, by=ada.member, text="Mine.", language=tag)
        assert f'<option value="{tag}" lang="{tag}" selected>' in words(ada.get("compose", share.public_id))
    for nonsense in ("deutsch", "--", "en-", "<b>"):
        typed = {"text": "Kept words", "version": share.draft_version, "go": "save", "language": nonsense}
        answer = ada.post("compose", share.public_id, **typed)
        assert answer.status_code == 400
        assert "Kept words" in answer.content.decode()
        assert "We do not speak this language yet." in answer.content.decode()


def test_a_warning_is_judged_where_readers_see_it_and_only_there(ada: Author) -> None:
    with acting_in(ada.organization):
        change_settings(by=ada.owner, changes={"avoided_words": "synergy"})
        share = world.draft(ada.member, world.item(ada.owner), text="", network="mastodon")
        for network, text, found in (("mastodon", "", True), ("mastodon", "Mine.", True), ("x", "Mine.", False)):
            share.network, share.text, share.warning = network, text, "Pure synergy"
            told = [problem.code for problem in wording_problems(share)]
            assert ("avoided" in told) is found, (network, text)
        share.visibility = "unlisted"
        assert (telling_of(share).must_choose, telling_of(share).is_unusual) == (True, True)
        share.network = ""
        assert not telling_of(share).is_unusual, "nothing to choose from"


# --- what stands beside the words ----------------------------------------------------------------


def test_phrases_of_a_suggested_message_are_marked_as_one_types(ada: Author) -> None:
    share = ada.draft()
    with acting_in(ada.organization):
        suggest_message(share.item, by=ada.owner, text=SUGGESTED, language="en")
    answer = words(ada.post("compose_live", share.public_id, text="I like what we threw away to get there, a lot."))
    assert "of this stands in a suggested message." in answer
    assert "<mark>what we threw away to get there</mark>" in answer
    assert "Only you see this, and nothing has to change." in answer
    assert "<mark>" not in words(ada.post("compose_live", share.public_id, text="A line that stopped climbing."))


def test_facts_and_limits_stand_beside_and_a_limit_is_named_as_one_types(ada: Author) -> None:
    share = ada.draft(facts="Builds took 40 minutes in May.", limits="market leader")
    page = words(ada.get("compose", share.public_id))
    assert "Builds took 40 minutes in May." in page
    assert "About this story, we do not say" not in page
    typed = words(ada.post("compose_live", share.public_id, text="As the market leader we had to."))
    assert "About this story, we do not say “market leader”." in typed


def test_a_word_the_company_avoids_is_named_and_stops_nobody(ada: Author) -> None:
    share, own = ada.draft(), ada.own()
    with acting_in(ada.organization):
        change_settings(by=ada.owner, changes={"avoided_words": "Users = people\nsynergy\n\n"})
    typed = words(ada.post("compose_live", share.public_id, text="Our users love synergy."))
    assert "We say “people” rather than “Users”." in typed
    assert "We usually leave out “synergy”." in typed
    assert "problem-blocks" not in typed
    assert "We say" not in words(ada.post("compose_live", own.public_id, text="Our users love synergy.")), "their own"
    with acting_in(ada.organization), pytest.raises(BadInput):
        change_settings(by=ada.owner, changes={"avoided_words": "word\n" * 101})


@pytest.mark.parametrize("role", ["advocate", "manager", "curator", "admin", "owner"])
@pytest.mark.parametrize("language", ["en", "zh-hans", "pl", "it", "ru"])
def test_there_are_questions_for_every_role_in_every_language(role: str, language: str) -> None:
    for questions in (angles_for_role(role, language=language), own_angles(language=language)):
        assert questions
        assert all(question.endswith(("?", "？")) for question in questions)


def test_enter_in_a_field_saves_and_takes_no_suggestion(ada: Author) -> None:
    share = ada.draft()
    with acting_in(ada.organization):
        suggest_message(share.item, by=ada.owner, text=SUGGESTED, language="en")
    page = words(ada.get("compose", share.public_id))
    assert page.index('value="save" hidden') < page.index('value="use-')


@pytest.mark.parametrize("kind", [ItemKind.LINK, ItemKind.PICTURE])
def test_the_composer_asks_few_questions_of_the_database(ada: Author, kind: ItemKind) -> None:
    """Fifteen at most, also of a story that brings a picture, says how much may be copied and wants a reader."""
    with acting_in(ada.organization):
        picture, campaign = world.picture(), world.campaign(ada.owner, needs_review=True)
    share = ada.draft(closeness_ceiling=50, limits="market leader", kind=kind, picture=picture, of=campaign)
    with acting_in(ada.organization):
        suggest_message(share.item, by=ada.owner, text=SUGGESTED, language="en")
    ada.get("compose", share.public_id)
    assert queries_of(lambda: ada.get("compose", share.public_id)) <= 15


def test_no_preview_is_made_of_what_is_too_long_to_be_saved(ada: Author) -> None:
    share = ada.draft()
    answer = words(ada.post("compose_live", share.public_id, text="word " * 300_000))
    assert answer.count("word") < 2 * LONGEST_DRAFT
    typed = {"text": "word " * 100_000, "version": str(share.draft_version)}
    refused = ada.post("compose", share.public_id, **typed)
    assert refused.status_code == 400
    assert "word " * 100_000 in words(refused), "it is all shown back"


# --- on to the phone -----------------------------------------------------------------------------


def test_a_code_carries_the_saved_draft_to_the_phone_of_its_author_alone(ada: Author) -> None:
    share = ada.draft()
    saved = ada.post("compose", share.public_id, text="Half a thought", version="2", go="phone")
    assert saved["Location"] == f"{ada.address('compose', share.public_id)}?phone=1#phone"
    page = words(ada.get("compose", share.public_id, phone="1"))
    address = settings.SITE_ADDRESS + ada.address("compose", share.public_id)
    assert f'href="{address}"' in page
    assert "<svg viewBox=" in page
    assert "Half a thought" in page
    assert "<svg viewBox=" not in words(ada.get("compose", share.public_id)).replace('class="icon', "")
    assert Client().get(address.removeprefix(settings.SITE_ADDRESS)).status_code == 302
    with acting_in(ada.organization):
        colleague = world.person("Bob")
    other = Client()
    assert colleague.user is not None
    other.force_login(colleague.user)
    assert other.get(address.removeprefix(settings.SITE_ADDRESS)).status_code == 404


# --- own posts -----------------------------------------------------------------------------------


def test_an_own_post_walks_the_whole_road(ada: Author) -> None:
    begun = ada.post("own_post_new")
    assert ada.post("own_post_new")["Location"] == begun["Location"]  # an empty one is taken up again
    page = words(ada.browser.get(begun["Location"]))  # type: ignore[arg-type]
    assert "Something of my own" in page
    assert "What did you learn this week?" in page
    with acting_in(ada.organization):
        share = edit_draft(Share.objects.get(member=ada.member), by=ada.member, text="Mondays are for reading.")
        share = choose_connection(
            share, by=ada.member, network="mastodon", connection=world.connected(ada.member, "mastodon")
        )
        planned = world.approved(share)
        assert planned.state == ShareState.SCHEDULED
        assert not hasattr(planned, "queued_wording")
    assert "Mondays are for reading." in words(ada.get("queue"))


def test_nobody_else_sees_that_an_own_post_exists(ada: Author) -> None:
    before = {name: words(seen) for name, seen in _others(ada).items()}
    share = ada.own("Mondays are for reading.")
    with acting_in(ada.organization):
        assert not Item.objects.exists()
        assert not Campaign.objects.exists()
        assert not items_for(ada.member, at=share.created_at).exists()
        assert library_page(Wanted(), now=share.created_at).rows == []
    for name, seen in _others(ada).items():
        assert (name, _still(words(seen))) == (name, _still(before[name]))
    assert ada.get("item", share.item.public_id).status_code == 404


def _others(ada: Author) -> dict[str, HttpResponse]:
    curator = Client()
    assert ada.owner.user is not None
    curator.force_login(ada.owner.user)
    names = ("library", "campaigns", "this_week", "team", "api_library", "api_campaigns")
    return {name: curator.get(ada.address(name)) for name in names}  # type: ignore[misc]


def _still(page: str) -> str:
    """Without what every answer draws anew."""
    return re.sub(
        r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"|nonce="[^"]+"|[0-9a-f-]{36}', "", page
    )


def test_an_own_post_earns_nothing(ada: Author) -> None:
    share = ada.own("Mondays are for reading.")
    with acting_in(ada.organization):
        share.network, share.published_at = "mastodon", timezone.now()
        assert award_for_publication(share) is None
        assert not PointEntry.objects.exists()


def test_an_own_post_is_suggested_when_its_author_says_so_and_stays_a_draft(ada: Author) -> None:
    share = ada.own("Mondays are for reading.")
    typed = {"text": "Mondays are for reading, I think.", "version": str(share.draft_version), "go": "suggest"}
    assert ada.post("compose", share.public_id, **typed).status_code == 302
    with acting_in(ada.organization):
        suggestion = Suggestion.objects.get()
        share.refresh_from_db()
    assert (suggestion.words, suggestion.shows_name) == ("Mondays are for reading, I think.", False)
    assert (share.state, share.text) == (ShareState.DRAFT, "Mondays are for reading, I think.")


# --- drafts --------------------------------------------------------------------------------------


def test_a_draft_stands_once_on_this_week(ada: Author) -> None:
    drafts = [ada.draft(text=f"Thought {number}") for number in range(4)]  # three are shown as drafts, all as stories
    page = words(ada.get("this_week"))
    links = [f'href="{ada.address("compose", share.public_id)}"' for share in drafts]
    assert [page.count(link) for link in links] == [1, 1, 1, 1]
    assert page.count('class="card-title"') == 1, "the oldest, whose draft is not shown above"


def test_drafts_stand_on_this_week_and_go_for_good(ada: Author) -> None:
    share = ada.draft("Half a thought")
    code = share.link_code_id
    page = words(ada.get("this_week"))
    assert "Half a thought" in page
    assert ada.address("draft_delete", share.public_id) in page
    assert ada.post("draft_delete", share.public_id).status_code == 302
    with acting_in(ada.organization):
        assert not Share.objects.exists()
    assert not LinkCode.objects.filter(code=code).exists()
    assert "Half a thought" not in words(ada.get("this_week"))


def test_an_own_draft_takes_its_story_along_and_a_once_approved_one_keeps_its_ledger(ada: Author) -> None:
    with acting_in(ada.organization):
        draft = ada.own("Mondays.")
        for _click in range(2):
            delete_draft(draft, by=ada.member)
        assert not Item.every.exists()
        planned = world.approved(ada.draft())
        again = edit_draft(planned, by=ada.member, text="Other words.")
        delete_draft(again, by=ada.member)
        again.refresh_from_db()
        assert (again.state, again.text, again.approvals.count()) == (ShareState.WITHDRAWN, "", 1)


def test_what_is_planned_cannot_be_deleted(ada: Author) -> None:
    with acting_in(ada.organization):
        planned = world.approved(ada.draft())
    ada.post("draft_delete", planned.public_id)
    with acting_in(ada.organization):
        planned.refresh_from_db()
        assert planned.state == ShareState.SCHEDULED
        withdraw_share(planned, by=ada.member)
