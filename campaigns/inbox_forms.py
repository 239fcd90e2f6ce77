"""What is typed around the inbox: a suggestion, a feed, a file of stories. No rule stands here: the actions refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.table_files import ENCODINGS
from campaigns.curator_forms import ADDRESS
from campaigns.inbox_rules import A_DAY_EACH, LEAST_A_DAY, MOST_A_DAY

LINK = re.compile(r"https?://\S+")


class SuggestForm(forms.Form):
    """A link, and why. The page's title is fetched where none is typed."""

    address = forms.CharField(
        label=_("Link"),
        required=False,
        max_length=2_000,
        widget=forms.TextInput(attrs={**ADDRESS, "placeholder": "https://"}),
    )
    title = forms.CharField(
        label=_("Title"),
        required=False,
        max_length=300,
        help_text=_("With a link you can leave it empty: we fetch it from the page."),
    )
    note = forms.CharField(
        label=_("Why is it worth sharing?"), required=False, max_length=500, widget=forms.Textarea({"rows": 3})
    )
    shows_name = forms.BooleanField(label=_("Show them my name"), required=False, initial=True)


def shared_with(asked: Mapping[str, Any]) -> dict[str, str]:
    """What a bookmark, or a phone's *Share*, hands over to the form. Phones put the address into the text."""
    text = str(asked.get("text", ""))
    address = str(asked.get("address") or asked.get("url") or "")
    found = LINK.search(text)
    if not address and found:
        address, text = found[0], text.replace(found[0], "")
    return {"address": address[:2_000], "title": str(asked.get("title", ""))[:300], "note": text.strip()[:500]}


class FeedForm(forms.Form):
    address = forms.CharField(
        label=_("Address of the feed, or of its page"),
        max_length=2_000,
        help_text=_("RSS, Atom or JSON Feed. Of a page we take the feed that it names."),
        widget=forms.TextInput(attrs={**ADDRESS, "placeholder": "https://"}),
    )


class FeedPaceForm(forms.Form):
    most_a_day = forms.IntegerField(
        label=_("At most this many entries a day"),
        min_value=LEAST_A_DAY,
        max_value=MOST_A_DAY,
        initial=A_DAY_EACH,
        help_text=_("The newest ones come in. What finds no room comes on the next day, for two weeks."),
    )


class ItemFileForm(forms.Form):
    """A file of stories."""

    file = forms.FileField(
        label=_("CSV file"),
        widget=forms.ClearableFileInput({"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
        help_text=_("A column “address” or “title”; “summary”, “source”, “language” and “topics” if you have them."),
    )


class ItemEncodingForm(forms.Form):
    """The preview showed odd letters."""

    encoding = forms.ChoiceField(label=_("Read the file as"), choices=[(name, name.upper()) for name in ENCODINGS])
