"""What an admin types about disclosures. No rule stands here: `actions/disclosures.py` decides and refuses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.countries import country_choices
from campaigns.disclosure_rules import LONGEST_DISCLOSURE
from campaigns.selectors.disclosures import network_choices


def _languages() -> list[tuple[str, Any]]:
    return [("", gettext("Every language")), *settings.LANGUAGES]


class PlaceOfLineForm(forms.Form):
    """Where a line holds."""

    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: country_choices(gettext("Every country")),
        required=False,
        help_text=_("Of the person who posts."),
    )
    network = forms.ChoiceField(
        label=_("Network"), choices=lambda: network_choices(gettext("Everywhere")), required=False
    )
    language = forms.ChoiceField(label=_("Language of the post"), choices=_languages, required=False)


class LineForm(PlaceOfLineForm):
    """A line for one place."""

    sentence = forms.CharField(
        label=_("The line"),
        max_length=LONGEST_DISCLOSURE,
        required=False,
        help_text=_("Short: it counts as part of the post. Left empty, the words stay as elsewhere."),
    )
    label = forms.BooleanField(
        label=_("Switch the network's own label on beside it"),
        required=False,
        help_text=_("Where a network has one, such as “paid partnership”. It never stands instead of the line."),
    )
