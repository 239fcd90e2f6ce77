"""Pictures of pages as people meet them: phone and desktop, light and dark, each role.

`python -m tests.journeys.screens --role owner /o/northwind/ /design/` starts the product on its own servers (or uses a
running one, with --at), signs a person in, writes ./screenshots and says where a page is wider than the screen, what
axe-core finds, and what the browser complained about. It only looks: it presses nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize, sync_playwright

from advocacy.local.servers import servers

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking"]
SIZES = {"320": ViewportSize(width=320, height=640), "1280": ViewportSize(width=1280, height=860)}
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
COMPANY = "northwind"


@dataclass(slots=True)
class Look:
    """What one look at one page showed."""

    address: str
    size: str
    scheme: str
    status: int
    picture: Path
    findings: list[str] = field(default_factory=list)


@contextmanager
def product(at: str) -> Iterator[str]:
    """The address of a running product: the one given, or our own, migrated and ended with us."""
    if at:
        yield at
        return
    migrating = {**os.environ, "ADVOCACY_ROLE": "owner"}
    migrate = [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity", "0"]
    subprocess.run(migrate, env=migrating, check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    serve = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--log-level", "warning"]
    with subprocess.Popen([*serve, "advocacy.wsgi:application"]) as server:
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()


def _answering(address: str) -> str:
    for _ in range(150):
        try:
            urllib.request.urlopen(f"{address}/language/", timeout=2)
        except urllib.error.HTTPError:
            return address  # it answers, if only to say that this address wants a POST
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"Nothing answers at {address}.")


def session_of(role: str) -> str:
    """A signed-in session of somebody with this role in a company of ours; both are made when missing."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accounts.models import Member, Organization, OrganizationSettings, User
    from accounts.tenancy import acting_in

    organization, _ = Organization.objects.get_or_create(slug=COMPANY, defaults={"name": "Northwind Instruments"})
    email = f"{role}@northwind.example"
    user = User.objects.filter(email=email).first() or User.objects.create_user(
        email, "a long enough password", name="Zofia Nowak", time_zone="Europe/Warsaw"
    )
    with acting_in(organization):
        OrganizationSettings.objects.get_or_create(organization=organization)
        Member.objects.get_or_create(user=user, defaults={"email": email, "name": "Zofia Nowak", "role": role})
    session = SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session.save()
    return str(session.session_key)


def look_at(browser: Browser, base: str, address: str, size: str, scheme: Any, session: str, out: Path) -> Look:
    """One page in one size and colour scheme, as a picture with what was found."""
    context = browser.new_context(viewport=SIZES[size], color_scheme=scheme, has_touch=size == "320", base_url=base)
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": base}])
    page = context.new_page()
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        of_the_page_itself = message.location.get("url") == page.url  # its status is noted anyway
        if message.type in {"error", "warning"} and not of_the_page_itself:
            complaints.append(f"browser: {message.text}")

    page.on("console", hear)
    answer = page.goto(address, wait_until="networkidle")
    name = re.sub(r"[^a-z0-9]+", "-", address.lower()).strip("-") or "home"
    picture = out / f"{name}.{size}.{scheme}.png"
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=picture, full_page=True)
    seen = Look(address, size, scheme, answer.status if answer else 0, picture, complaints)
    wide = page.evaluate(TOO_WIDE)
    if wide > 0:
        seen.findings.append(f"{wide} px wider than the screen")
    seen.findings += _axe(page)
    context.close()
    return seen


def _axe(page: Page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"axe {one['id']}: {node['target'][0]}" for one in found for node in one["nodes"][:4]]


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.screens", description=__doc__)
    parser.add_argument("addresses", nargs="+")
    parser.add_argument("--role", default="", help="owner, admin, curator, manager or advocate; nobody when left out")
    parser.add_argument("--at", default="", help="the address of a running product that uses the same --folder")
    parser.add_argument("--folder", type=Path, default=Path(".local/screens"))
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--only", default="", help="such as 320.dark")
    wanted = parser.parse_args(words)
    os.environ.setdefault("ADVOCACY_ENV", "test")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "advocacy.settings")
    wanted.out.mkdir(parents=True, exist_ok=True)
    with servers(wanted.folder, durable=False) as addresses:
        os.environ.update(addresses)
        with product(wanted.at) as base:
            looks = _walk(base, wanted)
    findings = [look for look in looks if look.findings or look.status >= 500]
    for look in findings:
        sys.stderr.write(f"{look.address} {look.size} {look.scheme} {look.status}: {'; '.join(look.findings)}\n")
    sys.stdout.write(
        json.dumps({"pictures": len(looks), "with_findings": len(findings), "folder": str(wanted.out)}) + "\n"
    )
    return 1 if findings else 0


def _walk(base: str, wanted: argparse.Namespace) -> list[Look]:
    session = session_of(wanted.role) if wanted.role else ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        return [
            look_at(browser, base, address, size, scheme, session, wanted.out)
            for address in wanted.addresses
            for size in SIZES
            for scheme in ("light", "dark")
            if wanted.only in f"{size}.{scheme}"
        ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
