"""Web push: what a service gets is signed and sealed, what it answers is obeyed, and no text of a post is in it."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from py_vapid import Vapid02

from accounts.actions.departures import leave
from accounts.errands import run_errands
from accounts.models import Errand, Member, Organization, OrganizationSettings, User
from accounts.telling import tell
from accounts.tenancy import acting_in
from integrations.actions.web_push import add_device
from integrations.channels import web_push
from integrations.models import PushDevice
from tests.accounts.companies import company, joined

pytestmark = pytest.mark.django_db
PATH = "/o/acme/queue/"


class Service(ThreadingHTTPServer):
    """A push service of a browser's maker: keeps what it got, and answers as it is told."""

    status = 201

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), Answer)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:  # noqa: N802  # the standard library's name
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


class Browser:
    """What a browser keeps to itself: the private key of its subscription."""

    def __init__(self, service: Service) -> None:
        self.key, self.secret = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        self.endpoint = f"http://{service.host}/send/abc"

    def subscription(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": text(point), "auth": text(self.secret)}

    def read(self, body: bytes) -> dict[str, str]:
        opened: dict[str, str] = json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret))
        return opened


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    settings.PUSH_PRIVATE_KEY = web_push.new_private_key()
    settings.PUSH_CONTACT = "stories@acme.test"
    with Service() as running:
        settings.OUTBOUND_ALLOWED_HOSTS = [running.host]
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def acme(service: Service) -> tuple[Organization, Member]:
    organization, owner = company()
    return organization, joined(organization, owner, "ada@x.test")[0]


def told(organization: Organization, ada: Member, browser: Browser, *, cause: str = "held:1") -> None:
    context = {"name": "Ada", "title": "A secret title", "held_reason": "late", "network": "X", "path": PATH}
    with acting_in(organization):
        add_device(ada, by=ada, **browser.subscription(), label="Firefox, Linux")
        tell(ada, "notice_held", cause=cause, language="en", context=context)
    run_errands(mail=False)


def test_one_happening_reaches_the_device_sealed_and_signed(
    service: Service, acme: tuple[Organization, Member]
) -> None:
    browser = Browser(service)
    told(*acme, browser)
    [(headers, body)] = service.got
    assert browser.read(body) == {
        "title": "Acme",
        "body": "There is news of a post or an account of yours.",
        "path": PATH,
    }
    assert (headers["Content-Encoding"], headers["Ttl"] if "Ttl" in headers else headers["TTL"]) == (
        "aes128gcm",
        "86400",
    )
    token, key = (part.split("=", 1)[1] for part in headers["Authorization"].removeprefix("vapid ").split(","))
    assert key == web_push.public_key()
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert (claims["aud"], claims["sub"]) == (f"http://{service.host}", "mailto:stories@acme.test")
    assert Vapid02.verify(headers["Authorization"])


def test_nothing_of_the_device_lies_open(service: Service, acme: tuple[Organization, Member]) -> None:
    organization, ada = acme
    browser = Browser(service)
    told(organization, ada, browser)
    with acting_in(organization):
        row = PushDevice.objects.get()
        kept = bytes(row.sealed) + str(row.__dict__).encode()
        assert browser.endpoint.encode() not in kept
        assert browser.subscription()["p256dh"].encode() not in kept
        assert not Errand.objects.filter(kind="push").exclude(payload={}).exists()


@pytest.mark.parametrize(("status", "stays"), [(410, 0), (404, 0), (201, 1), (429, 1), (503, 1), (403, 1)])
def test_a_browser_that_let_go_is_forgotten(
    service: Service, acme: tuple[Organization, Member], status: int, stays: int
) -> None:
    service.status = status
    told(*acme, Browser(service))
    with acting_in(acme[0]):
        assert PushDevice.objects.count() == stays
        state = Errand.objects.get(kind="push").state
    assert state == {429: "waiting", 503: "waiting", 403: "given_up"}.get(status, "done")


def test_the_same_browser_is_one_device_and_the_same_cause_one_word(
    service: Service, acme: tuple[Organization, Member]
) -> None:
    browser = Browser(service)
    told(*acme, browser)
    told(*acme, browser)
    assert len(service.got) == 1
    told(*acme, browser, cause="held:2")
    assert len(service.got) == 2


def test_the_word_is_in_the_companys_language_where_the_person_chose_none(
    service: Service, acme: tuple[Organization, Member]
) -> None:
    organization, ada = acme
    with acting_in(organization):
        Member.objects.filter(pk=ada.pk).update(language="")
        User.objects.filter(email=ada.email).update(language="")
        OrganizationSettings.objects.update(language="pl")
    browser = Browser(service)
    told(organization, ada, browser)
    assert browser.read(service.got[0][1])["body"] == "Jest coś nowego o Twoim wpisie lub koncie."


def test_leaving_ends_it(service: Service, acme: tuple[Organization, Member]) -> None:
    organization, ada = acme
    told(organization, ada, Browser(service))
    with acting_in(organization):
        leave(ada, by=ada)
        assert not PushDevice.objects.exists()


def test_the_page_offers_it_only_with_a_key(service: Service, acme: tuple[Organization, Member], settings: Any) -> None:
    organization, ada = acme
    client = Client()
    client.force_login(ada.user)  # type: ignore[arg-type]  # joined, so there is one
    page, add = f"/o/{organization.slug}/me/telling/", f"/o/{organization.slug}/me/telling/devices/"
    assert web_push.public_key() in client.get(page).content.decode()
    assert client.post(add, {**Browser(service).subscription(), "label": "Firefox, Linux"}).status_code == 200
    assert "Firefox, Linux" in client.get(page).content.decode()
    bad = {"endpoint": "https://push.test/x", "p256dh": "AAAA", "auth": "AAAA", "label": "x"}
    assert client.post(add, bad).status_code == 400
    assert client.post(add, {**Browser(service).subscription(), "endpoint": "https://[push.test/x"}).status_code == 400
    assert client.post(add, {**Browser(service).subscription(), "endpoint": "http://10.0.0.1/x"}).status_code == 400
    settings.PUSH_PRIVATE_KEY = ""
    assert "push.js" not in client.get(page).content.decode()
    assert client.post(add, bad).status_code == 404
