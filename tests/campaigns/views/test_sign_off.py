"""A second curator's pass of suggested messages: where the company wants it, of exactly the words that were read."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from accounts.actions.keys import make_key
from accounts.models import AuditEntry, Member
from accounts.refusals import BadInput
from accounts.roles import Role
from campaigns.actions.campaigns import CampaignPlan, edit_campaign
from campaigns.actions.messages import drop_message, pass_message, reword_message, suggest_message
from campaigns.models import Item, Message
from campaigns.refusals import ChangedWhileRead, OwnText
from campaigns.selectors.messages import message_sha256, messages_to_pass, offered_messages, to_pass_count
from tests.campaigns import world
from tests.campaigns.views.curator import Curator, curator

pytestmark = pytest.mark.django_db

WORDS = "Our builds are twice as fast now."


@pytest.fixture
def cleo() -> Curator:
    return curator()


def second_curator() -> Member:
    member = world.person("Dana", takes_part=False)
    Member.objects.filter(pk=member.pk).update(role=Role.CURATOR)
    member.role = Role.CURATOR
    return member


def story(cleo: Curator) -> Item:
    of = world.campaign(cleo.member, signs_off_messages=True)
    return world.item(cleo.member, of=of)


def test_a_message_is_offered_once_another_curator_passed_these_words(cleo: Curator) -> None:
    with cleo.acting():
        item, dana = story(cleo), second_curator()
        message = suggest_message(item, by=cleo.member, text=WORDS, language="en")
        assert offered_messages(item) == []
        assert (to_pass_count(cleo.member), to_pass_count(dana)) == (0, 1)
        with pytest.raises(OwnText):
            pass_message(message, by=cleo.member, seen_sha256=message_sha256(message))
        with pytest.raises(ChangedWhileRead):
            pass_message(message, by=dana, seen_sha256="0" * 64)
        pass_message(message, by=dana, seen_sha256=message_sha256(message))
        assert offered_messages(item) == [message]
        assert messages_to_pass() == []


def test_other_words_wait_again_and_belong_to_who_wrote_them(cleo: Curator) -> None:
    with cleo.acting():
        item, dana = story(cleo), second_curator()
        message = suggest_message(item, by=cleo.member, text=WORDS, language="en")
        pass_message(message, by=dana, seen_sha256=message_sha256(message))
        reworded = reword_message(message, by=dana, text="Twice as fast, they say.", language="en")
        assert offered_messages(item) == []
        with pytest.raises(OwnText):
            pass_message(reworded, by=dana, seen_sha256=message_sha256(reworded))
        again = reword_message(reworded, by=cleo.member, text="Twice as fast, they say.", language="en")
        assert again.worded_by == dana  # the same words stay hers
        pass_message(again, by=cleo.member, seen_sha256=message_sha256(again))
        Message.objects.filter(pk=again.pk).update(text="Written past the actions.")
        assert offered_messages(item) == []


def test_a_message_that_another_curator_changed_meanwhile_is_looked_at_again(cleo: Curator) -> None:
    with cleo.acting():
        item, dana = story(cleo), second_curator()
        message = suggest_message(item, by=cleo.member, text=WORDS, language="en")
        other = suggest_message(item, by=dana, text="Half the time, they say.", language="en")
        with pytest.raises(BadInput):
            reword_message(other, by=dana, text=WORDS, language="en")
        drop_message(Message.objects.get(pk=message.pk), by=cleo.member)
        with pytest.raises(ChangedWhileRead):
            reword_message(message, by=cleo.member, text="Other words.", language="en")
        with pytest.raises(ChangedWhileRead):
            pass_message(message, by=dana, seen_sha256=message_sha256(message))


def test_a_campaign_that_asks_for_nobody_offers_at_once_and_the_switch_holds_from_then_on(cleo: Curator) -> None:
    with cleo.acting():
        item = world.item(cleo.member)
        message = suggest_message(item, by=cleo.member, text=WORDS, language="en")
        assert offered_messages(item) == [message]
        plan = CampaignPlan(name="Stories", purpose="reputation", signs_off_messages=True)
        item.campaign = edit_campaign(item.campaign, by=cleo.member, plan=plan)
        assert offered_messages(item) == []
        drop_message(message, by=cleo.member)
        assert messages_to_pass() == []


def test_the_list_shows_what_waits_and_passes_it(cleo: Curator) -> None:
    with cleo.acting():
        item, dana = story(cleo), second_curator()
        message = suggest_message(item, by=dana, text=WORDS, language="en")
        own = suggest_message(item, by=cleo.member, text="Mine, for somebody else.", language="en")
    page = cleo.get("to_pass").content.decode()
    assert WORDS in page
    assert "These are your words; another curator passes them." in page
    assert cleo.address("message_pass", item.public_id, own.public_id) not in page
    assert "Messages to pass" in cleo.get("library").content.decode()
    assert "Waits for a second curator" in cleo.get("item_edit", item.public_id).content.decode()
    sha256 = message_sha256(message)
    cleo.post("message_pass", item.public_id, message.public_id, seen_sha256=sha256)
    assert WORDS not in cleo.get("to_pass").content.decode()
    with cleo.acting():
        entry = AuditEntry.objects.get(action="pass_message")
        assert (entry.by, entry.private, entry.details["sha256"]) == (cleo.member, False, sha256)


def test_a_composer_offers_only_what_was_passed_and_takes_nothing_else(cleo: Curator) -> None:
    with cleo.acting():
        item, ada = story(cleo), world.person("Ada")
        message = suggest_message(item, by=cleo.member, text=WORDS, language="en")
        share = world.draft(ada, item, text="Mine.")
    browser = Client()
    assert ada.user is not None
    browser.force_login(ada.user)
    compose = cleo.address("compose", share.public_id)
    assert WORDS not in browser.get(compose).content.decode()
    browser.post(compose, {"text": "Mine.", "go": f"use-{message.public_id}"})
    with cleo.acting():
        share.refresh_from_db()
        assert share.text == "Mine."


def test_the_api_suggests_and_passes(cleo: Curator) -> None:
    with cleo.acting():
        item, dana = story(cleo), second_curator()
        keys = {one: make_key(one, by=one, name="script")[1] for one in (cleo.member, dana)}

    def call(member: Member, name: str, *args: str, body: dict[str, str] | None = None) -> tuple[int, object]:
        browser, head = Client(), {"HTTP_AUTHORIZATION": f"Bearer {keys[member]}"}
        address = reverse(name, args=[cleo.organization.slug, *args])
        if body is None:
            answer = browser.get(address, **head)  # type: ignore[arg-type]
        else:
            answer = browser.post(address, json.dumps(body), content_type="application/json", **head)  # type: ignore[arg-type]
        return answer.status_code, answer.json()

    made = {"text": WORDS, "language": "en"}
    status, message = call(cleo.member, "api_messages", item.public_id, body=made)
    assert isinstance(message, dict)
    assert (status, message["is_offered"]) == (201, False)
    place = (item.public_id, message["id"])
    assert call(cleo.member, "api_message_pass", *place, body={"seen_sha256": message["sha256"]})[0] == 403
    assert call(dana, "api_message_pass", *place, body={"seen_sha256": "0" * 64})[0] == 409
    status, passed = call(dana, "api_message_pass", *place, body={"seen_sha256": message["sha256"]})
    assert isinstance(passed, dict)
    assert (status, passed["is_offered"]) == (200, True)
    assert call(dana, "api_messages", item.public_id)[1] == [passed]
