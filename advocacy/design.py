"""`/design/`, outside production: every component in its states on one page, to look at and to test.

The texts are examples for whoever builds pages; they are not translated.
"""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import mark_safe

from accounts.models import Member, Organization
from accounts.roles import Role
from campaigns.share_lifecycle import ShareState
from integrations.networks import NETWORKS

TOKENS = settings.BASE_DIR / "static" / "css" / "tokens.css"
SCHEMES = (("", "As the device"), ("light", "Light"), ("dark", "Dark"))


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
    scheme = request.GET.get("scheme", "")
    looks = {
        "scheme": scheme if scheme in dict(SCHEMES) else "",
        "schemes": SCHEMES,
        "role": request.GET.get("role", ""),
    }
    return render(request, "design.html", {"form": example, **looks, **_tokens(), **_framed(request), **_samples()})


def _tokens() -> dict[str, Any]:
    """Read from the style sheet itself, so that the page shows what is in force."""
    source = TOKENS.read_text()
    colours = re.findall(r"^    --([\w-]+): light-dark\(", source, re.MULTILINE)
    colours = list(dict.fromkeys(colours))
    type_scale = re.findall(r"^    --(text-\w+):", source, re.MULTILINE)
    spaces = re.findall(r"^    --(space-\d+):", source, re.MULTILINE)
    rules = [
        *(f".token-{name} {{ background: var(--{name}) }}" for name in colours),
        *(f".token-{name} {{ font-size: var(--{name}) }}" for name in type_scale),
        *(f".token-{name} {{ width: var(--{name}) }}" for name in spaces),
    ]
    return {"colours": colours, "type_scale": type_scale, "spaces": spaces, "token_styles": mark_safe("\n".join(rules))}  # noqa: S308  # names of our own style sheet


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
        "example_picture": static("img/icon.svg"),
        "states": states,
        "card": card,
        "text": text,
        "soon": now + timedelta(days=2),
        "earlier": now - timedelta(hours=3),
        "roles": Role.choices,
    }
