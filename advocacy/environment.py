"""Reads the process environment with a sentence for every value that is missing or wrong.

Owns nothing but the reading; which values exist is said in `settings.py` alone.
"""

from __future__ import annotations

import os
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ENVIRONMENTS = ("demo", "test", "production")


def environment() -> str:
    """demo, test or production; there is no default, so that nothing runs as something by accident."""
    value = os.environ.get("ADVOCACY_ENV", "")
    if value not in ENVIRONMENTS:
        raise ImproperlyConfigured(f"Set ADVOCACY_ENV to one of: {', '.join(ENVIRONMENTS)} (it is {value!r}).")
    return value


def required(name: str, why: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set {name}: {why}.")
    return value


def optional(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def switch(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").lower()
    if value not in ("", "0", "1", "true", "false"):
        raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0.")
    return value in ("1", "true") if value else default


def number(name: str, default: float) -> float:
    value = os.environ.get(name, "")
    try:
        return float(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a number.") from None


def listed(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def database(url: str) -> dict[str, object]:
    """A Django database entry from `postgresql://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must begin with postgresql:// (this product runs on PostgreSQL).")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
    }
