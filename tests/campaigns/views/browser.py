"""A signed-in person with a browser, for tests of the pages. What stands in the page is asked for by its words."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from accounts.models import Member
from tests.campaigns import world


class Browser:
    """A signed-in person in Acme."""

    def __init__(self, company: world.Company, member: Member) -> None:
        self.client = Client()
        assert member.user is not None
        self.client.force_login(member.user)
        self.base = f"/o/{company.organization.slug}/"

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(self.base + path)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.content.decode()

    def get_to(self, path: str) -> str:
        """Where a page leads on to."""
        answer = self.client.get(self.base + path)
        assert answer.status_code == 302, (path, answer.status_code)
        return answer.headers["Location"]

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 302) -> str:
        answer = self.client.post(self.base + path, data or {})
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[:2000])
        return answer.headers["Location"] if status == 302 else answer.content.decode()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found.group(1)
