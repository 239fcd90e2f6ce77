"""Checks at start, each with a sentence: what production needs, and that the named hooks exist."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, Info, Tags, register
from django.core.files.storage import storages
from django.utils.module_loading import import_string

from accounts.checks import BEFORE_WORK
from advocacy.probe import NoAnswer, probe
from advocacy.start import is_later, role_that_steps_over_walls

HOOKS = (
    "ON_DEPARTURE",
    "ON_DEACTIVATION",
    "ON_CONSENT_WITHDRAWN",
    "PERSONAL_RECORD",
    "PERSONAL_DATA",
    "KEPT_BY_NETWORK",
    "FIRST_NETWORKS",
    "INVITATION_ITEMS",
    "DEPARTURE_PREVIEW",
    "SETUP_SEEN",
    "AUDIT_NAMES",
)
FIELD_KEY_BYTES = 32  # AES-256
LEAST_TOKEN = 24  # characters


@register(BEFORE_WORK)
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


@register(Tags.security, BEFORE_WORK)
def field_keys_are_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    for setting in ("FIELD_KEYS", "OAUTH_CLIENT_KEYS"):
        for number, key in enumerate(getattr(settings, setting), start=1):
            try:
                length = len(base64.b64decode(key, validate=True))
            except (binascii.Error, ValueError):
                length = 0
            if length != FIELD_KEY_BYTES:
                return [Critical(f"Key {number} of {setting} is not 32 bytes in base64.", id="advocacy.E002")]
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


@register(Tags.security, deploy=True)
def figures_are_closed(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """`/metrics` is for the operator's own collector, which shows a token; without one there is no such page."""
    if not settings.METRICS_TOKEN:
        sentence = "METRICS_TOKEN is not set, so /metrics is not there: nothing can alert on the engine's figures."
        return [Info(sentence, id="advocacy.I006")]
    if len(settings.METRICS_TOKEN) < LEAST_TOKEN:
        return [Error(f"METRICS_TOKEN is shorter than {LEAST_TOKEN} characters.", id="advocacy.E006")]
    return []


@register(BEFORE_WORK)
def epoch_is_a_number(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Only of numbers is it known which is later: programs of an earlier life are shut out by that."""
    if is_later(settings.RESTORE_EPOCH, than="0"):
        return []
    return [Error("RESTORE_EPOCH must be a whole number from 1 on, one higher after each restore.", id="advocacy.E007")]


@register(BEFORE_WORK)
def media_bucket_answers(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Where media lie in a bucket: nobody should learn from a lost picture that its keys are wrong."""
    bucket = settings.STORAGES["media"].get("OPTIONS", {}).get("bucket_name")
    if not bucket:
        return []
    try:
        storages["media"].exists("is it there")
    except Exception as error:  # whatever its library raises: it does not work
        sentence = f"The bucket {bucket} of S3_BUCKET does not answer, or its keys do not open it"
        return [Critical(f"{sentence} ({type(error).__name__}).", id="advocacy.E008")]
    return []


@register(Tags.database)
def database_role_is_walled(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Row-level security holds only for a role that cannot step over it."""
    if not databases or settings.RUNS_AS_OWNER:
        return []
    try:
        with probe(patience=timedelta(seconds=5)) as asked:
            sentence = role_that_steps_over_walls(asked)
    except NoAnswer:
        sentence = "The database of DATABASE_URL does not answer."
    return [Critical(sentence, id="advocacy.E005")] if sentence else []
