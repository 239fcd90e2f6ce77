"""The person's pages as a browser meets them: every screen answers, forms lose nothing, GETs never act."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member
from campaigns import access
from campaigns.actions.by_hand import post_by_hand_is_out
from campaigns.actions.drafts import delete_draft
from campaigns.actions.proposals import propose_time
from campaigns.actions.shares import withdraw_share
from campaigns.models import Angle, Approval, HeldReason, Item, LinkCode, Message, Share, ShareState, Skip
from campaigns.share_lifecycle import move
from integrations.models import Connection, Server
from tests.campaigns import world
from tests.campaigns.api.test_shares import Caller
from tests.campaigns.asked import queries_of
from tests.campaigns.views.browser import Browser, hidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(acme: world.Company) -> Item:
    story = world.item(acme.owner)
    Angle.objects.create(item=story, language="en", question="What surprised you?")
    Message.objects.create(item=story, language="en", text="A suggested wording")
    return story


def test_the_empty_house(browser: Browser) -> None:
    for path in ("", "queue/", "results/", "boards/", "boards/?period=month", "boards/?period=quarter"):
        browser.get(path)
    browser.get("boards/?period=year", status=404)


def test_from_the_list_to_an_approved_post_by_hand(browser: Browser, story: Item) -> None:
    page = browser.get("")
    assert story.title in page
    page = browser.get(f"items/{story.public_id}/")
    assert "What surprised you?" in page
    assert "What it is for: Reputation" in page
    address = browser.post(f"items/{story.public_id}/share/")
    share = Share.objects.get()
    assert address.endswith(f"/shares/{share.public_id}/")
    page = browser.get(f"shares/{share.public_id}/")
    assert "What surprised you?" in page
    typed = {"text": "My own words", "account": "hand-linkedin", "when": "now", "go": "look"}
    address = browser.post(f"shares/{share.public_id}/", {**typed, "version": hidden(page, "version")})
    assert address.endswith("/approve/?when=now")
    page = browser.get(f"shares/{share.public_id}/approve/?when=now")
    assert "My own words" in page
    assert f"/l/{share.link_code_id}" in page
    shown = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    address = browser.post(f"shares/{share.public_id}/approve/", shown)
    assert address.endswith("/by-hand/")
    assert "My own words" in browser.get(f"shares/{share.public_id}/by-hand/")
    browser.post(f"shares/{share.public_id}/by-hand/", {"url": "nonsense"}, status=400)
    browser.post(f"shares/{share.public_id}/by-hand/", {"url": ""})
    assert Share.objects.get().state == ShareState.PUBLISHED
    assert "My own words" in browser.get("queue/")
    assert ">10<" in browser.get("results/")


def test_a_get_never_acts(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    before = list(Share.objects.values()), Approval.objects.count(), list(LinkCode.objects.values())
    paths = ["approve/", "approve/?when=now", "approve/?when=pick&at=2027-03-01T09:00", "", "by-hand/"]
    for path in paths:
        browser.client.get(f"{browser.base}shares/{share.public_id}/{path}")
    for act in ("withdraw", "take-down", "later", "is-there", "leave", "to-hand"):
        browser.get(f"shares/{share.public_id}/{act}/", status=405)
    assert (list(Share.objects.values()), Approval.objects.count(), list(LinkCode.objects.values())) == before


def test_an_edit_between_looking_and_the_click(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    page = browser.get(f"shares/{share.public_id}/approve/")
    shown = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    browser.post(f"shares/{share.public_id}/", {"text": "Changed elsewhere", "go": "save"})
    page = browser.post(f"shares/{share.public_id}/approve/", shown, status=409)
    assert "Nothing was lost" in page
    assert "Changed elsewhere" in page
    shown["seen_sha256"] = hidden(page, "seen_sha256")
    browser.post(f"shares/{share.public_id}/approve/", shown)
    browser.post(f"shares/{share.public_id}/approve/", shown)
    assert Approval.objects.count() == 1


def test_a_draft_that_was_deleted_meanwhile_is_said_and_its_words_come_back(
    browser: Browser, bob: Member, story: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleted in another window between looking it up and locking it."""
    share = world.draft(bob, story)
    page = browser.get(f"shares/{share.public_id}/approve/")
    shown = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    found = access.share_for

    def deleted_now(member: Member, public_id: str) -> Share:
        share = found(member, public_id)
        delete_draft(share, by=member)
        return share

    monkeypatch.setattr(access, "share_for", deleted_now)
    page = browser.post(f"shares/{share.public_id}/", {"text": "Kept words", "go": "save"}, status=404)
    assert "This draft was deleted meanwhile" in page
    assert "Kept words" in page
    monkeypatch.setattr(access, "share_for", lambda *_asked: share)
    assert browser.post(f"shares/{share.public_id}/approve/", shown).endswith("/queue/")
    assert "This draft was deleted meanwhile" in browser.get("queue/")
    browser.post(f"shares/{share.public_id}/withdraw/")


