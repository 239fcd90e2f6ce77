"""Dates, times and numbers in words, by the person's language (Babel) and zone. Never stores, never decides."""

from __future__ import annotations

import zoneinfo
from datetime import datetime, timedelta
from decimal import Decimal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_location
from babel.numbers import format_currency, format_decimal, format_percent
from django.utils import timezone, translation

_ZONES_WITHOUT_A_PLACE = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"}


def locale() -> Locale:
    """Babel's locale for the language that is spoken now."""
    return Locale.parse(translation.to_locale(translation.get_language() or "en"))


def in_zone(at: datetime, zone: str = "") -> datetime:
    """The moment on the person's clock, or on the clock of the zone named."""
    return timezone.localtime(at, zoneinfo.ZoneInfo(zone) if zone else None)


def day_and_clock(local: datetime, *, now: datetime | None = None) -> str:
    """`Tue 24 Nov, 09:20`; the year stands there only when it is another one."""
    spoken = locale()
    this_year = (now or timezone.now()).astimezone(local.tzinfo).year
    skeleton = "MMMEd" if local.year == this_year else "yMMMEd"
    return f"{_skeleton(skeleton, local, spoken)}, {clock(local)}"


def short_day(local: datetime) -> str:
    """`Tue 24 Nov`."""
    return _skeleton("MMMEd", local, locale())


def _skeleton(skeleton: str, local: datetime, spoken: Locale) -> str:
    words = format_skeleton(skeleton, local, locale=spoken)
    if spoken.language == "en":  # "Tue, Nov 24" in American order; the product writes "Tue 24 Nov"
        year = " y" if skeleton.startswith("y") else ""
        words = format_date(local, f"EEE d MMM{year}", locale=spoken)
    return words


def clock(local: datetime) -> str:
    """Hours and minutes, twenty-four hours in every language."""
    return format_time(local, "HH:mm", locale=locale())


def long_day(local: datetime) -> str:
    """`24 November 2026`."""
    spoken = locale()
    return format_date(local, "d MMMM y" if spoken.language == "en" else "long", locale=spoken)


def month_name(local: datetime) -> str:
    """`November 2026`."""
    return format_skeleton("yMMMM", local, locale=locale())


def place(local: datetime) -> str:
    """The zone by its city: people know "Warsaw", few know "CET"."""
    name = getattr(local.tzinfo, "key", None) or str(local.tzinfo)
    if name in _ZONES_WITHOUT_A_PLACE:
        return "UTC"
    return get_timezone_location(name, locale=locale(), return_city=True)


def ago(at: datetime, *, now: datetime) -> str:
    """`3 hours ago`, `in 2 days`."""
    return format_timedelta(at - now, add_direction=True, locale=locale())


def span(length: timedelta) -> str:
    """`3 hours`."""
    return format_timedelta(length, locale=locale())


def days(count: int) -> str:
    """`90 days`, where months would be less than was promised."""
    return format_timedelta(timedelta(days=count), granularity="day", threshold=1_000_000, locale=locale())


def number(value: Decimal | float) -> str:
    return format_decimal(value, locale=locale())


def money(dollars: Decimal) -> str:
    """US dollars, as they are written in the person's language; parts of a cent stay."""
    return str(format_currency(dollars, "USD", locale=locale(), decimal_quantization=False))


def percent(value: Decimal | float) -> str:
    return format_percent(value, locale=locale())
