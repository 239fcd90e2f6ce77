"""A server that speaks Mastodon's API as a process beside us, and the plain calls of a person's own client to it.

It is snac: small, and laxer than Mastodon (it knows no Idempotency-Key and takes nothing back). It reads with urllib
and no code of ours, so that what it says about a post is the server's word alone.
"""

from __future__ import annotations

import json
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

from advocacy.local.processes import end, free_port, last_lines, spawn, wait_until
from tests.peers.browsing import SignIn
from tests.peers.installing import PeerTrouble
from tests.peers.mastodon_reading import differences

Body = dict[str, Any]
A_DESK = "urn:ietf:wg:oauth:2.0:oob"  # for a program without a page to come back to


@dataclass(frozen=True, slots=True)
class PersonThere:
    account_id: str
    login: str
    password: str
    token: str  # of their own client


@dataclass(frozen=True, slots=True)
class MastodonPeer:
    """The running server. `address` is its http://localhost:port; `program` and `data` are for its own commands."""

    address: str
    program: Path
    data: Path
    network = "mastodon"
    takes_back = False

    @property
    def addresses(self) -> tuple[str, ...]:
        """What our programs must be able to reach."""
        return (self.address,)

    @property
    def settings(self) -> dict[str, str]:
        return {"NETWORK_MASTODON_DEFAULT_SERVER": self.address}

    def answers(self) -> bool:
        try:
            return bool(self._call("/api/v1/instance"))
        except urllib.error.URLError:
            return False

    def person(self, name: str) -> PersonThere:
        """Whoever runs such a server makes the account, and hands on its password."""
        command = [str(self.program), "adduser", str(self.data), name]
        said = subprocess.run(command, input="\n", capture_output=True, text=True, check=True).stdout
        password = said.partition("password is ")[2].split()[0]
        token = self._token(name, password)
        account = self._call("/api/v1/accounts/verify_credentials", token=token)
        return PersonThere(str(account["id"]), name, password, token)

    def sign_in(self, person: PersonThere) -> SignIn:
        def say_yes(page: Page) -> None:
            page.locator("input[name=login]").fill(person.login)
            page.locator("input[name=passwd]").fill(person.password)
            page.locator("input[type=submit]").click()

        return say_yes

    def posts(self, account_id: str) -> list[Body]:
        return list(self._call(f"/api/v1/accounts/{account_id}/statuses"))

    def post(self, post_id: str, person: PersonThere) -> Body:
        """As that person's client shows it, with what they did to it."""
        return dict(self._call(f"/api/v1/statuses/{post_id}", token=person.token))

    def write(self, person: PersonThere, text: str) -> Body:
        """The person posts by their own client."""
        return dict(self._call("/api/v1/statuses", token=person.token, sent={"status": text}))

    def file(self, url: str) -> bytes:
        with urllib.request.urlopen(url, timeout=10) as answer:
            content: bytes = answer.read()
        return content

    def differences(self, canonical: str, *, links: list[str], tags: list[str]) -> list[str]:
        there = self.posts(json.loads(canonical)["account_id"])
        if len(there) != 1:
            raise PeerTrouble(f"The share says that it is out, and the server has {len(there)} posts.")
        return differences(canonical, there[0], links=links, tags=tags, file=self.file)

    def _token(self, login: str, password: str) -> str:
        app = self._call("/api/v1/apps", sent={"client_name": "Own client", "redirect_uris": A_DESK})
        typed = {"login": login, "passwd": password, "redir": A_DESK, "cid": app["client_id"], "state": ""}
        with urllib.request.urlopen(
            f"{self.address}/oauth/x-snac-login", urlencode(typed).encode(), timeout=10
        ) as page:
            code = page.read().decode()
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": A_DESK}
        proof = {name: app[name] for name in ("client_id", "client_secret")}
        return str(self._call("/oauth/token", sent=asked | proof)["access_token"])

    def _call(self, path: str, *, token: str = "", sent: Body | None = None) -> Any:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        content = json.dumps(sent).encode() if sent is not None else None
        with urllib.request.urlopen(
            urllib.request.Request(self.address + path, content, headers), timeout=10
        ) as answer:
            return json.load(answer)


@contextmanager
def mastodon_server(program: Path, folder: Path) -> Iterator[MastodonPeer]:
    """A fresh server for the block, with its data under `folder`."""
    data, port = folder / "snac", free_port()
    log = folder / "snac.log"
    answers = "\n".join(["127.0.0.1", str(port), f"localhost:{port}", "", "", ""])
    subprocess.run([program, "init", data], input=answers, capture_output=True, text=True, check=True)
    settings = data / "server.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "protocol": "http"}))
    with log.open("w") as lines:
        server = spawn([str(program), "httpd", str(data)], output=lines.fileno())
    try:
        peer = MastodonPeer(f"http://localhost:{port}", program, data)
        if not wait_until(peer.answers, seconds=15):
            raise PeerTrouble(f"The Mastodon-API server did not start.\n{last_lines(log)}")
        yield peer
    finally:
        end(server, gently=signal.SIGTERM, firmly=signal.SIGKILL, patience=10)
