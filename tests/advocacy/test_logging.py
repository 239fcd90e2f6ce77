"""What reaches the logs: no mailed link, no row of the database."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import Error, connection
from django.test import Client

from accounts.derived_secrets import invitation_secret
from accounts.tenancy import acting_in
from advocacy.logging import JsonLines
from tests.accounts.companies import company, invite

db = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What the root handler of the settings would have written."""
    written, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    yield written
    root.removeHandler(handler)


@db
@pytest.mark.parametrize("tail", ["/", "./", "/nothing/", "/ż/"])
def test_a_refused_invitation_is_logged_by_its_route(lines: io.StringIO, tail: str) -> None:
    organization, owner = company()
    with acting_in(organization):
        secret = invitation_secret(organization, invite(owner, "ivo@acme.test")[0])
    unread = {"answer": "take_part", "language": "en", "text_version": "old"}
    answers = [
        Client().post(f"/i/{secret}{tail}", unread),
        Client(enforce_csrf_checks=True).post(f"/i/{secret}{tail}", unread),
        Client(enforce_csrf_checks=True).post(
            "/companies/", secure=True, HTTP_REFERER=f"https://elsewhere.test/i/{secret}/"
        ),
    ]
    assert all(answer.status_code >= 400 for answer in answers)
    assert secret not in lines.getvalue()
    if tail == "/":
        assert json.loads(lines.getvalue().splitlines()[0])["what"].endswith(": /i/<str:token>/")


@db
def test_a_database_error_is_logged_without_its_rows(lines: io.StringIO) -> None:
    row = "E'Row (my draft,' || chr(10) || chr(10) || 'its end)'"
    statement = f"DO $$ BEGIN RAISE unique_violation USING MESSAGE = 'twice', DETAIL = {row}; END $$"
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
    except Error as error:
        logging.getLogger("test").exception("It broke: %r", error)
    written = json.loads(lines.getvalue())
    assert written["what"] == "It broke: IntegrityError('twice')"
    assert written["error"].count("UniqueViolation: twice\n") == 1
    assert written["error"].endswith("IntegrityError: twice")
    assert "my draft" not in lines.getvalue()


def test_the_development_server_names_no_address() -> None:
    record = logging.LogRecord(
        "django.server", logging.WARNING, "", 0, '"%s" %s %s', ("GET /i/abc HTTP/1.1", "404", "9"), None
    )
    record.status_code = 404
    assert json.loads(JsonLines().format(record))["what"] == "Answered 404"


def test_no_server_of_ours_keeps_an_access_log() -> None:
    home = Path(settings.BASE_DIR)
    for name in ("Dockerfile", "docker-compose.yml", "advocacy/local/programs.py"):
        text = (home / name).read_text()
        assert "granian" in text
        assert not re.search(r"(?<!no-)access-log|LOG_ACCESS", text), f"{name} would keep the addresses people opened"
