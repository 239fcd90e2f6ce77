"""The supervisor against real processes: nothing stays dead, and nothing stays behind."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from advocacy.local.processes import PROJECT, wait_until
from advocacy.local.supervisor import Program, Supervisor
from tests.advocacy.local.processes_of import descendants, is_alive

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

SLEEPER = Program("sleeper", ("/bin/sleep", "600"))
# A shell with a child of its own, as a worker with a pool.
PARENT = Program("parent", ("/bin/sh", "-c", "sleep 600 & echo ready; wait"))
DEAF = Program("deaf", ("/bin/sh", "-c", "trap '' TERM; echo ready; while true; do sleep 0.1; done"), patience=0.5)


def said(supervisor: Supervisor, name: str, text: str) -> bool:
    log = supervisor.log(name)
    return wait_until(lambda: log.exists() and text in log.read_text(), seconds=10)


def test_a_killed_program_is_started_again(tmp_path: Path) -> None:
    with Supervisor([SLEEPER], folder=tmp_path) as supervisor:
        supervisor.start()
        assert supervisor.wait_for_start("sleeper")
        first = supervisor.pid("sleeper")
        assert supervisor.kill("sleeper")
        assert wait_until(lambda: supervisor.starts("sleeper") == 2, seconds=10)
        assert supervisor.wait_for_start("sleeper")
        assert supervisor.pid("sleeper") != first
        assert said(supervisor, "sleeper", "ended (signal 9); it is started again in 0.2 s")


def test_a_killed_program_takes_its_own_children_along(tmp_path: Path) -> None:
    with Supervisor([PARENT], folder=tmp_path) as supervisor:
        supervisor.start()
        assert said(supervisor, "parent", "ready")
        children = descendants(supervisor.pid("parent") or 0)
        assert len(children) == 1
        supervisor.kill("parent")
        assert wait_until(lambda: not is_alive(children[0]), seconds=5)


def test_a_program_that_ends_by_itself_leaves_no_child(tmp_path: Path) -> None:
    once = Program("once", ("/bin/sh", "-c", "sleep 600 & echo $!; exit 3"), restarts=False)
    with Supervisor([once], folder=tmp_path) as supervisor:
        supervisor.start()
        assert wait_until(lambda: supervisor.starts("once") == 1 and supervisor.pid("once") is None, seconds=10)
        child = int(supervisor.log("once").read_text().split()[0])
        assert wait_until(lambda: not is_alive(child), seconds=5)
        assert supervisor.starts("once") == 1


def test_stop_ends_all_and_kills_only_the_deaf(tmp_path: Path) -> None:
    supervisor = Supervisor([SLEEPER, PARENT, DEAF], folder=tmp_path)
    supervisor.start()
    assert said(supervisor, "parent", "ready")
    assert said(supervisor, "deaf", "ready")
    pids = [pid for name in supervisor.names if (pid := supervisor.pid(name))]
    everybody = pids + [child for pid in pids for child in descendants(pid)]
    supervisor.stop()
    assert [pid for pid in everybody if is_alive(pid)] == []
    assert [supervisor.pid(name) for name in supervisor.names] == [None, None, None]


def test_a_stopped_program_can_be_started_again(tmp_path: Path) -> None:
    with Supervisor([SLEEPER], folder=tmp_path) as supervisor:
        supervisor.start()
        assert supervisor.wait_for_start("sleeper")
        supervisor.restart("sleeper")
        assert supervisor.wait_for_start("sleeper")
        assert supervisor.starts("sleeper") == 2


def test_a_missing_command_is_said_and_does_not_end_the_others(tmp_path: Path) -> None:
    with Supervisor([Program("missing", ("/nowhere/at-all",)), SLEEPER], folder=tmp_path) as supervisor:
        supervisor.start()
        assert said(supervisor, "missing", "No such file or directory")
        assert supervisor.wait_for_start("sleeper")


RIG = """
import sys, time
from pathlib import Path
from advocacy.local.supervisor import Program, Supervisor
supervisor = Supervisor([Program("parent", ("/bin/sh", "-c", "echo ready; exec sleep 600"))], folder=Path(sys.argv[1]))
supervisor.start()
supervisor.wait_for_start("parent")
print(supervisor.pid("parent"), flush=True)
time.sleep(600)
"""


def test_kill_9_of_the_supervisor_leaves_nothing(tmp_path: Path) -> None:
    rig = subprocess.Popen([sys.executable, "-c", RIG, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert rig.stdout is not None
    child = int(rig.stdout.readline())
    assert is_alive(child)
    rig.send_signal(signal.SIGKILL)
    rig.wait()
    rig.stdout.close()
    assert wait_until(lambda: not is_alive(child), seconds=5)
