"""A check at start: every module of `settings.ERRAND_KINDS` exists and names its errands, each kind once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

# The tag of checks that programs without pages ask as well: those of Django load every page.
BEFORE_WORK = "before_work"


@register(BEFORE_WORK)
def errands_have_handlers(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  # every check is called so
    **kwargs: Any,  # noqa: ARG001  # every check is called so
) -> list[CheckMessage]:
    """A wrong name must not wait until somebody is owed that errand."""
    from accounts.errands import handlers  # its models are there only once all apps are

    try:
        handlers()
    except (ImportError, AttributeError, LookupError) as error:
        return [Error(f"settings.ERRAND_KINDS: {error}", id="accounts.E001")]
    return []
