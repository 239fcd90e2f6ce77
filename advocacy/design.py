"""`/design/`, outside production: every component in its states on one page, to look at and to test.

The texts are examples for whoever builds pages; they are not translated.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import Member, Organization
from accounts.roles import Role
from campaigns.share_lifecycle import ShareState
from integrations.networks import NETWORKS


class _Example(forms.Form):
    """One of each control, some of them wrong."""

    name = forms.CharField(help_text="As it stands on your badge.")
    email = forms.EmailField(label="Mail address")
    words = forms.CharField(label="Your words", widget=forms.Textarea(attrs={"rows": 4}))
    language = forms.ChoiceField(choices=[("en", "English"), ("pl", "Polish")], required=False)
    purpose = forms.ChoiceField(
        choices=[("hiring", "Hiring"), ("sales", "Sales"), ("community", "Community")],
        widget=forms.RadioSelect,
        help_text="You can change this later.",
    )
    when = forms.DateTimeField(
        required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), label="Another time"
    )
    file = forms.FileField(required=False, label="A list of people")
    agree = forms.BooleanField(label="I have read the five points.", help_text="Version 3, from 2 November.")


def design(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved. Your people see it from now on.")
    example = _Example({"name": "", "email": "not-an-address", "words": "My draft", "purpose": "sales"})
    return render(request, "design.html", {"form": example, **_framed(request), **_samples()})


def _framed(request: HttpRequest) -> dict[str, Any]:
    """The frame as somebody with this role sees it, without a company: only for this page."""
    role = request.GET.get("role", "")
    if role not in Role.values:
        return {}
    member = Member(name="Zofia Nowak", role=role)
    organization = Organization(name="Northwind Instruments", slug="northwind")
    request.member, request.organization = member, organization  # type: ignore[attr-defined]  # what for_member sets
    return {"me": member, "organization": organization}


def _samples() -> dict[str, Any]:
    now = timezone.now()
    states = [SimpleNamespace(state=state.value, get_state_display=state.label) for state in ShareState]
    card = {
        "title": "How we cut the calibration time of our sensors by half",
        "description": "Three months, two dead ends and one good idea from the night shift.",
        "domain": "northwind.example",
        "picture": "",
    }
    text = (
        "Half the calibration time, and it was the night shift who found it. #engineering\n\n"
        "I work at Northwind. What surprised you lately?\nhttps://go.example/l/4kQ2x"
    )
    return {
        "networks": NETWORKS,
        "states": states,
        "card": card,
        "text": text,
        "soon": now + timedelta(days=2),
        "earlier": now - timedelta(hours=3),
        "roles": Role.choices,
    }
