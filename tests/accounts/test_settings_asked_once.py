"""A page that is only read asks for its company's settings once, and never gets another company's."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.actions.settings import change_settings
from accounts.selectors.organization import settings_asked_once, settings_of
from accounts.tenancy import NoOrganization, acting_in
from tests.accounts.companies import company

pytestmark = pytest.mark.django_db


def test_a_page_asks_once_and_each_company_for_itself(django_assert_num_queries: Any) -> None:
    (acme, owner), (globex, _) = company("Acme"), company("Globex", owner="owner@globex.test")
    with acting_in(acme):
        change_settings(by=owner, changes={"introduction": "Hello from Acme."})
    with settings_asked_once():
        with acting_in(acme), django_assert_num_queries(1):
            assert settings_of().introduction == settings_of().introduction == "Hello from Acme."
        with acting_in(globex):
            assert settings_of().organization_id == globex.pk
        with pytest.raises(NoOrganization):
            settings_of()


def test_elsewhere_what_was_changed_is_seen_at_once() -> None:
    acme, owner = company("Acme")
    with acting_in(acme):
        assert settings_of().introduction == ""
        change_settings(by=owner, changes={"introduction": "New."})
        assert settings_of().introduction == "New."
