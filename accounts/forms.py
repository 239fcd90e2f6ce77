"""Forms of people and companies: what was typed, and its shape. Rules stand in actions, which refuse in words."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.actions.settings import MOST_DISCLOSURE
from accounts.countries import country_choices
from accounts.models import Purpose
from accounts.refusals import BadInput, Refusal
from accounts.table_files import ENCODINGS
from accounts.time_zones import zone_names


def show_refusal(form: forms.Form, refusal: Refusal) -> None:
    """Put an action's sentence where the person typed."""
    field = refusal.field if isinstance(refusal, BadInput) and refusal.field in form.fields else None
    form.add_error(field, refusal.sentence)


def _zones() -> list[tuple[str, str]]:
    """Places (Europe/Warsaw), not offsets: an offset does not know of summer time."""
    names = sorted(name for name in zone_names() if "/" in name and not name.startswith("Etc/"))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def _languages() -> list[tuple[str, Any]]:
    return list(settings.LANGUAGES)


class SignUpForm(SignupForm):
    """Signing up with a name, so that a company's first page can greet its owner."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput({"autocomplete": "name"}))
    field_order = ["name", "email", "password1"]


class CompanyForm(forms.Form):
    """A new company."""

    name = forms.CharField(label=_("Company"), max_length=120, widget=forms.TextInput({"autocomplete": "organization"}))
    purpose = forms.ChoiceField(label=_("What is it for?"), choices=Purpose.choices, initial=Purpose.REPUTATION)
    language = forms.ChoiceField(label=_("Your people's main language"), choices=_languages)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=_zones, widget=forms.Select({"data-guess-zone": ""}))


class PurposeForm(forms.Form):
    """The first step."""

    purpose = forms.ChoiceField(label=_("What is it for?"), choices=Purpose.choices, widget=forms.RadioSelect)


class ToldForm(forms.Form):
    """What the company adds to the invitation page."""

    introduction = forms.CharField(
        label=_("Your own sentence"),
        required=False,
        max_length=600,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Why this, why now, who looks after it. Left empty, the page still says everything needed."),
    )
    disclosure = forms.CharField(
        label=_("Disclosure"),
        required=False,
        max_length=MOST_DISCLOSURE,
        help_text=_("Stands in each post, so that readers know who is speaking: “I work at Acme.”"),
    )


class SettingsForm(ToldForm):
    """All of the company's settings on one page."""

    purpose = forms.ChoiceField(label=_("What is it for?"), choices=Purpose.choices)
    language = forms.ChoiceField(
        label=_("Main language"), choices=_languages, help_text=_("Letters use it where a person has chosen none.")
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=_zones, help_text=_("Weeks, months and quarters of the boards begin here.")
    )
    avoided_words = forms.CharField(
        label=_("Words we avoid"),
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=_(
            "One a line, with what you say instead after “=” if you like: “users = people”. Whoever writes about a"
            " story is told where one stands, and decides."
        ),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=lambda: country_choices(gettext("No single one")),
        required=False,
        help_text=_("Its law holds in posts of people who named none of their own."),
    )
    field_order = ["purpose", "language", "time_zone", "country", "introduction", "disclosure", "avoided_words"]


class InviteForm(forms.Form):
    """A pasted list."""

    people = forms.CharField(
        label=_("E-mail addresses"),
        widget=forms.Textarea({"rows": 6, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("One a line, with a name if you like: Ada Lis, ada@example.com"),
    )


class ImportForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=_("A column “email”; “name”, “team”, “language”, “country” and “time zone” if you have them."),
    )


class EncodingForm(forms.Form):
    """The preview showed odd letters."""

    encoding = forms.ChoiceField(label=_("Read the file as"), choices=[(name, name.upper()) for name in ENCODINGS])


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name of the team"), max_length=80)


class GuidelinesForm(forms.Form):
    """The points beside the composer and the text behind them, in one language."""

    points = forms.CharField(
        label=_("The points"),
        max_length=2_000,
        widget=forms.Textarea({"rows": 9}),
        help_text=_("One a line, five at best. They stand beside every post."),
    )
    body = forms.CharField(label=_("The whole text"), max_length=20_000, widget=forms.Textarea({"rows": 22}))


class BlanksForm(forms.Form):
    """The three blanks of the default text."""

    contact = forms.CharField(
        label=_("Whom to ask"),
        max_length=160,
        required=False,
        help_text=_("A name and an address: Nadia Brandt, nadia@example.com"),
    )
    never = forms.CharField(
        label=_("What never to post"),
        max_length=300,
        required=False,
        help_text=_("Such as prices before their release, or anything about patients."),
    )
    about_us = forms.CharField(
        label=_("How to speak of us"),
        max_length=300,
        required=False,
        help_text=_("Such as the company's name as it is written, or a word you avoid."),
    )
