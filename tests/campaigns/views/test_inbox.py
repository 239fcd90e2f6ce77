"""The pages where stories come in, as a curator and a colleague meet them, over real pages and feeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from accounts.actions.keys import make_key
from accounts.errands import run_errands
from accounts.models import Errand, Member
from accounts.tenancy import acting_in
from campaigns.actions.suggestions import suggest_story
from campaigns.models import Item, ItemImport, ItemState, Suggestion, SuggestionState
from integrations.models import FeedSource, FeedState
from tests.campaigns import pictures, world
from tests.campaigns.views.browser import Browser
from tests.integrations.peer import Answer, Peer, running_peer

pytestmark = pytest.mark.django_db

HTML, XML = {"Content-Type": "text/html; charset=utf-8"}, {"Content-Type": "application/rss+xml"}
PAGE = """<title>{0}</title><meta property="og:image" content="/one.png"><meta name="description" content="About it">"""
ITEM = "<item><guid>{0}</guid><title>{0}</title><link>{1}/{0}</link><description>Words</description></item>"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        running.tell("/one", Answer(body=PAGE.format("Page one").encode(), headers=HTML))
        running.tell("/one.png", Answer(body=pictures.picture(), headers={"Content-Type": "image/png"}))
        items = "".join(ITEM.format(name, running.url) for name in ("one", "two"))
        feed = f"<rss version='2.0'><channel><title>Peer news</title>{items}</channel></rss>"
        running.tell("/feed", Answer(body=feed.encode(), headers=XML))
        yield running


@pytest.fixture(autouse=True)
def _media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def acme() -> world.Company:
    """It stands, and nothing acts between two requests: pages and feeds are fetched in no transaction."""
    return world.company()


@pytest.fixture
def bob(acme: world.Company) -> Member:
    with acting_in(acme.organization):
        return world.person("Bob", takes_part=False)


@pytest.fixture
def colleague(acme: world.Company, bob: Member) -> Browser:
    return Browser(acme, bob)


@pytest.fixture
def curator(acme: world.Company) -> Browser:
    return Browser(acme, acme.owner)


def item_of(acme: world.Company) -> Item:
    with acting_in(acme.organization):
        return Item.objects.select_related("picture").get()


def suggestion_of(acme: world.Company, **fields: Any) -> Suggestion:
    with acting_in(acme.organization):
        return Suggestion.objects.get(**fields)


def feed_of(acme: world.Company) -> FeedSource | None:
    with acting_in(acme.organization):
        return FeedSource.objects.first()


def suggested(acme: world.Company, by: Member, *titles: str) -> list[Suggestion]:
    with acting_in(acme.organization):
        return [suggest_story(by=by, title=title) for title in titles]


def test_a_link_goes_from_a_colleague_to_a_draft(
    acme: world.Company, colleague: Browser, curator: Browser, peer: Peer
) -> None:
    page = colleague.get("suggest/")
    assert "By suggesting something you show them that you use this" in page
    colleague.post("suggest/", {"address": f"{peer.url}/one", "note": "For all", "shows_name": "on"})
    page = colleague.get("suggest/")
    assert "Thank you. The curators read “Page one” and answer you." in page
    assert "Waiting" in page

    assert '<span>Inbox</span> <span class="badge badge-accent">1<' in curator.get("")
    page = curator.get("inbox/")
    assert all(words in page for words in ("Page one", "Bob", "For all"))
    suggestion = suggestion_of(acme)
    editor = curator.post(f"inbox/{suggestion.public_id}/accept/")
    item = item_of(acme)
    assert editor.endswith(f"/library/{item.public_id}/")
    assert (item.title, item.summary, item.state) == ("Page one", "About it", ItemState.DRAFT)
    assert item.picture is not None
    assert "Nothing waits here" in curator.get("inbox/")
    assert "Taken up" in colleague.get("suggest/")
    assert curator.post(f"inbox/{suggestion.public_id}/accept/") == editor  # the back button
    assert item_of(acme).pk == item.pk


def test_a_page_that_cannot_be_read_is_suggested_all_the_same(
    acme: world.Company, colleague: Browser, curator: Browser, peer: Peer
) -> None:
    colleague.post("suggest/", {"address": f"{peer.url}/missing"})
    suggestion = suggestion_of(acme)
    assert (suggestion.title, suggestion.shows_name) == ("", False)
    page = curator.get("inbox/")
    assert f"{peer.url}/missing" in page
    assert "A colleague" in page
    assert "Bob" not in page
    curator.post(f"inbox/{suggestion.public_id}/accept/")
    assert "There is no page at this address." in curator.get(f"library/{item_of(acme).public_id}/")


def test_a_get_only_fills_the_form(acme: world.Company, colleague: Browser, peer: Peer) -> None:
    page = colleague.get(f"suggest/?address={peer.url}/one&title=From+a+bookmark")
    assert f'value="{peer.url}/one"' in page
    assert 'value="From a bookmark"' in page
    shared = colleague.get("suggest/?title=Shared&text=Look+at+this+https://x.example/a+now")
    assert 'value="https://x.example/a"' in shared
    assert "Look at this  now" in shared
    assert colleague.get("suggest/?address=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").count("<script>alert") == 0
    assert peer.asked == []
    assert "What you suggested" not in page


def test_nothing_typed_is_lost_when_it_is_refused(
    acme: world.Company, colleague: Browser, peer: Peer, bob: Member
) -> None:
    page = colleague.post("suggest/", {"address": "http://intranet/x", "note": "My words"}, status=400)
    assert "Paste one that" in page
    assert "My words" in page
    suggested(acme, bob, *(f"Story {number}" for number in range(10)))
    page = colleague.post("suggest/", {"address": f"{peer.url}/one"}, status=429)
    assert "come back tomorrow" in page
    assert peer.asked == []  # nothing is fetched for whoever may not suggest


def test_it_is_answered_with_a_word_and_taken_back(
    acme: world.Company, colleague: Browser, curator: Browser, bob: Member
) -> None:
    kept, taken = suggested(acme, bob, "One", "Two")
    colleague.post(f"suggest/{taken.public_id}/take-back/")
    curator.post(f"inbox/{kept.public_id}/decline/", {"note": "We told that last week."})
    assert "Your colleague is told, with thanks." in curator.get("inbox/")
    page = colleague.get("suggest/")
    assert "We told that last week." in page
    assert "Taken back" in page
    curator.post(f"inbox/{taken.public_id}/decline/", status=404)
    with acting_in(acme.organization):
        letter = Errand.objects.get(payload__template="suggestion_declined")
    assert letter.payload["context"]["answer"] == "We told that last week."
    colleague.post(f"inbox/{kept.public_id}/decline/", status=404)


def test_the_bookmark_opens_the_form_and_the_policy_of_our_pages_stays(colleague: Browser, acme: world.Company) -> None:
    answer = colleague.client.get(f"{colleague.base}suggest/anywhere/")
    bookmark = (
        f"javascript:void(window.open('http://127.0.0.1:8000{colleague.base}suggest/?address='+encodeURIComponent("
        "location.href)+'&title='+encodeURIComponent(document.title)))"
    )
    assert f'href="{escape(bookmark)}"' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy


def test_a_feed_is_tried_followed_paused_and_removed(acme: world.Company, curator: Browser, peer: Peer) -> None:
    address = {"address": f"{peer.url}/feed"}
    page = curator.post("feeds/", {**address, "go": "test"}, status=200)
    assert "Peer news" in page
    assert f'value="{peer.url}/feed"' in page
    assert feed_of(acme) is None
    one = curator.post("feeds/", {**address, "go": "add"}).removeprefix(curator.base)
    assert "Its newest entries are in the inbox." in curator.get(one)
    assert "You follow this feed already." in curator.post("feeds/", {**address, "go": "add"}, status=400)
    assert "There is no feed at this address" in curator.post("feeds/", {"address": f"{peer.url}/one"}, status=400)
    assert "two" in curator.post(f"{one}test/", status=200)
    curator.post(f"{one}change/", {"most_a_day": 2})
    curator.post(f"{one}change/", {"most_a_day": 21}, status=400)
    curator.post(f"{one}pause/")
    source = feed_of(acme)
    assert source is not None
    assert (source.state, source.most_a_day) == (FeedState.PAUSED, 2)
    assert "Paused" in curator.get("feeds/")
    curator.post(f"{one}again/")
    with acting_in(acme.organization):
        FeedSource.objects.update(trouble="no_answer", failing_since=source.read_at, failures=3)
    assert "The feed did not answer in time." in curator.get("feeds/")
    assert "Could not be read since" in curator.get(one)
    page = curator.get("inbox/?from=feed")
    assert "Peer news" in page
    entry = suggestion_of(acme, title="two")
    curator.post(f"inbox/{entry.public_id}/decline/")
    assert suggestion_of(acme, title="two").state == SuggestionState.DECLINED
    curator.post(f"{one}remove/")
    assert feed_of(acme) is None


def test_an_inbox_of_any_size_costs_the_same(curator: Browser, acme: world.Company) -> None:
    with acting_in(acme.organization):
        people = [world.person("Bob", takes_part=False) for _number in range(3)]
    for number in range(24):
        suggested(acme, people[number % 3], f"Story {number}")
    for path in ("inbox/", "inbox/?page=2", "feeds/", "suggest/"):
        with CaptureQueriesContext(connection) as asked:
            page = curator.get(path)
        statements = [one["sql"] for one in asked if one["sql"].startswith(("SELECT", "INSERT", "UPDATE", "DELETE"))]
        assert len([sql for sql in statements if "set_config" not in sql]) <= 15, path
    assert "Story 0" in curator.get("inbox/?page=2")
    assert "Story 23" not in page


def test_a_file_of_stories_is_looked_at_and_added(acme: world.Company, curator: Browser) -> None:
    assert "Import stories" in curator.get("library/import/")
    wrong = curator.post("library/import/", {"file": SimpleUploadedFile("x.csv", b"name\nAda")}, status=200)
    assert "no column with links or titles" in wrong
    content = b"title,link\nOne,https://x.test/1\nWrong,http://wiki.local/\n"
    path = curator.post("library/import/", {"file": SimpleUploadedFile("x.csv", content)})
    one = path.removeprefix(curator.base)
    page = curator.get(one)
    assert "https://x.test/1" in page
    assert "is no address of a public page" in page
    curator.post(f"{one}start/")
    assert 'hx-trigger="every 1s"' in curator.get(one)
    run_errands(mail=False)
    assert "Done." in curator.get(one)
    assert item_of(acme).title == "One"
    with acting_in(acme.organization):
        assert ItemImport.objects.get().added == 1


def test_the_api_suggests_answers_and_tells(acme: world.Company, bob: Member) -> None:
    with acting_in(acme.organization):
        keys = {who: make_key(who, by=who, name="test")[1] for who in (bob, acme.owner)}
    base = f"/api/v1/o/{acme.organization.slug}"

    def call(who: Member, method: str, path: str, **body: Any) -> Any:
        asked = getattr(Client(), method)(
            base + path, body, content_type="application/json", headers={"Authorization": f"Bearer {keys[who]}"}
        )
        return asked.status_code, asked.json()

    status, made = call(bob, "post", "/suggestions/", title="A thought", note="Why not?")
    assert (status, made["state"], made["shows_name"]) == (201, "waiting", True)
    assert call(bob, "get", "/inbox/")[0] == 404
    _status, page = call(acme.owner, "get", "/inbox/")
    assert [(one["id"], one["who"], one["origin"]) for one in page["results"]] == [(made["id"], "Bob", "colleague")]
    status, item = call(acme.owner, "post", f"/inbox/{made['id']}/accept/")
    assert (status, item["title"], item["state"]) == (201, "A thought", "draft")
    assert call(acme.owner, "post", f"/inbox/{made['id']}/decline/")[0] == 409
    assert call(bob, "post", f"/suggestions/{made['id']}/take-back/")[0] == 409
    assert call(bob, "get", "/suggestions/")[1]["results"][0]["state"] == "accepted"


def test_a_page_suggested_again_is_not_fetched_again(acme: world.Company, colleague: Browser, peer: Peer) -> None:
    for _ in range(3):
        colleague.post("suggest/", {"address": f"{peer.url}/one", "shows_name": "on"})
    assert [asked.path for asked in peer.asked] == ["/one"]
    assert suggestion_of(acme).title == "Page one"
