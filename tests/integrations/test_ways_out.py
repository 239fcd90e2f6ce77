"""Nothing but the outbound door opens a connection to the outside; read from the source of the whole tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
DOOR = ("integrations/http.py", "integrations/outbound_sockets.py")
ALLOWED = (*DOOR, "advocacy/local/", "integrations/sandbox/")  # the last two serve and start local processes
OUTBOUND = {"requests", "httpx", "aiohttp", "urllib3", "socket", "http.client", "urllib.request", "ftplib", "telnetlib"}
# What a caller of OAuth2Session needs of requests: names that open nothing.
HARMLESS = {"RequestException", "Response", "auth"}


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def opens_connections(name: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in OUTBOUND)


def ways_out(tree: ast.AST) -> set[str]:
    """What a file could call the outside with: imports, and what it takes from `requests` beyond harmless names."""
    taken = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "requests"
    }
    names = set(imported(tree))
    guilty = {name for name in names - {"requests"} if opens_connections(name)}
    guilty |= {f"requests.{name}" for name in taken - HARMLESS} if "requests" in names else set()
    mounts = any(isinstance(node, ast.Attribute) and node.attr == "mount" for node in ast.walk(tree))
    if "requests_oauthlib.OAuth2Session" in names and not mounts:
        guilty.add("an OAuth2Session that is not mounted")
    return guilty


def test_nothing_else_opens_connections_to_the_outside() -> None:
    """Whoever needs the outside asks `integrations.http`: one place for timeouts, address checks and redaction."""
    packages = ("accounts", "advocacy", "campaigns", "integrations")
    files = {path.relative_to(ROOT).as_posix(): path for package in packages for path in (ROOT / package).rglob("*.py")}
    found = {
        name: ways_out(ast.parse(path.read_text())) for name, path in files.items() if not name.startswith(ALLOWED)
    }
    assert len(found) > 20
    assert {name: ways for name, ways in found.items() if ways} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import httpx",
        "import socket as s",
        "from urllib.request import urlopen",
        "from urllib import request",
        "from requests import get",
        "import requests\nrequests.post('https://a.example')",
        "import requests\nrequests.Session().get('https://a.example')",
        "import requests.sessions",
        "from requests_oauthlib import OAuth2Session\nOAuth2Session('us').get('https://a.example')",
    ],
)
def test_that_rule_bites(line: str) -> None:
    assert ways_out(ast.parse(line))
    assert ways_out(ast.parse("import requests\nfrom urllib.parse import urlsplit\nrequests.RequestException")) == set()
