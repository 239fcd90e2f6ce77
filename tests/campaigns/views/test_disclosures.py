"""The page on which a company says who is speaking: laws with their sources, lines of its own, a refusal in words."""

from __future__ import annotations

import pytest

from accounts.models import OrganizationSettings
from tests.campaigns import world
from tests.campaigns.views.browser import Browser

pytestmark = pytest.mark.django_db


def test_a_line_is_written_shown_and_taken_out(acme: world.Company) -> None:
    browser = Browser(acme, acme.owner)
    page = browser.get("disclosures/")
    for shown in ("16 CFR 255", "CMA", "2005/29/EC", "#ad: I work at Acme.", "我在", "profile"):
        assert shown in page, shown
    browser.post("disclosures/", {"country": "GB", "network": "x", "sentence": "#AcmeEmployee", "label": "on"})
    written = {"country": "GB", "network": "x", "language": "", "sentence": "#AcmeEmployee", "label": True}
    assert OrganizationSettings.objects.get().disclosures == [written]
    page = browser.get("disclosures/")
    assert "#AcmeEmployee" in page
    assert "United Kingdom" in page
    browser.post("disclosures/drop/", {"country": "GB", "network": "x", "language": ""})
    assert OrganizationSettings.objects.get().disclosures == []
