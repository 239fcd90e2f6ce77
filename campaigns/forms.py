"""Forms of the composer: what was typed, and its shape. Rules stand in actions, which refuse in words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.actions.drafts import LONGEST_WARNING
from campaigns.models import Share
from campaigns.selectors.accounts import Account
from campaigns.selectors.times import TimeChoice
from integrations.networks.audiences import AUDIENCES


class DraftForm(forms.Form):
    """The composer's: own words, where it goes, when and how; the description of each picture."""

    text = forms.CharField(
        label=_("Your words"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 7, "autocomplete": "off"}),
    )
    account = forms.ChoiceField(label=_("Where"), required=False, widget=forms.RadioSelect)
    when = forms.ChoiceField(
        label=_("When"),
        required=False,
        choices=[(choice.value, choice.value) for choice in TimeChoice],
        widget=forms.RadioSelect,
    )
    at = forms.CharField(
        label=_("Day and time"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    warning = forms.CharField(label=_("Content warning"), required=False, max_length=LONGEST_WARNING)
    visibility = forms.ChoiceField(
        label=_("Who sees it"), required=False, choices=[(value, value) for value in AUDIENCES]
    )
    language = forms.CharField(label=_("Language of the post"), required=False, max_length=10)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, share: Share, accounts: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        account = self.fields["account"]
        assert isinstance(account, forms.ChoiceField)
        account.choices = [(one.value, one.label) for one in accounts]
        self.positions = _pictures(share)
        for position, alt_text in self.positions:
            self.fields[f"alt_{position}"] = forms.CharField(
                label=_("What does the picture show?"),
                help_text=_("Read aloud to people who cannot see it."),
                initial=alt_text,
                required=False,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def picture_fields(self) -> list[forms.BoundField]:
        return [self[f"alt_{position}"] for position, _alt in self.positions]


def _pictures(share: Share) -> list[tuple[int, str]]:
    """Place and description of each (`actions/share_pictures.py`)."""
    return sorted((link.position, link.alt_text) for link in share.media_links.all())
