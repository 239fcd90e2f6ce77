"""Files of stories as spreadsheets write them. No database."""

from __future__ import annotations

import pytest

from accounts.table_files import Unreadable, guess_encoding
from campaigns.item_files import ItemRow, NoStories, item_rows


def test_columns_are_found_by_their_names_in_five_languages() -> None:
    english = (
        "Title;Link;Topics;Suggested message\nOne;https://x.org/1;People, Work;Look at this\n\n;https://x.org/2;;\n"
    )
    assert item_rows(english.encode(), "utf-8") == [
        ItemRow(2, address="https://x.org/1", title="One", topics=("People", "Work"), message="Look at this"),
        ItemRow(4, address="https://x.org/2"),
    ]
    for header in ("标题,网址,主题", "tytuł,adres,tematy", "titolo,indirizzo,argomenti", "заголовок,ссылка,темы"):
        [row] = item_rows(f"{header}\nOne,https://x.org/1,人、工作\n".encode(), "utf-8")
        assert (row.title, row.address, row.topics) == ("One", "https://x.org/1", ("人", "工作"))


def test_words_survive_their_encoding() -> None:
    content = "标题,摘要\n值得一读,故事\n".encode("gb18030")
    assert item_rows(content, guess_encoding(content)) == [ItemRow(2, title="值得一读", summary="故事")]


def test_a_plain_list_of_links_needs_no_header() -> None:
    rows = item_rows(b"https://x.org/1\nhttps://x.org/2\n", "utf-8")
    assert [(row.number, row.address) for row in rows] == [(1, "https://x.org/1"), (2, "https://x.org/2")]


@pytest.mark.parametrize("content", [b"", b"name,email\nAda,ada@x.org\n", b'"' + b"a" * 200_000])
def test_no_column_of_stories(content: bytes) -> None:
    with pytest.raises(NoStories):
        item_rows(content, "utf-8")


def test_no_text() -> None:
    with pytest.raises(Unreadable):
        item_rows(b"title\n\xff\xfe\xfa", "utf-8")
