"""Reads a file of people as spreadsheets write it: which column is which, and its rows. Pure; no Django, no database.

Row numbers are those a person sees in the spreadsheet, the header included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parseaddr

from accounts.table_files import NoTable, decode, named_columns, numbered_rows

COLUMNS = {
    "email": ("email", "e-mail", "mail", "email address", "e-mail address", "邮箱", "电子邮件", "почта", "эл. почта"),
    "name": ("name", "full name", "姓名", "nazwisko i imię", "imię i nazwisko", "nome e cognome", "имя", "фио"),
    "first_name": ("first name", "given name", "imię", "nome", "名"),
    "last_name": ("last name", "surname", "family name", "nazwisko", "cognome", "фамилия", "姓"),
    "team": ("team", "department", "团队", "部门", "zespół", "dział", "squadra", "reparto", "команда", "отдел"),
    "language": ("language", "语言", "język", "lingua", "язык"),
    "country": ("country", "国家", "kraj", "paese", "страна"),
    "time_zone": ("time zone", "timezone", "时区", "strefa czasowa", "fuso orario", "часовой пояс"),
}
_COLUMN_OF = {alias: column for column, aliases in COLUMNS.items() for alias in aliases}


class NoAddresses(ValueError):
    """No column holds e-mail addresses."""


@dataclass(frozen=True)
class PersonRow:
    """One row of the file, its number as the spreadsheet shows it."""

    number: int
    email: str
    name: str = ""
    team: str = ""
    language: str = ""
    country: str = ""
    time_zone: str = ""


def people_rows(content: bytes, encoding: str) -> list[PersonRow]:
    """Every row that holds anything. Raises `Unreadable` or `NoAddresses`."""
    try:
        rows = [(number, cells) for number, cells in numbered_rows(decode(content, encoding)) if any(cells)]
    except NoTable:
        raise NoAddresses from None
    if not rows:
        raise NoAddresses
    columns = _header(rows[0][1])
    if columns is not None:
        rows = rows[1:]
    else:
        columns = {"email": _column_with_addresses([cells for _number, cells in rows])}
        columns |= {"name": 1 - columns["email"]} if columns["email"] < 2 else {}
    return [_person(number, cells, columns) for number, cells in rows]


def _header(cells: list[str]) -> dict[str, int] | None:
    columns = named_columns(cells, _COLUMN_OF)
    return columns if "email" in columns else None


def _column_with_addresses(rows: list[list[str]]) -> int:
    for cells in rows[:20]:
        for place, cell in enumerate(cells):
            if "@" in cell:
                return place
    raise NoAddresses


def _person(number: int, cells: list[str], columns: dict[str, int]) -> PersonRow:
    def cell(column: str) -> str:
        place = columns.get(column, len(cells))
        return cells[place] if place < len(cells) else ""

    name = cell("name") or f"{cell('first_name')} {cell('last_name')}".strip()
    return PersonRow(
        number=number,
        email=cell("email"),
        name=name,
        team=cell("team"),
        language=cell("language"),
        country=cell("country"),
        time_zone=cell("time_zone"),
    )


def pasted_people(text: str) -> tuple[list[PersonRow], list[str]]:
    """People from a pasted list, and the pieces that are no addresses.

    One a line, or separated by commas or semicolons: `ada@x.test`, `Ada Lis <ada@x.test>`,
    `Ada Lis, ada@x.test`, or columns copied from a spreadsheet.
    """
    people: list[PersonRow] = []
    wrong: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        pieces = [piece.strip() for piece in re.split(r"[,;\t]", line) if piece.strip()]
        addresses = [piece for piece in pieces if "@" in piece]
        if not addresses and pieces:
            wrong.append(line.strip())
        elif len(addresses) == 1:
            name = " ".join(piece for piece in pieces if "@" not in piece)
            people.append(_pasted(number, addresses[0], name))
        else:
            people += [_pasted(number, address, "") for address in addresses]
    return people, wrong


def _pasted(number: int, piece: str, name: str) -> PersonRow:
    written, address = parseaddr(piece)
    return PersonRow(number=number, email=address or piece, name=name or written)
