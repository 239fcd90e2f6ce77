"""Bluesky's own server as a process beside us, and the plain calls a person's own client would make to it.

It reads with urllib and no code of ours, so that what it says about a post is the server's word alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Page

from advocacy.local.processes import last_lines
from tests.peers.bluesky_reading import differences
from tests.peers.browsing import SignIn
from tests.peers.installing import FOLDER, HERE, Node, PeerTrouble

COLLECTION = "app.bsky.feed.post"
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class PersonThere:
    """An account on that server, with the app password its person made for us."""

    did: str
    handle: str
    password: str
    app_password: str
    session: str  # a token of their own, signed in with the password that only they know

    @property
    def account_id(self) -> str:
        return self.did


@dataclass(frozen=True, slots=True)
class BlueskyPeer:
    """The running server. `address` is its http://localhost:port, `directory` where its accounts are looked up."""

    address: str
    directory: str
    network = "bluesky"
    takes_back = True

    @property
    def addresses(self) -> tuple[str, ...]:
        """What our programs must be able to reach."""
        return self.address, self.directory

    @property
    def settings(self) -> dict[str, str]:
        return {"NETWORK_BLUESKY_DIRECTORY_URL": self.directory, "NETWORK_BLUESKY_API_URL": self.address}

    def person(self, name: str) -> PersonThere:
        """Sign up there and make an app password, as a person does in Bluesky's settings."""
        handle, password = f"{name}.test", os.urandom(12).hex()
        asked = {"handle": handle, "email": f"{name}@example.com", "password": password}
        made = self._call("com.atproto.server.createAccount", body=asked)
        session = self._call("com.atproto.server.createSession", body={"identifier": handle, "password": password})
        app = self._call("com.atproto.server.createAppPassword", body={"name": "shares"}, token=session["accessJwt"])
        own = session["accessJwt"]
        return PersonThere(did=made["did"], handle=handle, password=password, app_password=app["password"], session=own)

    def sign_in(self, person: PersonThere) -> SignIn:
        def say_yes(page: Page) -> None:
            page.get_by_role("button", name="Sign in").click()
            page.locator("input[name=username]").fill(person.handle)
            page.locator("input[name=password]").fill(person.password)
            page.locator("button[type=submit]").click()
            page.get_by_role("button", name="Authorize").click()

        return say_yes

    def differences(self, canonical: str, *, links: list[str], tags: list[str]) -> list[str]:
        approved = json.loads(canonical)
        did = approved["account_id"]
        there = self.record(did, approved["rkey"])
        if there is None:
            raise PeerTrouble("The share says that it is out, and the server has no such post.")
        return differences(canonical, there, links=links, tags=tags, blob=lambda cid: self.blob(did, cid))

    def deactivate(self, person: PersonThere) -> None:
        """The person pauses their account."""
        self._tell("com.atproto.server.deactivateAccount", person, {})

    def reactivate(self, person: PersonThere) -> None:
        self._tell("com.atproto.server.activateAccount", person, None)

    def record(self, did: str, rkey: str) -> Body | None:
        """A post as the server keeps it, with its uri and cid; None where it says that there is none."""
        asked = {"repo": did, "collection": COLLECTION, "rkey": rkey}
        try:
            return self._call("com.atproto.repo.getRecord", query=asked)
        except urllib.error.HTTPError as refusal:
            said = json.load(refusal)
            if refusal.code == 400 and said.get("error") == "RecordNotFound":
                return None
            raise PeerTrouble(f"The server answered {refusal.code} {said}.") from refusal

    def write(self, person: PersonThere, text: str) -> str:
        """The person posts by their own client; answers the post's uri."""
        record = {"$type": COLLECTION, "text": text, "createdAt": datetime.now(UTC).isoformat().replace("+00:00", "Z")}
        asked = {"repo": person.did, "collection": COLLECTION, "record": record}
        return str(self._call("com.atproto.repo.createRecord", body=asked, token=person.session)["uri"])

    def posts(self, did: str, collection: str = COLLECTION) -> list[Body]:
        """Everything that account has posted, or liked, reposted, followed: each kind has its own collection."""
        asked = {"repo": did, "collection": collection, "limit": "100"}
        found: list[Body] = self._call("com.atproto.repo.listRecords", query=asked)["records"]
        return found

    def blob(self, did: str, cid: str) -> bytes:
        """A picture's bytes as the server hands them to everybody."""
        query = urlencode({"did": did, "cid": cid})
        with urllib.request.urlopen(f"{self.address}/xrpc/com.atproto.sync.getBlob?{query}", timeout=10) as answer:
            content: bytes = answer.read()
        return content

    def _tell(self, method: str, person: PersonThere, body: Body | None) -> None:
        headers = {"Authorization": f"Bearer {person.session}"} | (
            {"Content-Type": "application/json"} if body == {} else {}
        )
        content = b"" if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/xrpc/{method}", content, headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def _call(self, method: str, *, body: Body | None = None, query: Body | None = None, token: str = "") -> Body:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        address = f"{self.address}/xrpc/{method}" + (f"?{urlencode(query)}" if query else "")
        content = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(urllib.request.Request(address, content, headers), timeout=10) as answer:
            said: Body = json.load(answer)
        return said


@contextmanager
def bluesky_server(node: Node, folder: Path) -> Iterator[BlueskyPeer]:
    """A fresh server for the block, with its data under `folder`."""
    data = folder / "bluesky"
    data.mkdir(parents=True)
    log = folder / "bluesky.log"
    environment = {**os.environ, "NODE_PATH": str(FOLDER / "node_modules"), "LOG_ENABLED": "0"}
    command = [str(node.program), str(HERE / "bluesky_server.cjs"), str(data)]
    with log.open("w") as lines:
        # Its standard input ends with us, however we end, and it ends with that.
        server = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=lines, text=True
        )
    try:
        yield _running(server, log)
    finally:
        server.terminate()
        server.communicate(timeout=15)


def _running(server: subprocess.Popen[str], log: Path) -> BlueskyPeer:
    assert server.stdout is not None
    line = server.stdout.readline()
    if not line:
        raise PeerTrouble(f"Bluesky's server did not start.\n{last_lines(log)}")
    said = json.loads(line)
    return BlueskyPeer(said["pds"], said["directory"])
