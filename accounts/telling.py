"""Tells a person of one happening, every way they want: a notice on their list, a letter, a word to their devices.

Owed in the transaction of the act that causes it, once per cause. What reaches devices is named in
`settings.ON_NOTICE`, since web push lies above this app. It decides nothing: whom to tell of what, the caller knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.letters import owe_letter
from accounts.models import Member, Notice


def tell(member: Member, template: str, *, cause: str, language: str, context: Mapping[str, Any]) -> None:
    """`template` is the letter's; its subject is also the sentence on the list. `context["path"]` is where it leads.

    Nobody who has left is to be told anything: the caller asks, since what it holds may be old.
    """
    notice = Notice(member=member, cause=cause, template=template, context=dict(context), path=context["path"])
    Notice.objects.bulk_create([notice], ignore_conflicts=True)
    owe_letter(template, to=member.email, language=language, cause=cause, context=context)
    for name in settings.ON_NOTICE:
        import_string(name)(member, cause=cause, path=context["path"])
