"""The field key is changed while people post: in batches, killed in the middle, run again, the old key dropped."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection as database

from accounts.models import AuditEntry, Errand
from accounts.tenancy import acting_in
from advocacy.local.processes import wait_until
from integrations.actions import key_rotation
from integrations.actions.connections import disconnect
from integrations.actions.departures import revoke
from integrations.actions.key_rotation import Rotation, rotate_field_key
from integrations.models import Connection, OAuthState, ServerApp, StoredGrant
from integrations.networks import network
from integrations.networks.base import AppRegistration, Refreshed, Secret
from integrations.sealing import CannotOpen, current_key_id, seal, unseal
from integrations.server_apps import app_at
from integrations.sign_in_states import find_state, new_state, use_state
from integrations.tokens import RefreshDue, fresh_grant, keep_refresh, open_grant, take_grant
from tests.integrations.connected import connected, grant, place, somebody
from tests.integrations.sandbox.rig import SandboxProcess


def new_key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


def keys_in_use() -> set[str]:
    return set(StoredGrant.objects.values_list("key_id", flat=True))


def test_every_kind_of_secret_moves_to_the_new_key(db: None, networks: SandboxProcess, settings: Any) -> None:
    organization, owner = place()
    bob = somebody(organization, owner)
    old = settings.FIELD_KEYS[0]
    app = app_at(network("mastodon"), f"{networks.base_url}/mastodon")
    state = new_state(bob, network="x", server="", verifier=Secret("verifier"), share="")
    with acting_in(organization):
        kept = connected(bob, "x", grant("kept"), "a-1")
        gone = connected(bob, "linkedin", grant("gone"), "a-2")
        disconnect(gone, by=bob)
    new = new_key()
    settings.FIELD_KEYS = [new, old]
    assert rotate_field_key(by=None) == Rotation(rotated=4)
    assert rotate_field_key(by=None) == Rotation(rotated=0)
    settings.FIELD_KEYS = [new]  # the old key is dropped
    assert isinstance(app, AppRegistration)
    assert app_at(network("mastodon"), f"{networks.base_url}/mastodon") == app
    row = find_state(state)
    assert row is not None
    used = use_state(row)
    assert used is not None
    assert used.verifier.reveal() == "verifier"
    with acting_in(organization):
        assert open_grant(kept).access_token.reveal() == "kept"
        payload = Errand.objects.get(kind="revoke").payload
        assert AuditEntry.objects.get(action="rotate_field_key").details == {"rotated": 2, "unreadable": 0}
    assert revoke({**payload, "organization_id": organization.pk}) is not None


def test_old_and_new_are_accepted_together(db: None, settings: Any) -> None:
    organization, owner = place()
    bob = somebody(organization, owner)
    with acting_in(organization):
        before = connected(bob, "x", grant("before"), "a-1")
        settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
        after = connected(bob, "x", grant("after", account_id="a-2"), "a-2")
        assert len(keys_in_use()) == 2
        assert open_grant(before).access_token.reveal() == "before"
        assert open_grant(after).access_token.reveal() == "after"


def test_a_refresh_under_way_survives_a_rotation(db: None, settings: Any) -> None:
    organization, owner = place()
    bob = somebody(organization, owner)
    with acting_in(organization):
        account = connected(bob, "x", grant(minutes=1))
    due = take_grant(organization.pk, account.pk)
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    assert rotate_field_key(by=None).rotated == 1
    renewed = grant("access-2")
    assert isinstance(due, RefreshDue)
    assert keep_refresh(due, Refreshed(renewed)) == renewed
    assert fresh_grant(organization.pk, account.pk) == renewed


def test_killed_in_the_middle_and_run_again(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two batches are committed, the third dies: what stands opens, and the next run does the rest."""
    organization, owner = place()
    bob = somebody(organization, owner)
    with acting_in(organization):
        accounts = [connected(bob, "x", grant(f"t-{n}", account_id=f"a-{n}"), f"a-{n}") for n in range(10)]
    settings.FIELD_KEYS = [new_key(), *settings.FIELD_KEYS]
    sealings = iter(range(100))

    def dying(text: str, **place_of: Any) -> Any:
        if next(sealings) == 7:
            raise KeyboardInterrupt
        return seal(text, **place_of)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(key_rotation, "seal", dying)
        rotate_field_key(by=None, batch=3)
    with acting_in(organization):
        assert StoredGrant.objects.filter(key_id=current_key_id()).count() == 6
        assert [open_grant(account).access_token.reveal() for account in accounts] == [f"t-{n}" for n in range(10)]
    assert rotate_field_key(by=None, batch=3) == Rotation(rotated=4)
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    with acting_in(organization):
        assert [open_grant(account).access_token.reveal() for account in accounts] == [f"t-{n}" for n in range(10)]


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_nothing_half_done(settings: Any) -> None:
    """The real command, ended by SIGKILL after its first rows."""
    organization, owner = place()
    bob = somebody(organization, owner)
    with acting_in(organization):
        for number in range(100):
            connected(bob, "x", grant(f"t-{number}", account_id=f"a-{number}"), f"a-{number}")
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [new_key(), *old]
    command = [sys.executable, "manage.py", "rotate_field_key", "--batch", "1"]
    values = database.settings_dict
    url = (
        f"postgresql://{values['USER']}:{quote(values['PASSWORD'])}@{values['HOST']}:{values['PORT']}/{values['NAME']}"
    )
    environment = {**os.environ, "FIELD_KEYS": ",".join(settings.FIELD_KEYS), "DATABASE_URL": url}
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL) as process:
        wait_until(lambda: rotated(organization.pk) > 0 or process.poll() is not None, seconds=60, every=0.01)
        process.kill()
    done = rotated(organization.pk)
    assert 0 < done < 100
    again = StringIO()
    call_command("rotate_field_key", stdout=again)
    assert again.getvalue() == f"{100 - done} sealed anew, 0 could not be opened.\n"
    settings.FIELD_KEYS = settings.FIELD_KEYS[:1]
    with acting_in(organization):
        opened = [open_grant(row).access_token.reveal() for row in Connection.objects.order_by("pk")]
    assert opened == [f"t-{number}" for number in range(100)]


