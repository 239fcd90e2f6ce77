"""The forms of a person's own pages. They check shapes; rules and refusals are the actions'."""

from __future__ import annotations

from functools import cache

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.countries import country_choices
from accounts.time_zones import zone_names


@cache
def time_zones() -> list[tuple[str, str]]:
    """Zones by place, as people look for them; without the historical aliases."""
    places = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
    named = sorted(name for name in zone_names() if name.split("/")[0] in places and "/" in name)
    return [("UTC", "UTC"), *((name, name.replace("_", " ").replace("/", " / ")) for name in named)]


class AskLinkForm(forms.Form):
    """Where to send a sign-in link."""

    email = forms.EmailField(
        label=_("Your mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )


def _countries() -> list[tuple[str, str]]:
    return country_choices(gettext("As my company says"))


class OwnDetailsForm(forms.Form):
    """Name, language, zone and country."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language"), choices=lambda: settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zones, help_text=_("Times are shown, and posts go out, on this clock.")
    )
    country = forms.ChoiceField(
        label=_("Country"),
        choices=_countries,
        required=False,
        help_text=_("Its law decides which line in your posts tells readers where you work."),
    )


class KeyForm(forms.Form):
    """A name for a new key."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("Such as the program that will use it.")
    )
