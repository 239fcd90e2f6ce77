"""Reads tables as spreadsheets write them: encoding, delimiter, rows. Pure; no Django, no database.

Row numbers are those a person sees in the spreadsheet. What the columns mean, `people_files.py` and
`campaigns/item_files.py` know.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping

ENCODINGS = ("utf-8", "utf-16", "cp1252", "gb18030", "cp1250", "cp1251")
DELIMITERS = ",;\t"


class Unreadable(ValueError):
    """The bytes are not text in the encoding."""


class NoTable(ValueError):
    """The text is no table."""


def guess_encoding(content: bytes) -> str:
    """The encoding that fits the bytes. Asked in the order in which a wrong guess is least likely."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if not content.startswith(codecs.BOM_UTF8) and content[:400].count(0) * 3 > len(content[:400]):
        return "utf-16"  # no mark in front, but every other byte is zero
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030" if _looks_chinese(content) else "cp1252"
    return "utf-8"


def _looks_chinese(content: bytes) -> bool:
    """Chinese text comes in pairs of high bytes; a Western accent stands between plain letters."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return False
    pairs = [char.encode("gb18030") for char in text if ord(char) > 127]
    both_high = sum(1 for pair in pairs if len(pair) == 2 and pair[1] >= 0xA1)
    return bool(pairs) and both_high * 10 >= len(pairs) * 9


def decode(content: bytes, encoding: str) -> str:
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    elif encoding == "utf-16" and not content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16-be" if content[:1] == b"\0" else "utf-16-le"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(encoding) from error
    if "\0" in text:
        raise Unreadable(encoding)
    return text


def numbered_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [cell.strip() for cell in cells]
    except csv.Error as error:  # a field longer than the reader allows
        raise NoTable from error


def named_columns(cells: list[str], column_of: Mapping[str, str]) -> dict[str, int]:
    """The place of each column that a header names, the first of each."""
    names = [cell.lower().replace("_", " ") for cell in cells]
    return {column_of[name]: place for place, name in reversed(list(enumerate(names))) if name in column_of}
