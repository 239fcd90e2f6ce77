"""Asking for more than posts, on its pages: the curator asks; a person looks, approves, does it, and undoes it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import Member
from accounts.roles import Role
from campaigns.models import HeldReason, Item, ItemKind, LadderLeft, PointEntry, Share, ShareState, TaskDone
from campaigns.selectors.share_words import words_of
from tests.campaigns import pictures, world
from tests.campaigns.posted_weeks import MONDAY, on, people, posts
from tests.campaigns.views.browser import Browser, hidden
from tests.campaigns.views.curator import upload

pytestmark = pytest.mark.django_db
POST = "https://x.com/acme/status/17"
S, H = ShareState, HeldReason


@pytest.fixture
def cleo(acme: world.Company) -> Browser:
    member = world.person("Cleo", takes_part=False)
    Member.objects.filter(pk=member.pk).update(role=Role.CURATOR)
    return Browser(acme, member)


def asked(cleo: Browser, kind: str, **typed: Any) -> Item:
    """A curator begins it, looks at its editor and releases it."""
    address = cleo.post("library/new/", {"kind": kind, **typed})
    page = cleo.get(address.removeprefix(cleo.base))
    assert "What is asked:" in page
    item = Item.objects.order_by("-pk")[0]
    cleo.post(f"library/{item.public_id}/release/")
    return item


def like(cleo: Browser) -> Item:
    return asked(cleo, "activity", asks="like", title="Our bridge opens", target_at="x", target=POST)


def approve(browser: Browser, share: Share) -> None:
    page = browser.get(f"shares/{share.public_id}/approve/?when=now")
    typed = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    browser.post(f"shares/{share.public_id}/approve/", typed)


def test_a_like_from_the_curators_wish_to_its_undoing(cleo: Browser, browser: Browser) -> None:
    item = like(cleo)
    week = browser.get("")
    for words in ("Like this post", "Earns no points", "Look and like it", "Start small"):
        assert words in week
    assert POST in browser.get(f"items/{item.public_id}/")
    look = browser.post(f"items/{item.public_id}/share/")
    share = Share.objects.get()
    assert look.endswith(f"/shares/{share.public_id}/approve/")
    page = browser.get(f"shares/{share.public_id}/approve/?when=now")
    for words in ("Approve this like", POST, "You do it by hand", "Another account, or by hand"):
        assert words in page
    assert "post-words" not in page
    assert 'name="text"' not in browser.get(f"shares/{share.public_id}/")
    approve(browser, share)
    assert "then you do it yourself: X." in browser.get("queue/")
    assert "https://x.com/intent/like?tweet_id=17" in browser.get(f"shares/{share.public_id}/by-hand/")
    browser.post(f"shares/{share.public_id}/by-hand/")
    assert "What became of my posts" not in browser.get("results/"), "a like is no post"
    queue = browser.get("queue/")
    assert "You did it yourself" in queue
    assert "I took it back there" in queue
    assert "Take down" not in queue
    browser.post(f"shares/{share.public_id}/gone/")
    share.refresh_from_db()
    assert (share.state, PointEntry.objects.count()) == (ShareState.TAKEN_DOWN, 0)
    assert "You took it back there: X." in browser.get("queue/")


ASKED = {
    "like": ("Its people can like it.", "<dt>Likes</dt>", "Likes: 5"),
    "repost": ("Its people can repost it.", "<dt>Reposts</dt>", "Reposts: 5"),
    "comment": ("Its people can comment on it.", "<dt>Comments</dt>", "Comments: 5"),
    "follow": ("Its people can follow the account.", "<dt>People who followed</dt>", "People who followed: 5"),
    "task": ("Its people can do it.", "", ""),
}


def test_a_curators_pages_speak_of_what_is_asked(acme: world.Company, cleo: Browser) -> None:
    for asks, (can, named, listed) in ASKED.items():
        at = {} if asks == "task" else {"target": POST, "target_at": "x"}
        more: dict[str, Any] = {
            **at,
            "kind": ItemKind.TEXT,
            "destination": "",
            "proof": "tick" if asks == "task" else "",
        }
        item = world.item(acme.owner, asks=asks, title=asks, **more)
        if at:
            posts(people(5), [item], weeks_ago=1)
        with on(MONDAY):
            page, library = cleo.get(f"library/{item.public_id}/"), cleo.get("library/")
        assert can in page
        assert named in page
        assert listed in library
        for words in ("can share it", "<dt>Posts</dt>", "<dt>Clicks</dt>", "Different wordings", "5 posts"):
            assert words not in page + library, (asks, words)


def test_the_queue_speaks_of_no_post_where_none_is_asked(cleo: Browser, browser: Browser, bob: Member) -> None:
    item, account = like(cleo), world.connected(bob, "x")
    share = Share.objects.create(
        member=bob, item=item, campaign=item.campaign, network="x", connection=account, due_at=timezone.now()
    )
    states = [{"state": state} for state in (S.CLAIMED, S.SENDING, S.UNKNOWN, S.FAILED, S.EXPIRED)]
    held = (H.COULD_NOT_TELL, H.STORY_CHANGED, H.CAMPAIGN_CLOSED, H.EMBARGO, H.MONTH_IS_SPENT, H.LATE, H.RECONNECT)
    drafts: list[dict[str, Any]] = [{"state": S.DRAFT}, {"state": S.DRAFT, "proposed_at": timezone.now()}]
    for columns in (*states, *drafts, *({"state": S.HELD, "held_reason": reason} for reason in held)):
        for name, value in columns.items():
            setattr(share, name, value)
        words = words_of(share, now=timezone.now())
        said = " ".join([words.sentence, words.safe, words.state, *(f"{one.label} {one.asks}" for one in words.doings)])
        assert not re.search(r"\b(post|posted|went out|goes out|writing|text|words)\b", said, re.IGNORECASE), said


def test_a_comment_has_words_and_its_line(cleo: Browser, browser: Browser) -> None:
    item = asked(cleo, "activity", asks="comment", title="Our bridge opens", target_at="x", target=POST)
    address = browser.post(f"items/{item.public_id}/share/").removeprefix(browser.base)
    page = browser.get(address)
    typed = {"text": "I welded that one.", "account": "hand-x", "when": "now", "go": "look"}
    browser.post(address, {**typed, "version": hidden(page, "version")})
    share = Share.objects.get()
    assert "I welded that one." in browser.get(f"shares/{share.public_id}/approve/")
    approve(browser, share)
    page = browser.get(f"shares/{share.public_id}/by-hand/")
    assert "https://x.com/intent/tweet?in_reply_to=17&amp;text=I%20welded%20that%20one." in page
    browser.post(f"shares/{share.public_id}/by-hand/")
    assert PointEntry.objects.get().points == 10
    assert "What became of my posts" in browser.get("results/")


def test_what_cannot_be_asked_is_said_where_it_was_typed(cleo: Browser) -> None:
    typed = {"kind": "task", "title": "Shop", "summary": "Write a review of us", "proof": "tick"}
    assert "asks for a review or a rating" in cleo.post("library/new/", typed, status=400)
    typed = {"kind": "activity", "asks": "like", "title": "Shop", "target_at": "x", "target": "nonsense"}
    assert "This address does not lead to X." in cleo.post("library/new/", typed, status=400)
    assert not Item.objects.exists()


def test_a_photo_is_the_persons_own_until_they_send_it(
    cleo: Browser, browser: Browser, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    item = asked(cleo, "task", title="The fair", summary="Take a photo of our stand", proof="photo")
    assert "10 points, on your word, up to 3 a week." in browser.get("")
    done, shown = f"items/{item.public_id}/done/", f"library/{item.public_id}/"
    assert "Choose the photo that shows it." in browser.post(done, status=400)
    browser.post(done, {"photo": upload(pictures.picture())})
    assert "Only you see this." in browser.get(f"items/{item.public_id}/")
    assert item.title not in browser.get("")
    assert ("Nothing yet." in cleo.get(shown), "Bob" in cleo.get(shown)) == (True, False)
    browser.post(f"items/{item.public_id}/not-done/")
    assert (TaskDone.objects.count(), sum(PointEntry.objects.values_list("points", flat=True))) == (0, 0)
    browser.post(done, {"photo": upload(pictures.picture()), "shows_curators": "on"})
    assert "Bob" in cleo.get(shown)


def test_a_photo_is_shown_to_its_person_and_where_it_was_sent_without_its_place(
    acme: world.Company, cleo: Browser, browser: Browser, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    item = asked(cleo, "task", title="The fair", summary="Take a photo of our stand", proof="photo")
    browser.post(f"items/{item.public_id}/done/", {"photo": upload(pictures.photo_with_place())})
    done = TaskDone.objects.get()
    address = reverse("task_photo", args=[acme.organization.slug, done.public_id])
    assert address in browser.get(f"items/{item.public_id}/")
    known = reverse("media", args=[acme.organization.slug, done.photo_sha256])
    others = (cleo, Browser(acme, acme.owner), Browser(acme, world.person("Carol")))
    assert [one.client.get(address).status_code for one in others] == [404] * 3
    assert {one.client.get(known).status_code for one in (browser, *others)} == {404}, "by its hash, to nobody"
    answer = browser.client.get(address)
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "private, no-store")
    shown = Image.open(io.BytesIO(answer.content))
    assert (dict(shown.getexif()), shown.size) == ({}, (40, 60))
    assert b"Spycam" not in answer.content
    assert b"secret remark" not in answer.content
    TaskDone.objects.update(shows_curators=True)
    assert address in cleo.get(f"library/{item.public_id}/")
    assert [one.client.get(address).status_code for one in others] == [200, 200, 404]


def test_small_steps_go_when_they_are_put_away_or_a_post_is_out(cleo: Browser, browser: Browser, bob: Member) -> None:
    like(cleo)
    assert "Start small" in browser.get("")
    browser.post("first-steps/put-away/")
    assert "Start small" not in browser.get("")
    assert "Start small" not in cleo.get("")
    assert LadderLeft.objects.get().member == bob


def test_a_plan_takes_a_like_and_no_task(cleo: Browser, browser: Browser) -> None:
    asked(cleo, "task", title="The fair", summary="Wave to a visitor", proof="tick")
    item = like(cleo)
    page = browser.get("plan/")
    assert ("Like this post · X" in page, "The fair" in page) == (True, False)
    browser.post("plan/", {"item": item.public_id, "account": ""})
    share = Share.objects.get()
    assert browser.get_to(f"plan/{share.public_id}/").startswith(
        reverse("approve", args=[share.organization.slug, share.public_id])
    )
