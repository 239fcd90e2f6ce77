"""Reads a file of stories as spreadsheets write it: which column is which, and its rows. Pure; no database.

Row numbers are those a person sees in the spreadsheet, the header included. What a row may hold, its action decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from accounts.table_files import NoTable, decode, named_columns, numbered_rows

COLUMNS = {
    "address": ("address", "link", "url", "网址", "链接", "地址", "adres", "indirizzo", "ссылка", "адрес"),
    "title": ("title", "headline", "标题", "tytuł", "titolo", "заголовок", "название"),
    "summary": ("summary", "text", "description", "摘要", "简介", "opis", "testo", "riassunto", "описание"),
    "source": ("source", "来源", "źródło", "fonte", "источник"),
    "language": ("language", "语言", "język", "lingua", "язык"),
    "topics": ("topics", "tags", "topic", "主题", "tematy", "argomenti", "temi", "темы"),
    "about": ("about", "kind", "类型", "rodzaj", "tipo", "вид"),
    "facts": ("facts", "事实", "fakty", "fatti", "факты"),
    "limits": ("limits", "we do not say", "不说", "czego nie mówimy", "non diciamo", "чего не говорим"),
    "message": ("message", "suggested message", "建议文案", "propozycja", "messaggio", "сообщение"),
}
_COLUMN_OF = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}
MOST_ROWS = 2_000  # of one file
_BETWEEN_TOPICS = re.compile(r"[,;|、，；]")


class NoStories(ValueError):
    """No column holds addresses or titles."""


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One row of the file, its number as the spreadsheet shows it; everything as it was typed."""

    number: int
    address: str = ""
    title: str = ""
    summary: str = ""
    source: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    about: str = ""
    facts: str = ""
    limits: str = ""
    message: str = ""


def item_rows(content: bytes, encoding: str) -> list[ItemRow]:
    """Every row that holds anything, of too many a few more than `MOST_ROWS`. Raises `Unreadable` or `NoStories`."""
    try:
        held = (row for row in numbered_rows(decode(content, encoding)) if any(row[1]))
        rows = list(islice(held, MOST_ROWS + 2))  # a header, and one row to tell that there are too many
    except NoTable:
        raise NoStories from None
    if not rows:
        raise NoStories
    columns = named_columns(rows[0][1], _COLUMN_OF)
    if "address" in columns or "title" in columns:
        return [_item(number, cells, columns) for number, cells in rows[1:]]
    place = _column_with_addresses([cells for _number, cells in rows])
    return [_item(number, cells, {"address": place}) for number, cells in rows]


def _column_with_addresses(rows: list[list[str]]) -> int:
    """A plain list of links needs no header."""
    for cells in rows[:20]:
        for place, cell in enumerate(cells):
            if cell.lower().startswith(("https://", "http://")):
                return place
    raise NoStories


def _item(number: int, cells: list[str], columns: dict[str, int]) -> ItemRow:
    said = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    topics = tuple(topic.strip() for topic in _BETWEEN_TOPICS.split(said.pop("topics", "")) if topic.strip())
    return ItemRow(number=number, topics=topics, **said)
