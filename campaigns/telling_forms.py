"""The form of a person's choices of mail: day and hour on their own clock."""

from __future__ import annotations

from datetime import time

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _


def _weekdays() -> list[tuple[int, object]]:
    return list(WEEKDAYS.items())


def _hours() -> list[tuple[int, str]]:
    return [(hour, time_format(time(hour), "TIME_FORMAT")) for hour in range(24)]


class LettersForm(forms.Form):
    """Which mails, and when."""

    weekly = forms.BooleanField(label=_("A mail with stories that suit me, once a week"), required=False)
    weekday = forms.TypedChoiceField(label=_("Day"), choices=_weekdays, coerce=int)
    hour = forms.TypedChoiceField(label=_("Hour"), choices=_hours, coerce=int)
    reminders = forms.BooleanField(
        label=_("One reminder when a post of mine waits for a day"),
        required=False,
    )
