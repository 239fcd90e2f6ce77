"""Checks at start, each with a sentence: what production needs, and that the named hooks exist."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Tags, register
from django.db import connections
from django.utils.module_loading import import_string

HOOKS = (
    "ON_DEPARTURE",
    "ON_DEACTIVATION",
    "ON_CONSENT_WITHDRAWN",
    "PERSONAL_RECORD",
    "FIRST_NETWORKS",
    "INVITATION_ITEMS",
    "DEPARTURE_PREVIEW",
)
FIELD_KEY_BYTES = 32  # AES-256


@register()
def hooks_exist(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """What an act at the bottom must reach is named in the settings; a wrong name must not wait for a leaver."""
    problems: list[CheckMessage] = []
    for setting in HOOKS:
        for name in getattr(settings, setting):
            try:
                import_string(name)
            except ImportError as error:
                problems.append(Error(f"{setting} names {name}, which cannot be imported: {error}", id="advocacy.E001"))
    return problems


@register(Tags.security)
def field_keys_are_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    for number, key in enumerate(settings.FIELD_KEYS, start=1):
        try:
            length = len(base64.b64decode(key, validate=True))
        except (binascii.Error, ValueError):
            length = 0
        if length != FIELD_KEY_BYTES:
            return [Critical(f"Key {number} of FIELD_KEYS is not 32 bytes in base64.", id="advocacy.E002")]
    return []


@register(Tags.security, deploy=True)
def production_is_closed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Run by `check --deploy`: no debugging, no sandbox, no mailbox page, hosts named."""
    if not settings.PRODUCTION:
        return [Error("ADVOCACY_ENV is not production.", id="advocacy.E003")]
    wrong = {
        "ALLOWED_HOSTS names no host: set it to the names people type.": not settings.ALLOWED_HOSTS,
        "DEBUG is on.": settings.DEBUG,
        "The mailbox page would be open: set EMAIL_HOST.": settings.SHOWS_MAILBOX,
        "SITE_ADDRESS must begin with https://.": not settings.SITE_ADDRESS.startswith("https://"),
    }
    return [Error(sentence, id="advocacy.E004") for sentence, is_wrong in wrong.items() if is_wrong]


@register(Tags.database)
def database_role_is_walled(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Row-level security holds only for a role that cannot step over it."""
    if not databases or settings.RUNS_AS_OWNER:
        return []
    sentence = role_that_steps_over_walls()
    return [Critical(sentence, id="advocacy.E005")] if sentence else []


def role_that_steps_over_walls() -> str:
    """A sentence where the connected role is a superuser, has BYPASSRLS or owns our tables; else ''."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT r.rolname, r.rolsuper OR r.rolbypassrls,"
            " EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relname = 'accounts_member')"
            " FROM pg_roles r WHERE r.rolname = current_user"
        )
        name, above, owns = cursor.fetchone()
    if above or owns:
        return (
            f"DATABASE_URL connects as {name}, which row-level security does not bind. Connect as advocacy_app"
            " (advocacy/local/roles.sql makes it)."
        )
    return ""
