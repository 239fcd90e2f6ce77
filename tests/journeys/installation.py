"""The whole product, started for a journey as `make demo` starts it: own servers, own ports, own folder, the demo's
small company. Everything ends with the block.

Each program reads all of Django when it begins, so one visitor's journeys start fewer: see `fewer_programs`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from advocacy.demo import SMALL
from advocacy.local import programs
from advocacy.local.processes import PROJECT, ServerTrouble, free_port
from advocacy.local.programs import Place
from advocacy.local.supervisor import Program, Supervisor
from tests.chaos.stage import own_servers_only
from tests.migrated import migrated_servers


@dataclass(frozen=True, slots=True)
class Running:
    """A product that answers. `company` is the path of the demo company's pages, `environment` that of its programs."""

    place: Place
    company: str
    environment: Mapping[str, str]

    @property
    def address(self) -> str:
        return self.place.address

    @property
    def acceptances(self) -> Path:
        return self.place.folder / "sandbox" / "acceptances.jsonl"


def fewer_programs(place: Place) -> tuple[Program, ...]:
    """The same programs, for one visitor: what the worker processes read is read by one worker."""
    everything = programs.all_programs(place)
    merged = [program for program in everything if "prefork" in program.command]
    queues = ",".join(program.command[program.command.index("-Q") + 1] for program in merged)
    others = programs.worker("others", queues, "--pool", "prefork", "--concurrency", "4")
    return (*(program for program in everything if program not in merged), others)


@contextmanager
def installation(
    choose: Callable[[Place], tuple[Program, ...]] = programs.all_programs, **more: str
) -> Iterator[Running]:
    """`more` is added to the programs' environment."""
    folder = Path(tempfile.mkdtemp(prefix="advocacy-journeys-"))
    folder.chmod(0o711)  # PostgreSQL passes it under an account of its own
    try:
        with own_servers_only(), migrated_servers(folder) as addresses:
            place = Place(folder=folder, port=free_port(), sandbox_port=free_port())
            environment = {**programs.installation_environment(place, addresses), **more}
            with Supervisor(choose(place), folder=folder / "logs", environment=environment) as supervisor:
                _start(supervisor, place, environment)
                yield Running(place, f"/o/{SMALL}/", environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(supervisor: Supervisor, place: Place, environment: dict[str, str]) -> None:
    supervisor.start("sandbox")
    programs.compile_messages()
    supervisor.start("web")
    if not programs.wait_for_sandbox(place):
        supervisor.report("sandbox")
        raise ServerTrouble("The sandbox networks did not answer; the end of their log stands above.")
    programs.manage("build_demo", "--only", SMALL, environment=environment)
    supervisor.start()
    if not programs.wait_for_web(place):
        supervisor.report("web")
        raise ServerTrouble("The web server did not answer; the end of its log stands above.")


def program_says(running: Running, module: str) -> str:
    """What a module prints that runs as one of the product's programs does, beside it."""
    words = [sys.executable, "-m", module]
    environment = {**os.environ, **running.environment, "DJANGO_SETTINGS_MODULE": "advocacy.settings"}
    done = subprocess.run(
        words, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=120
    )
    return done.stdout
