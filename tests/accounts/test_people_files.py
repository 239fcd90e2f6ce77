"""Files of people as spreadsheets write them, in every encoding and with every delimiter. No database."""

from __future__ import annotations

import codecs

import pytest

from accounts.people_files import NoAddresses, PersonRow, pasted_people, people_rows
from accounts.table_files import Unreadable, guess_encoding

WESTERN = "email;name;team\njürgen@x.test;Jürgen Müller;Vertrieb\nzoë@x.test;Zoë d'Été;Größe\n"
CHINESE = "邮箱,姓名,部门\nwang@x.test,王小明,市场部\nli@x.test,李雷,销售部\n"
ANY = "Name\tE-mail\nŁucja Żółć\tlucja@x.test\n王小明\twang@x.test\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (WESTERN.encode(), "utf-8"),
        (codecs.BOM_UTF8 + WESTERN.encode(), "utf-8"),
        (WESTERN.encode("cp1252"), "cp1252"),
        (WESTERN.encode("utf-16"), "utf-16"),
        (WESTERN.encode("utf-16-le"), "utf-16"),
        (WESTERN.encode("utf-16-be"), "utf-16"),
        (CHINESE.encode(), "utf-8"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (ANY.encode(), "utf-8"),
        (ANY.encode("utf-16"), "utf-16"),
        (b"email\nplain@x.test\n", "utf-8"),
    ],
)
def test_the_encoding_is_found_and_the_words_survive(content: bytes, encoding: str) -> None:
    assert guess_encoding(content) == encoding
    rows = people_rows(content, encoding)
    text = content.decode("utf-8-sig") if encoding == "utf-8" else None
    assert all("@x.test" in row.email for row in rows)
    for row in rows:
        assert text is None or (row.name in text and row.email in text)


def test_western_and_chinese_words_as_people_wrote_them() -> None:
    assert people_rows(WESTERN.encode("cp1252"), "cp1252")[1] == PersonRow(
        number=3, email="zoë@x.test", name="Zoë d'Été", team="Größe"
    )
    assert people_rows(CHINESE.encode("gb18030"), "gb18030")[0] == PersonRow(
        number=2, email="wang@x.test", name="王小明", team="市场部"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_delimiter_with_quotes_blank_rows_and_odd_line_ends(delimiter: str) -> None:
    lines = [
        ["Last name", "First name", "EMAIL", "Time zone"],
        [f'"Lis{delimiter} née Kot"', "Ada", "ada@x.test", "Europe/Warsaw"],
        [],
        ["Okafor", "Ben", "ben@x.test"],
    ]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode()
    assert people_rows(content, "utf-8") == [
        PersonRow(number=2, email="ada@x.test", name=f"Ada Lis{delimiter} née Kot", time_zone="Europe/Warsaw"),
        PersonRow(number=4, email="ben@x.test", name="Ben Okafor"),
    ]


def test_without_a_header_the_column_with_addresses_is_found() -> None:
    rows = people_rows(b"Ada Lis,ada@x.test\nBen,ben@x.test\n", "utf-8")
    assert [(row.number, row.email, row.name) for row in rows] == [
        (1, "ada@x.test", "Ada Lis"),
        (2, "ben@x.test", "Ben"),
    ]
    assert [row.email for row in people_rows(b"ada@x.test\nben@x.test\n", "utf-8")] == ["ada@x.test", "ben@x.test"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"name,team\nAda,Sales\n"])
def test_a_file_without_addresses_is_refused(content: bytes) -> None:
    with pytest.raises(NoAddresses):
        people_rows(content, "utf-8")


@pytest.mark.parametrize(
    ("content", "encoding"), [(b"\xff\xfe\x00", "utf-16"), (b"\x81\x8d@x", "cp1252"), (b"a\x00b@x.test", "utf-8")]
)
def test_bytes_that_are_no_text_are_refused(content: bytes, encoding: str) -> None:
    with pytest.raises(Unreadable):
        people_rows(content, encoding)


def test_a_pasted_list_in_the_ways_people_paste() -> None:
    text = "ada@x.test\nBen Okafor <ben@x.test>\nCy Young, cy@x.test\nDee\tdee@x.test\ne@x.test; f@x.test\n\nno address"
    people, wrong = pasted_people(text)
    assert [(row.email, row.name) for row in people] == [
        ("ada@x.test", ""),
        ("ben@x.test", "Ben Okafor"),
        ("cy@x.test", "Cy Young"),
        ("dee@x.test", "Dee"),
        ("e@x.test", ""),
        ("f@x.test", ""),
    ]
    assert wrong == ["no address"]