def test_words_typed_into_what_was_deleted_or_decided_before_come_back(
    browser: Browser, bob: Member, acme: world.Company, story: Item
) -> None:
    typed = {"text": "Kept words", "warning": "Kept warning", "alt_0": "Kept description", "go": "save"}
    shown: dict[str, Any] = {"kind": "picture", "destination": "", "picture": world.picture()}
    deleted, over = world.draft(bob, story), world.draft(bob, world.item(acme.owner, **shown))
    delete_draft(deleted, by=bob)
    page = browser.post(f"shares/{deleted.public_id}/", typed, status=404)
    assert "This draft was deleted meanwhile" in page
    assert all(words in page for words in typed.values() if words != "save")
    browser.get(f"shares/{deleted.public_id}/", status=404)
    withdraw_share(world.approved(over), by=bob)
    page = browser.post(f"shares/{over.public_id}/", typed, status=409)
    assert "This post can no longer be changed" in page
    assert all(words in page for words in typed.values() if words != "save")
    assert browser.post(f"shares/{over.public_id}/", {"text": over.text}).endswith("/queue/"), "nothing is lost"
    assert browser.get_to(f"shares/{over.public_id}/").endswith("/queue/")


def test_a_bad_time_loses_nothing(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    typed = {"text": "Kept words", "when": "pick", "go": "look"}
    for at, sentence in {
        "2020-01-01T10:00": "has passed",
        "2027-03-28T02:30": "does not exist",
        "": "could not read",
    }.items():
        page = browser.post(f"shares/{share.public_id}/", {**typed, "at": at}, status=400)
        assert sentence in page
        assert "Kept words" in page
        page = browser.get(f"shares/{share.public_id}/approve/?when=pick&at={at}")
        assert sentence in page
        assert 'id="approval"' not in page
    assert Share.objects.get().text == "Kept words"


def test_two_windows(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    version = hidden(browser.get(f"shares/{share.public_id}/"), "version")
    browser.post(f"shares/{share.public_id}/", {"text": "From the phone", "version": version, "go": "save"})
    page = browser.post(
        f"shares/{share.public_id}/", {"text": "From the desk", "version": version, "go": "save"}, status=409
    )
    assert "From the phone" in page
    assert "From the desk" in page
    again = {"text": "From the desk", "version": hidden(page, "version"), "go": "save"}
    browser.post(f"shares/{share.public_id}/", again)
    assert Share.objects.get().text == "From the desk"


def test_connecting_saves_the_words_first(browser: Browser, bob: Member, story: Item) -> None:
    browser.post(f"items/{story.public_id}/share/")
    share = Share.objects.get()
    address = browser.post(f"shares/{share.public_id}/", {"text": "Safe", "go": "connect-practice"})
    assert address.endswith(f"/connect/practice/?share={share.public_id}")
    assert Share.objects.get().text == "Safe"


def test_starting_from_a_suggested_wording(browser: Browser, bob: Member, story: Item) -> None:
    browser.post(f"items/{story.public_id}/share/")
    share = Share.objects.get()
    message = Message.objects.get()
    browser.post(f"shares/{share.public_id}/", {"text": "", "go": f"use-{message.public_id}"})
    assert Share.objects.get().text == "A suggested wording"


def test_the_live_part_counts_as_the_network_does_and_saves_nothing(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    typed = {"text": "word " * 100, "account": "hand-x"}
    page = browser.post(f"shares/{share.public_id}/live/", typed, status=200)
    assert "as X counts it" in page
    assert "too long" in page
    assert Share.objects.get().text == "I liked this one."


def test_not_for_me_and_back(browser: Browser, story: Item) -> None:
    browser.post(f"items/{story.public_id}/skip/", {"reason": "too_salesy"})
    assert Skip.objects.get().reason == "too_salesy"
    page = browser.get("")
    assert story.title not in page
    browser.post(f"items/{story.public_id}/unskip/")
    assert story.title in browser.get("")
    browser.post(f"items/{story.public_id}/skip/", {"reason": "strange"})
    assert Skip.objects.filter(undone_at=None).count() == 0


@pytest.mark.parametrize("reason", HeldReason.values)
def test_every_reason_to_wait_has_its_words(browser: Browser, bob: Member, story: Item, reason: str) -> None:
    share = world.approved(world.draft(bob, story))
    move(share, ShareState.HELD, by=None, because="test", held_reason=reason, held_at=timezone.now())
    page = browser.get("queue/")
    assert "Waiting for you" in page
    assert share.text in page
    assert "held" not in re.sub(r"<[^>]+>", "", page).lower()
    browser.get(f"shares/{share.public_id}/approve/")


@pytest.mark.parametrize("state", [state for state in ShareState if state != ShareState.HELD])
def test_every_state_has_its_sentence(browser: Browser, bob: Member, story: Item, state: ShareState) -> None:
    share = world.approved(world.draft(bob, story))
    soon = timezone.now() + timedelta(minutes=1)
    columns = {"lease_until": soon, "settle_at": soon, "published_at": timezone.now(), "external_url": "https://x.co/1"}
    Share.objects.filter(pk=share.pk).update(**{"state": state}, **columns)
    assert share.text in browser.get("queue/")
    answer = browser.client.get(f"{browser.base}shares/{share.public_id}/approve/")
    assert answer.status_code in (200, 302)


def test_the_buttons_of_the_queue(browser: Browser, bob: Member, story: Item) -> None:
    share = world.approved(world.draft(bob, story))
    browser.post(f"shares/{share.public_id}/withdraw/")
    assert Share.objects.get().state == ShareState.WITHDRAWN
    other = world.approved(world.draft(bob, story))
    address = browser.post(f"shares/{other.public_id}/to-hand/")
    assert address.endswith("/approve/")
    assert Share.objects.get(pk=other.pk).state == ShareState.DRAFT


@pytest.mark.parametrize(
    ("act", "state", "word"), [("is-there", "published", "confirmed"), ("leave", "withdrawn", "denied")]
)
def test_what_the_person_found(browser: Browser, bob: Member, story: Item, act: str, state: str, word: str) -> None:
    share = world.approved(world.draft(bob, story))
    move(share, ShareState.HELD, by=None, because="t", held_reason=HeldReason.COULD_NOT_TELL, held_at=timezone.now())
    browser.post(f"shares/{share.public_id}/{act}/")
    browser.post(f"shares/{share.public_id}/{act}/")
    share = Share.objects.get()
    assert share.state == state
    assert list(share.statements.values_list("kind", flat=True)) == [word]


def test_taken_back_words_can_be_taken_up_again(browser: Browser, bob: Member, story: Item) -> None:
    share = world.approved(world.draft_by_hand(bob, story))
    browser.post(f"shares/{share.public_id}/withdraw/")
    address = browser.post(f"shares/{share.public_id}/again/")
    draft = Share.objects.get(state=ShareState.DRAFT)
    assert address.endswith(f"/shares/{draft.public_id}/")
    assert (draft.text, draft.network, draft.by_hand) == (share.text, "linkedin", True)
    browser.post(f"shares/{draft.public_id}/again/")
    assert Share.objects.count() == 2


def test_a_proposed_time_is_offered_and_still_needs_the_click(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    at = (timezone.now() + timedelta(days=3)).replace(second=0, microsecond=0)
    propose_time(share, by=bob, proposed_at=at)
    page = browser.get(f"shares/{share.public_id}/approve/")
    assert hidden(page, "due_at") == at.isoformat()
    assert Share.objects.get().state == ShareState.DRAFT
    shown = {name: hidden(page, name) for name in ("seen_sha256", "due_at", "when", "at")}
    browser.post(f"shares/{share.public_id}/approve/", shown)
    assert Share.objects.get().due_at == at


def test_taking_down_asks_once(browser: Browser, bob: Member, story: Item) -> None:
    share = world.approved(world.draft(bob, story))
    Share.objects.filter(pk=share.pk).update(
        **{"state": ShareState.PUBLISHED}, published_at=timezone.now(), external_id="1"
    )
    assert "That cannot be undone." in browser.get("queue/")
    browser.post(f"shares/{share.public_id}/take-down/")
    assert Share.objects.get().state == ShareState.TAKING_DOWN


def test_other_peoples_posts_are_404(acme: world.Company, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    for nosy in (acme.owner, world.person("Carol")):
        browser = Browser(acme, nosy)
        for path in ("", "approve/", "by-hand/"):
            browser.get(f"shares/{share.public_id}/{path}", status=404)
        for act in ("withdraw", "take-down", "live"):
            browser.post(f"shares/{share.public_id}/{act}/", status=404)


def test_tracked_links_answer_from_the_approval_on(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    stranger, address = Client(), f"/l/{share.link_code_id}"
    assert stranger.get(address).status_code == 404
    world.approved(share)
    for form in (address, f"{address}/"):
        answer = stranger.get(form)
        assert (answer.status_code, answer.headers["Location"]) == (302, "https://example.com/story")
    LinkCode.objects.update(ended_at=timezone.now())
    assert stranger.get(address).status_code == 410
    assert stranger.get("/l/nosuchcode").status_code == 404
    assert stranger.post(address).status_code == 405


def test_pause_everything_is_one_switch(browser: Browser, acme: world.Company, bob: Member) -> None:
    assert "nothing goes out by itself" in browser.get("queue/")
    planned = world.approved(world.draft(bob, world.item(acme.owner)))
    page = browser.get("queue/")
    assert 'id="pause"' in page
    assert "queue/pause/" in page
    assert browser.post("queue/pause/").endswith("/queue/")
    page = browser.get("queue/")
    assert "Everything is paused" in page
    assert "waits while you pause" in page
    assert "queue/resume/" in page
    browser.post("queue/resume/")
    assert "Everything is paused" not in browser.get("queue/")
    assert Share.objects.get(pk=planned.pk).state == ShareState.SCHEDULED


def out_by_hand(bob: Member, story: Item) -> None:
    post_by_hand_is_out(world.approved(world.draft_by_hand(bob, story)), by=bob)


def test_after_the_first_post_a_passkey_or_password_is_offered_until_the_second(
    browser: Browser, acme: world.Company, bob: Member, story: Item
) -> None:
    world.draft_by_hand(bob, world.item(acme.owner))
    assert "Your first post is out" not in browser.get("queue/")
    out_by_hand(bob, story)
    page = browser.get("queue/")
    assert "Your first post is out" in page
    assert reverse("mfa_index") in page
    assert reverse("account_set_password") in page
    out_by_hand(bob, world.item(acme.owner))
    assert "Your first post is out" not in browser.get("queue/")


def test_nothing_is_celebrated_that_was_taken_down(browser: Browser, bob: Member, story: Item) -> None:
    out_by_hand(bob, story)
    share = Share.objects.get()
    for state in (ShareState.TAKING_DOWN, ShareState.TAKEN_DOWN):
        move(share, state, by=bob, because="test")
        assert "Your first post is out" not in browser.get("queue/")


@pytest.mark.parametrize("has", ["password", "passkey"])
def test_who_has_one_already_is_not_asked(
    browser: Browser, acme: world.Company, bob: Member, story: Item, has: str
) -> None:
    out_by_hand(bob, story)
    assert bob.user is not None
    if has == "password":
        bob.user.set_password("a long and good one")
        bob.user.save()
        browser.client.force_login(bob.user)
    else:
        Authenticator.objects.create(user=bob.user, type=Authenticator.Type.WEBAUTHN, data={})
    assert "Your first post is out" not in browser.get("queue/")


def test_no_page_asks_more_than_its_share_of_queries(
    browser: Browser, acme: world.Company, bob: Member, django_assert_max_num_queries: Any
) -> None:
    """At most 15, whatever there is; a test adds three: a savepoint, its release, the organization put back."""
    shown: dict[str, Any] = {"kind": "picture", "destination": "", "picture": world.picture()}
    stories = [world.item(acme.owner, **(shown if number == 5 else {})) for number in range(12)]
    shares = [world.draft(bob, story) for story in stories[:8]]
    for share in shares[:4]:
        world.approved(share)
    own = [f"shares/{shares[5].public_id}/", f"shares/{shares[5].public_id}/approve/"]
    for path in ["", f"items/{stories[0].public_id}/", "queue/", "results/", "boards/", *own]:
        with django_assert_max_num_queries(15 + 3):
            browser.get(path)


def test_posts_of_which_a_server_takes_less_cost_no_more_queries(
    browser: Browser, acme: world.Company, bob: Member
) -> None:
    """One more query than other waiting posts: their pictures."""
    said = {"text": 60, "pictures": 4}
    Server.objects.create(network="mastodon", server="https://small.example", limits=said, ask_at=timezone.now())
    shown: dict[str, Any] = {"kind": "picture", "destination": "", "picture": world.picture()}
    call = Caller(bob)

    def asked_with(number: int) -> tuple[int, int]:
        for _one in range(number):
            world.draft(bob, world.item(acme.owner, **shown), text="a" * 80, network="mastodon")
        Connection.objects.update(server="https://small.example")
        Share.objects.update(state=ShareState.HELD, held_reason=HeldReason.SERVER_TAKES_LESS)
        return queries_of(lambda: browser.get("queue/")), queries_of(lambda: call("get", "shares/"))

    _warm, one, six = asked_with(0), asked_with(1), asked_with(5)
    assert one == six
    assert browser.get("queue/").count("small.example takes 60 characters") == 6


def test_the_approval_shows_the_accounts_own_picture(browser: Browser, bob: Member, story: Item) -> None:
    share = world.draft(bob, story)
    Connection.objects.update(avatar_sha256="a" * 64)
    connection = Connection.objects.get()
    page = browser.get(f"shares/{share.public_id}/approve/")
    face = f"/connections/{connection.public_id}/face/?{'a' * 64}"
    assert page.count(face) == 2  # beside the post, and beside where it goes out from
    assert 'alt=""' in page


def test_the_account_just_connected_is_the_chosen_one(browser: Browser, bob: Member, story: Item) -> None:
    """Who came to rehearse must not find another account ticked."""
    share = world.draft(bob, story, network="mastodon")
    practice = world.connected(bob, "practice")
    page = browser.get(f"shares/{share.public_id}/?connected={practice.public_id}")
    ticked = re.findall(r'<input[^>]*value="(account-[^"]+)"[^>]*checked', page)
    assert ticked == [f"account-{practice.public_id}"]
