"""A real browser on its way to a network and back: our Content-Security-Policy lets it through, without JavaScript."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from accounts.tenancy import acting_in
from integrations.models import Connection
from tests.integrations.connected import place, somebody
from tests.integrations.sandbox.rig import SandboxProcess
from tests.integrations.signing_in import browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
WITHOUT = not Path(CHROMIUM).exists() and os.environ.get("REQUIRE_BROWSER") != "1"


@pytest.mark.browser
@pytest.mark.skipif(WITHOUT, reason="no Chromium here")
@pytest.mark.django_db(transaction=True)
def test_to_the_network_and_back(live_server: Any, networks: SandboxProcess, settings: Any, tmp_path: Path) -> None:
    settings.SITE_ADDRESS = live_server.url
    organization, owner = place()
    bob = somebody(organization, owner)
    session = browser(bob).cookies["session"].value
    pictures = Path(os.environ.get("SCREENSHOTS", str(tmp_path)))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        phone = {"width": 320, "height": 640}
        context = chromium.new_context(java_script_enabled=False, viewport=phone)  # type: ignore[arg-type]  # a plain dict
        context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/o/{organization.slug}/connections/")
        page.screenshot(path=pictures / "connections-320.png", full_page=True)
        page.get_by_role("link", name="Connect Mastodon").click()
        page.screenshot(path=pictures / "connect-mastodon-320.png", full_page=True)
        page.get_by_role("button", name="Yes, go on to Mastodon").click()
        page.wait_for_url(f"{networks.base_url}/**")
        page.locator("[name=new_handle]").fill("bob")
        page.get_by_role("button", name="Allow").click()
        page.wait_for_url(f"{live_server.url}/o/{organization.slug}/connections/")
        assert "is connected." in page.inner_text("main")
        page.screenshot(path=pictures / "connected-320.png", full_page=True)
        chromium.close()
    with acting_in(organization):
        assert Connection.objects.get().network == "mastodon"
