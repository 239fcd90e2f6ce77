"""The curator's road: paste a link, look it over, release it, find it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.roles import Role
from accounts.tenancy import acting_in
from campaigns.models import Campaign, Item, ItemState, Media, Share, ShareState
from campaigns.selectors.item_figures import published_figures
from tests.campaigns import pictures, world
from tests.campaigns.views.curator import Curator, curator, upload
from tests.integrations.peer import Answer, Peer, closed_port, running_peer

pytestmark = pytest.mark.django_db

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = b"""<!doctype html><html lang="pl-PL"><title>t</title>
<meta property="og:title" content="How we cut build times"><meta property="og:description" content="By <half> & more">
<meta property="og:image" content="/face.png"><meta property="og:site_name" content="Acme News"></html>"""


@pytest.fixture(autouse=True)
def _own_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def cleo() -> Curator:
    return curator()


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        running.tell("/story", Answer(body=PAGE, headers=HTML))
        running.tell("/face.png", Answer(body=pictures.picture("PNG"), headers={"Content-Type": "image/png"}))
        yield running


def story(cleo: Curator, **fields: Any) -> Item:
    with cleo.acting():
        return world.item(cleo.member, **fields)


# --- a pasted link ----------------------------------------------------------------------------


def test_a_pasted_link_becomes_a_draft_with_title_text_and_picture(cleo: Curator, peer: Peer) -> None:
    answer = cleo.post("item_new", kind="link", address=f" {peer.url}/story ")
    item = cleo.only_item()
    assert answer.status_code == 302
    assert answer["Location"] == cleo.address("item_edit", item.public_id)
    assert (item.title, item.summary) == ("How we cut build times", "By <half> & more")
    assert (item.source, item.language, item.state) == ("Acme News", "pl", ItemState.DRAFT)
    assert item.destination == f"{peer.url}/story"
    assert item.campaign.name == "Our stories"
    assert item.picture is not None
    assert (item.picture.width, item.picture.height, item.picture.content_type) == (60, 40, "image/png")
    with cleo.acting():
        assert item.angles.filter(language="pl").count() == 7
    page = cleo.get("item_edit", item.public_id).content.decode()
    assert "By &lt;half&gt; &amp; more" in page
    assert cleo.address("media", item.picture.sha256) in page


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(404, b"", HTML), "There is no page at this address."),
        (Answer(500, b"", HTML), "The page answered with an error."),
        (Answer(200, b"%PDF", {"Content-Type": "application/pdf"}), "This address is a file and no page."),
    ],
)
def test_a_dead_link_opens_the_editor_with_the_address_kept(
    cleo: Curator, peer: Peer, answer: Answer, sentence: str
) -> None:
    peer.tell("/gone", answer)
    typed = f"{peer.url}/gone?utm_source=me"
    shown = cleo.browser.post(cleo.address("item_new"), {"kind": "link", "address": typed}, follow=True)
    assert shown.status_code == 200
    page = shown.content.decode()
    assert sentence in page
    assert "Your draft is kept" in page
    assert f'value="{typed}"' in page
    assert (cleo.only_item().title, cleo.only_item().destination) == ("", typed)


def test_several_links_become_a_draft_each_and_what_cannot_be_used_stays(cleo: Curator, peer: Peer) -> None:
    peer.tell("/gone", Answer(404, b"", HTML))
    typed = f"{peer.url}/story\n https://intranet/ \n{peer.url}/story\n{peer.url}/gone"
    answer = cleo.post("item_new", kind="link", address=typed)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "2 drafts are ready." in page
    assert f"{peer.url}/gone: There is no page at this address." in page
    assert ">\nhttps://intranet/</textarea>" in page
    with cleo.acting():
        assert set(Item.objects.values_list("title", flat=True)) == {"How we cut build times", ""}
    typed = " ".join(f"{peer.url}/{number}" for number in range(6))
    assert "Up to five links at once" in cleo.post("item_new", kind="link", address=typed).content.decode()
    assert cleo.post("item_new", kind="link", address=f"{peer.url}/story\n{peer.url}/gone").status_code == 302


def test_a_server_that_does_not_answer_is_a_dead_link(cleo: Curator, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = [host := f"127.0.0.1:{closed_port()}"]
    shown = cleo.browser.post(cleo.address("item_new"), {"kind": "link", "address": f"http://{host}/"}, follow=True)
    assert "Nothing answers at this address. Is it spelt right?" in shown.content.decode()
    assert cleo.only_item().destination == f"http://{host}/"


def test_the_same_dead_link_again_leaves_one_draft(cleo: Curator, peer: Peer) -> None:
    peer.tell("/gone", Answer(404, b"", HTML))
    typed = {"kind": "link", "address": f"{peer.url}/gone"}
    for _try in range(2):
        cleo.browser.post(cleo.address("item_new"), typed)
    assert cleo.only_item().destination == f"{peer.url}/gone"
    assert typed["address"] in cleo.get("library").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "https://10.0.0.7/wiki",
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost/",
        "https://[::1]/",
        "https://intranet/",
        "https://wiki.corp/",
        "https://2130706433/",
        "https://me:secret@example.com/",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_a_private_address_is_refused_and_nobody_is_called(cleo: Curator, peer: Peer, address: str) -> None:
    answer = cleo.post("item_new", kind="link", address=address)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "This address works only inside a network." in page or "This is no address of a public page." in page
    assert f">\n{address}</textarea>" in page
    assert peer.asked == []
    with cleo.acting():
        assert Item.objects.count() == 0


def test_a_page_that_leads_into_the_network_is_not_followed(cleo: Curator, peer: Peer) -> None:
    peer.tell("/away", Answer(302, b"", {"Location": "https://127.0.0.1/secret"}))
    cleo.post("item_new", kind="link", address=f"{peer.url}/away")
    assert [asked.path for asked in peer.asked] == ["/away"]
    assert cleo.only_item().title == ""


@pytest.mark.parametrize("picture", [b"<svg/>", pictures.png_claiming(50_000, 50_000)])
def test_a_picture_that_cannot_be_used_is_left_out(cleo: Curator, peer: Peer, picture: bytes) -> None:
    peer.tell("/face.png", Answer(body=picture))
    shown = cleo.browser.post(cleo.address("item_new"), {"kind": "link", "address": f"{peer.url}/story"}, follow=True)
    item = cleo.only_item()
    assert (item.title, item.picture) == ("How we cut build times", None)
    assert "The page&#x27;s picture could not be fetched." in shown.content.decode()


# --- texts and pictures -----------------------------------------------------------------------


def test_a_text_and_a_picture_begin_as_drafts(cleo: Curator) -> None:
    cleo.post("item_new", kind="text", title="Our week")
    photo = upload(pictures.photo_with_place(), "IMG_1.jpg")
    cleo.post("item_new", kind="picture", title="The team", upload=photo)
    with cleo.acting():
        text, picture = Item.objects.order_by("pk")
        assert (text.kind, text.title, text.picture) == ("text", "Our week", None)
        assert (picture.kind, picture.title) == ("picture", "The team")
        assert picture.picture is not None
        assert (picture.picture.width, picture.picture.height) == (40, 60)


def test_a_file_that_is_no_picture_is_refused_and_the_title_kept(cleo: Curator) -> None:
    answer = cleo.post("item_new", kind="picture", title="The team", upload=upload(b"<html>", "x.png"))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "We could not read this file as a picture. JPEG, PNG, GIF and WebP work." in page
    assert 'value="The team"' in page
    with cleo.acting():
        assert (Item.objects.count(), Media.objects.count()) == (0, 0)


def test_a_picture_of_60_mb_meets_a_page_that_says_so(cleo: Curator) -> None:
    answer = cleo.browser.post(
        cleo.address("item_new"),
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH="60000000",
    )
    assert answer.status_code == 413
    assert (
        "Files up to 50 MB are fine. Go back in your browser: what you typed is still there." in answer.content.decode()
    )


# --- the list ---------------------------------------------------------------------------------


def titles(answer: Any) -> list[str]:
    return [row.item.title for row in answer.context["page"].rows]


def test_the_list_finds_by_words_campaign_and_stage(cleo: Curator) -> None:
    now = timezone.now()
    with cleo.acting():
        hiring = world.campaign(cleo.member, name="Hiring")
        world.item(cleo.member, of=hiring, title="Open day", source="Acme News")
        world.item(cleo.member, of=hiring, title="100% remote", state=ItemState.DRAFT)
        world.item(cleo.member, of=hiring, title="Later", release_at=now + timedelta(days=1))
        world.item(cleo.member, title="Past", expires_at=now - timedelta(days=1))
        world.item(cleo.member, title="Ended", state=ItemState.ENDED)
    assert titles(cleo.get("library")) == ["Ended", "Past", "Later", "100% remote", "Open day"]
    assert titles(cleo.get("library", search="acme")) == ["Open day"]
    assert titles(cleo.get("library", search="0% r")) == ["100% remote"]
    assert titles(cleo.get("library", campaign=hiring.public_id)) == ["Later", "100% remote", "Open day"]
    assert titles(cleo.get("library", stage="open")) == ["Open day"]
    assert titles(cleo.get("library", stage="draft")) == ["100% remote"]
    assert titles(cleo.get("library", stage="planned")) == ["Later"]
    assert titles(cleo.get("library", stage="over")) == ["Ended", "Past"]
    assert "No story fits these words and choices." in cleo.get("library", search="zzz").content.decode()


def test_the_list_pages_by_cursor_in_few_queries(cleo: Curator) -> None:
    with cleo.acting():
        campaign = world.campaign(cleo.member)
        for number in range(60):
            world.item(cleo.member, of=campaign, title=f"Story {number}", picture=world.picture(f"{number:064x}"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        first: Any = cleo.get("library")
    real = [query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(real) <= 15
    assert titles(first) == [f"Story {number}" for number in range(59, 35, -1)]
    second: Any = cleo.browser.get(cleo.address("library") + first.context["older"])
    third: Any = cleo.browser.get(cleo.address("library") + second.context["older"])
    assert titles(third) == [f"Story {number}" for number in range(11, -1, -1)]
    assert (first.context["newer"], third.context["older"]) == ("", "")
    back: Any = cleo.browser.get(cleo.address("library") + third.context["newer"])
    assert titles(back) == titles(second)
    assert titles(cleo.browser.get(cleo.address("library") + back.context["newer"])) == titles(first)


def test_a_figure_is_shown_from_five_people_on_and_only_for_weeks_that_are_over(cleo: Curator) -> None:
    with cleo.acting():
        item = world.item(cleo.member)
        shares = [world.approved(world.draft(world.person("P"), item, network="mastodon")) for _number in range(5)]
        rehearsal = world.approved(world.draft(world.person("P"), item))
        last_week, now = timezone.now() - timedelta(days=8), timezone.now()
        for share in (*shares[:4], rehearsal):
            Share.objects.filter(pk=share.pk).update(state=ShareState.PUBLISHED, published_at=last_week)
        Share.objects.filter(pk=shares[4].pk).update(state=ShareState.PUBLISHED, published_at=now)
    page: Any = cleo.get("library")
    assert page.context["page"].rows[0].figure.posts is None
    with cleo.acting():
        Share.objects.filter(pk=shares[4].pk).update(published_at=last_week)
        Share.objects.filter(pk=shares[0].pk).update(state=ShareState.TAKEN_DOWN)
    page = cleo.get("library")
    assert page.context["page"].rows[0].figure.posts == 5
    assert "5 posts" in page.content.decode()


def test_a_figure_stands_still_until_five_more_people_posted(cleo: Curator) -> None:
    wednesday = datetime(2026, 9, 9, 12, tzinfo=UTC)
    with cleo.acting():
        item = world.item(cleo.member)
        shares = [world.approved(world.draft(world.person("P"), item, network="mastodon")) for _number in range(10)]
        for number, share in enumerate(shares):
            weeks = 3 if number < 5 else 2 if number < 9 else 1
            out = wednesday - timedelta(weeks=weeks)
            Share.objects.filter(pk=share.pk).update(state=ShareState.PUBLISHED, published_at=out)
        before = published_figures([item], now=wednesday - timedelta(weeks=1))
        after = published_figures([item], now=wednesday)
    assert (before[item.pk].posts, after[item.pk].posts) == (5, 10)


# --- campaigns --------------------------------------------------------------------------------

PLAN = {"purpose": "hiring", "post_late_minutes": "45", "ask_late_minutes": "600", "spacing_minutes": "0"}


def test_a_campaign_is_made_edited_archived_and_brought_back(cleo: Curator) -> None:
    assert cleo.post("campaigns", name=" Open   day ", **PLAN).status_code == 302
    with cleo.acting():
        campaign = Campaign.objects.get()
    assert (campaign.name, campaign.purpose) == ("Open day", "hiring")
    assert (campaign.post_late_minutes, campaign.ask_late_minutes, campaign.spacing_minutes) == (45, 600, 0)
    cleo.post("campaign_edit", campaign.public_id, name="Open day", **{**PLAN, "ends_at": "2027-06-01T12:00"})
    cleo.post("campaign_archive", campaign.public_id)
    with cleo.acting():
        campaign.refresh_from_db()
        assert campaign.ends_at is not None
        assert campaign.ends_at.isoformat() == "2027-06-01T10:00:00+00:00"
        assert campaign.archived_at is not None
    assert "Archived" in cleo.get("campaigns").content.decode()
    cleo.post("campaign_archive", campaign.public_id)
    with cleo.acting():
        campaign.refresh_from_db()
        assert campaign.archived_at is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"post_late_minutes": "0"}, "Between 1 minute and 24 hours, please."),
        ({"ask_late_minutes": "20"}, "This cannot be shorter than the time for posting late"),
        ({"ask_late_minutes": "1441"}, "not longer than 24 hours."),
        ({"spacing_minutes": "-1"}, "Between 0 minutes and 24 hours, please."),
        ({"starts_at": "2027-06-01T12:00", "ends_at": "2027-05-01T12:00"}, "The campaign would end before it begins."),
        ({"name": " "}, "This field is required."),
    ],
)
def test_a_campaign_that_cannot_be_says_why(cleo: Curator, typed: dict[str, str], sentence: str) -> None:
    answer = cleo.post("campaigns", **{"name": "Typed", **PLAN, **typed})
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    with cleo.acting():
        assert Campaign.objects.count() == 0


# --- who may ----------------------------------------------------------------------------------

PAGES = ["library", "item_new", "campaigns"]
ITEM_PAGES = ["item_edit", "item_end_links"]
ITEM_ACTS = ["item_edit", "item_release", "item_end", "item_discard", "item_end_links", "message_new", "angle_new"]


@pytest.mark.parametrize("role", [Role.ADVOCATE, Role.MANAGER])
def test_only_curators_curate(role: str) -> None:
    working = curator(role=role)
    item = story(working, state=ItemState.DRAFT)
    for name in PAGES:
        assert working.get(name).status_code == 404
    for name in ITEM_PAGES:
        assert working.get(name, item.public_id).status_code == 404
    for name in ITEM_ACTS:
        assert working.post(name, item.public_id, text="x", question="x?", language="en").status_code == 404
    assert working.again(item).state == ItemState.DRAFT


def test_another_companys_story_is_not_there(cleo: Curator) -> None:
    stranger = curator("Globex")
    theirs = story(stranger)
    for name in ITEM_PAGES:
        assert cleo.get(name, theirs.public_id).status_code == 404
    for name in ITEM_ACTS:
        assert cleo.post(name, theirs.public_id, text="x", question="x?", language="en").status_code == 404
    with acting_in(stranger.organization):
        assert Item.objects.get(pk=theirs.pk).state == ItemState.RELEASED
