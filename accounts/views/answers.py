"""How a page answers an act: a sentence and a redirect, or the refusal's sentence with nothing lost."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from accounts.forms import show_refusal
from accounts.refusals import Refusal


def acted(request: HttpRequest, act: Callable[[], object], done: str) -> bool:
    """Do what one button asks; says `done`, or the refusal's sentence. Answers whether it was done."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return False
    messages.success(request, done)
    return True


def acted_on_form(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do what a valid form asks; a refusal stands at its field, with everything that was typed."""
    if not form.is_valid():
        return False
    try:
        act()
    except Refusal as refusal:
        show_refusal(form, refusal)
        return False
    return True
