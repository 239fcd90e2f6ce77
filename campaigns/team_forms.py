"""The form of a thank-you. It offers the people of the board in sight; the action decides."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.actions.thanks import LONGEST_WORDS
from campaigns.selectors.leaderboard import Board


class ThanksForm(forms.Form):
    """To whom, and in which words."""

    person = forms.ChoiceField(label=_("To"))
    words = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Only this person reads them, by mail. Nobody is told that you wrote, or to whom."),
    )

    def __init__(self, board: Board, typed: Any = None) -> None:
        super().__init__(typed)
        people = [(line.person, line.name) for line in board.top if not line.is_me]
        self.has_people = bool(people)
        self.fields["person"] = forms.ChoiceField(label=_("To"), choices=people)
