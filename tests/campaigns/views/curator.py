"""A curator with a browser, for tests of the library: companies stand, and nothing acts between two requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Member, Organization
from accounts.roles import Role
from accounts.tenancy import acting_in
from campaigns.models import Item
from tests.campaigns import world


@dataclass
class Curator:
    organization: Organization
    member: Member
    browser: Client = field(default_factory=Client)

    def address(self, name: str, *args: str) -> str:
        return reverse(name, args=[self.organization.slug, *args])

    def get(self, name: str, /, *args: str, **query: str) -> HttpResponse:
        return self.browser.get(self.address(name, *args), query)  # type: ignore[return-value]  # a response with extras

    def post(self, name: str, /, *args: str, **typed: Any) -> HttpResponse:
        return self.browser.post(self.address(name, *args), typed)  # type: ignore[return-value]

    def save(self, item: Item, **changed: Any) -> HttpResponse:
        """The editor as it stands, with some fields changed."""
        return self.post("item_edit", item.public_id, **{**self.standing(item), **changed})

    def standing(self, item: Item) -> dict[str, Any]:
        """What the editor's form sends when nothing was touched."""
        shown: Any = self.get("item_edit", item.public_id)
        form = shown.context["form"]
        typed: dict[str, Any] = {}
        for bound in form:
            with timezone.override(self.member.time_zone):  # values are made as they are asked for
                value = bound.value()
            if value not in (None, "", False, []):
                typed[bound.name] = "on" if value is True else value
        return typed

    def only_item(self) -> Item:
        with acting_in(self.organization):
            return Item.objects.select_related("campaign", "picture").get()

    def again(self, item: Item) -> Item:
        with acting_in(self.organization):
            return Item.objects.select_related("campaign", "picture").get(pk=item.pk)

    @contextmanager
    def acting(self) -> Iterator[None]:
        with acting_in(self.organization):
            yield


def curator(name: str = "Acme", role: str = Role.CURATOR) -> Curator:
    made = world.company(name)
    with acting_in(made.organization):
        member = world.person("Cleo", takes_part=False)
        Member.objects.filter(pk=member.pk).update(role=role)
        member.role = role
    working = Curator(made.organization, member)
    assert member.user is not None
    working.browser.force_login(member.user)
    return working


def upload(content: bytes, name: str = "picture.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")
