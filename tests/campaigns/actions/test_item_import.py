"""A file of stories becomes drafts: previewed first, stopped at any point, and the same file again adds nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.errands import perform, run_errands, take_errands
from accounts.models import ImportState, Member
from accounts.refusals import BadInput, Refusal
from campaigns.actions.item_import import (
    ROWS_A_BATCH,
    cancel_item_import,
    drop_old_item_imports,
    preview_items,
    problem_sentence,
    read_items_as,
    start_item_import,
    upload_items,
)
from campaigns.item_files import MOST_ROWS, item_rows
from campaigns.models import Item, ItemImport, ItemKind, ItemState, Message
from campaigns.selectors.library import audience_of
from tests.campaigns import world

pytestmark = pytest.mark.django_db

FILE = (
    "title,link,summary,language,topics,about,facts,message\n"
    'One,https://x.test/1?utm_source=a,Words,pl,"People; Work",people,It is true,Look at this\n'
    ",https://www.x.test/1,,,,,,\n"
    "A thought,,What it is about,,,,,\n"
    ",,Only words,,,,,\n"
    "Inside,http://wiki.local/a,,,,,,\n"
    "Klingon,,,tlh,,,,\n"
)


def uploaded(by: Member, content: bytes = FILE.encode()) -> ItemImport:
    return upload_items(by=by, campaign=world.campaign(by), file_name="stories.csv", content=content)


def run(by: Member, content: bytes = FILE.encode()) -> ItemImport:
    one = uploaded(by, content)
    start_item_import(one, by=by)
    run_errands(mail=False)
    one.refresh_from_db()
    return one


def many(rows: int) -> bytes:
    return "\n".join(["title", *(f"Story {number}" for number in range(rows))]).encode()


def test_rows_become_drafts_with_all_they_say(acme: world.Company) -> None:
    one = run(acme.owner)
    assert (one.state, one.rows_done, one.added, one.already_there) == (ImportState.DONE, 6, 2, 1)
    assert bytes(one.content) == b""
    link, thought = Item.objects.order_by("pk")
    assert (link.title, link.destination, link.language, link.about) == ("One", "https://x.test/1", "pl", "people")
    assert (link.state, link.kind, link.facts) == (ItemState.DRAFT, ItemKind.LINK, "It is true")
    assert audience_of(link).topics == ["People", "Work"]
    assert Message.objects.get(item=link).text == "Look at this"
    assert (thought.kind, thought.summary, thought.language) == (ItemKind.TEXT, "What it is about", "en")


def test_the_same_file_again_adds_nothing(acme: world.Company) -> None:
    figures = [(one.added, one.already_there) for one in (run(acme.owner), run(acme.owner))]
    assert figures == [(2, 1), (0, 3)]
    assert Item.objects.count() == 2


def test_rows_that_cannot_be_used_are_named_by_their_number(acme: world.Company) -> None:
    one = uploaded(acme.owner)
    assert [(error["row"], problem_sentence(error)) for error in one.errors] == [
        (5, "There is neither an address nor a title in this row."),
        (6, "“http://wiki.local/a” is no address of a public page."),
        (7, "“tlh” is none of our languages."),
    ]
    shown = preview_items(one, first=5)
    assert [bool(problem) for _row, problem in shown] == [False, False, False, True, True]
    assert not Item.objects.exists()


def test_a_row_that_is_refused_later_keeps_no_other_out(acme: world.Company) -> None:
    topics = ";".join(f"Topic {number}" for number in range(11))
    one = run(acme.owner, f"title,topics\nGood,One\nToo much,{topics}\nGood again,Two\n".encode())
    assert (one.state, one.added) == (ImportState.DONE, 2)
    assert one.errors == [{"row": 3, "problem": "refused"}]
    assert "too much" in problem_sentence(one.errors[0])
    assert sorted(Item.objects.values_list("title", flat=True)) == ["Good", "Good again"]


def test_stopped_between_batches(acme: world.Company) -> None:
    one = uploaded(acme.owner, many(ROWS_A_BATCH + 5))
    start_item_import(one, by=acme.owner)
    [errand] = take_errands(1, mail=False)
    perform(errand)
    cancel_item_import(one, by=acme.owner)
    run_errands(mail=False)
    one.refresh_from_db()
    assert (one.state, one.rows_done, one.added) == (ImportState.CANCELLED, ROWS_A_BATCH, ROWS_A_BATCH)
    with pytest.raises(Refusal):
        start_item_import(one, by=acme.owner)


def test_it_ends_with_the_right_of_who_started_it(acme: world.Company) -> None:
    curator = world.person("Cara", takes_part=False)
    Member.objects.filter(pk=curator.pk).update(role="curator")
    curator.refresh_from_db()
    one = uploaded(curator)
    start_item_import(one, by=curator)
    Member.objects.filter(pk=curator.pk).update(role="advocate")
    run_errands(mail=False)
    one.refresh_from_db()
    assert (one.state, one.added) == (ImportState.CANCELLED, 0)


def test_the_preview_can_be_read_in_another_encoding(acme: world.Company) -> None:
    one = uploaded(acme.owner, "title\nВера".encode("cp1251"))
    read_items_as(one, by=acme.owner, encoding="cp1251")
    one.refresh_from_db()
    assert preview_items(one)[0][0].title == "Вера"
    with pytest.raises(BadInput):
        read_items_as(one, by=acme.owner, encoding="ebcdic")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name\nAda\n", "no column with links or titles"),
        (b"\x00\x01\x02\x03", "could not read this file as text"),
        (b"x" * 5_000_001, "larger than 5 MB"),
        (many(2_001), "more than 2,000 rows"),
    ],
)
def test_a_wrong_file_gets_a_sentence_and_adds_nothing(acme: world.Company, content: bytes, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        uploaded(acme.owner, content)
    assert not ItemImport.objects.exists()


def test_files_are_not_kept_for_long(acme: world.Company) -> None:
    done, waiting = run(acme.owner), uploaded(acme.owner)
    now = timezone.now()
    ItemImport.objects.filter(pk=waiting.pk).update(created_at=now - timedelta(days=3))
    ItemImport.objects.filter(pk=done.pk).update(created_at=now - timedelta(days=3))
    assert drop_old_item_imports(by=None) == 1
    ItemImport.objects.update(ended_at=now - timedelta(days=31))
    assert drop_old_item_imports(by=None) == 1
    assert Item.objects.count() == 2


def test_no_file_is_read_further_than_it_is_used(acme: world.Company) -> None:
    assert len(item_rows(b"title\n" + b"a\n" * 50_000, "utf-8")) == MOST_ROWS + 1
    assert len(item_rows(b"https://x.test/\n" * 50_000, "utf-8")) == MOST_ROWS + 2
    with pytest.raises(BadInput, match="more than 2,000 rows"):
        uploaded(acme.owner, many(MOST_ROWS + 1))
    one = uploaded(acme.owner, many(MOST_ROWS))
    ItemImport.objects.filter(pk=one.pk).update(content=many(MOST_ROWS + 1))
    with pytest.raises(BadInput, match="more than 2,000 rows"):
        read_items_as(one, by=acme.owner, encoding="cp1252")
