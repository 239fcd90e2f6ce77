"""What is kept about people: one entry for each kind of datum, read by the page *What is stored, who sees it*.

Each app has its own `personal_data.py` (named in `settings.PERSONAL_DATA`). A model that holds something about a person
and stands in none of them fails `tests/architecture/test_personal_data.py`, as does one missing from a person's record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from accounts.retention import every_line


@dataclass(frozen=True)
class Datum:
    """One kind of datum, in words that a person understands.

    `retention` names the line of `accounts/retention.py` that ends it; its days stand in `until` as %(span)s. `page` is
    the name of the address where the person changes or ends it ('': nothing to change), `act` the words of that link.
    """

    key: str
    what: Any  # lazy sentences, here and below; %(company)s is the company's name
    seen_by: Any
    until: Any
    models: tuple[str, ...]
    retention: str = ""
    page: str = ""
    act: Any = ""


@dataclass(frozen=True)
class KeptAccount:
    """An account on a network as its person's page shows it (`settings.KEPT_BY_NETWORK`)."""

    network: str
    handle: str
    since: datetime
    ended_at: datetime | None
    keeps_key: bool
    key_ends_at: datetime | None
    keeps_picture: bool


ONLY_YOU = _("Only you")
YOU_AND_ADMINISTRATORS = _("You and %(company)s's administrators")
UNTIL_YOU_CHANGE = _("until you change it, or leave")

PERSONAL_DATA: tuple[Datum, ...] = (
    Datum(
        "person",
        _("Your mail address, your name as the company writes it, your role and teams"),
        YOU_AND_ADMINISTRATORS,
        _("until you leave; afterwards your receipt needs the address"),
        ("accounts.Member", "accounts.TeamMember"),
    ),
    Datum(
        "sign_in",
        _("Your sign-in: name, language, time zone, and links we mailed to sign you in"),
        ONLY_YOU,
        _("as long as you have a sign-in here; a mailed link works for minutes"),
        ("accounts.User", "accounts.SignInLink"),
        page="me",
        act=_("Change"),
    ),
    Datum(
        "invitation",
        _("When you were invited, and when the invitation ends"),
        YOU_AND_ADMINISTRATORS,
        _("60 days at most; what you answered is not kept beside it"),
        ("accounts.Invitation",),
    ),
    Datum(
        "agreements",
        _("What you agreed to, when, and to which words; guidelines you accepted"),
        ONLY_YOU,
        _("for good, so that you can prove it: entries are only added and name you by a number"),
        ("accounts.ConsentEntry", "accounts.GuidelinesAcceptance"),
    ),
    Datum(
        "letters",
        _("Which mails you want, and on what day and hour"),
        ONLY_YOU,
        UNTIL_YOU_CHANGE,
        ("accounts.LetterChoices", "accounts.StopLink"),
        page="telling",
        act=_("Choose"),
    ),
    Datum(
        "notices",
        _("Notices about your own posts and accounts"),
        ONLY_YOU,
        _("for %(span)s"),
        ("accounts.Notice",),
        retention="notices",
    ),
    Datum(
        "keys",
        _("Keys for programs: their names and when they were used, never the key itself"),
        ONLY_YOU,
        _("until %(span)s after you took one back"),
        ("accounts.PersonalKey",),
        retention="revoked keys",
        page="keys",
        act=_("See and take back"),
    ),
    Datum(
        "repeated_requests",
        _("Answers to your programs' requests, to answer a repeated one alike"),
        ONLY_YOU,
        _("for %(span)s"),
        ("accounts.IdempotencyRecord",),
        retention="repeated requests",
    ),
    Datum(
        "acts",
        _("What you did here: your own choices and posts"),
        _("Only you; what you do for the programme stands in %(company)s's audit"),
        _("for good: entries are only added and name you by a number"),
        ("accounts.AuditEntry",),
    ),
    Datum(
        "on_device",
        _("What you are typing, on your own device, so that it survives a lost connection"),
        _("Whoever uses that device while you are signed in"),
        _("until it is saved, or you sign out"),
        (),
    ),
    Datum(
        "receipts",
        _("The receipt of leaving"),
        _("Whoever has its address, which only you got"),
        _("for good, so that you can prove it"),
        ("accounts.DepartureReceipt",),
    ),
)


def every_datum() -> Iterator[Datum]:
    for name in settings.PERSONAL_DATA:
        yield from import_string(name)


def days_of(retention: str) -> int:
    """How many days the retention table keeps these rows."""
    return next(kept.days for kept in every_line() if kept.what == retention)
