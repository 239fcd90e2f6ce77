"""The demo's place on this machine: its ports and what a reset removes."""

import socket
import threading
from pathlib import Path

import pytest

from advocacy.local.demo import await_killed_run, choose_place, empty
from advocacy.local.kept import Kept
from advocacy.local.processes import ServerTrouble, free_port


def test_a_taken_port_is_said_and_the_next_one_is_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken: int = other.getsockname()[1]
        monkeypatch.setenv("PORT", str(taken))
        place = choose_place(tmp_path)
    assert place.port > taken
    assert capsys.readouterr().err == (
        f"Port {taken} is taken by another program, so this demo answers on {place.port} from now on.\n"
    )
    monkeypatch.delenv("PORT")
    assert choose_place(tmp_path) == place
    assert place.address == f"http://127.0.0.1:{place.port}"


def test_after_a_killed_run_the_port_is_waited_for(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept.json")
    with socket.socket() as dying:
        dying.bind(("127.0.0.1", 0))
        dying.listen()
        kept.put("web_port", str(dying.getsockname()[1]))
        kept.put("ended", "no")
        closing = threading.Timer(0.3, dying.close)
        closing.start()
        await_killed_run(tmp_path)
        closing.join()
    assert choose_place(tmp_path).port == int(kept.known("web_port") or 0)


def test_the_sandbox_never_gets_the_port_of_the_web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("PORT", str(port))
    Kept(tmp_path / "kept.json").put("sandbox_port", str(port))
    place = choose_place(tmp_path)
    assert place.port == port
    assert place.sandbox_port > port


def test_a_port_that_is_no_number_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "eight thousand")
    with pytest.raises(ServerTrouble, match="PORT is 'eight thousand'; write a number between 1 and 65535."):
        choose_place(tmp_path)


def test_reset_removes_the_folder_and_never_a_database_it_did_not_make(tmp_path: Path) -> None:
    folder, foreign = tmp_path / "demo", tmp_path / "foreign"
    foreign.mkdir()
    Kept(folder / "kept.json").put("postgres_home", str(foreign))
    empty(folder)
    assert not folder.exists()
    assert foreign.exists()