def rotated(organization_id: int) -> int:
    with acting_in(organization_id):
        return StoredGrant.objects.filter(key_id=current_key_id()).count()


def test_rows_of_a_missing_key_are_counted_and_left(db: None, settings: Any) -> None:
    organization, owner = place()
    bob = somebody(organization, owner)
    with acting_in(organization):
        account = connected(bob, "x", grant())
    old = settings.FIELD_KEYS
    settings.FIELD_KEYS = [new_key()]
    with pytest.raises(CommandError, match="Keep the old keys"):
        call_command("rotate_field_key", stdout=StringIO())
    settings.FIELD_KEYS = old
    with acting_in(organization):
        assert open_grant(account).access_token.reveal() == "access-1"


def test_the_same_text_is_never_sealed_twice_alike(settings: Any) -> None:
    boxes = {seal("text", purpose="test", identity=(1,)).box for _ in range(100)}
    assert len(boxes) == 100
    box, key_id = boxes.pop(), current_key_id()
    assert unseal(box, key_id, purpose="test", identity=(1,)) == "text"
    for purpose, identity in (("other", (1,)), ("test", (2,)), ("test", (1, 1)), ("test", ("1",))):
        with pytest.raises(CannotOpen):
            unseal(box, key_id, purpose=purpose, identity=identity)


@pytest.mark.parametrize("key", ["", "short", base64.b64encode(b"x" * 16).decode(), "ä" * 44])
def test_a_bad_key_is_refused_with_a_sentence(settings: Any, key: str) -> None:
    settings.FIELD_KEYS = [key]
    with pytest.raises(ImproperlyConfigured, match="32 random bytes"):
        current_key_id()


def test_nothing_else_is_sealed(db: None) -> None:
    """A new sealed column must join the rotation: these are all that stand."""
    sealed = {
        (model.__name__, field.name)
        for model in (StoredGrant, ServerApp, OAuthState, Connection)
        for field in model._meta.local_fields
        if field.get_internal_type() == "BinaryField"
    }
    assert sealed == {("StoredGrant", "sealed"), ("ServerApp", "sealed_secret"), ("OAuthState", "sealed_verifier")}
