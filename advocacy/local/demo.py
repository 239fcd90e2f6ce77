"""`make demo`: the whole product on this machine with one command, and `make demo-reset`, which empties it.

It keeps everything in one folder between runs. It makes no data itself (`manage.py build_demo` does, through the
product's actions) and is never part of a real installation.
"""

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from advocacy.local import programs
from advocacy.local.kept import Kept
from advocacy.local.processes import PROJECT, ServerTrouble, port_is_free, wait_until
from advocacy.local.programs import Place
from advocacy.local.servers import end_on_terminate, folder_lock, servers
from advocacy.local.supervisor import Supervisor

FOLDER = PROJECT / ".local" / "demo"
FIRST_PORT, FIRST_SANDBOX_PORT, FIRST_REPLY_PORT = 8000, 8001, 8025


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _next_free(port: int, *, besides: tuple[int, ...] = ()) -> int:
    for candidate in range(port, port + 200):
        if candidate not in besides and port_is_free(candidate):
            return candidate
    raise ServerTrouble(f"No port between {port} and {port + 199} is free.")


def _wanted_port(kept: Kept) -> int:
    text = os.environ.get("PORT") or kept.known("web_port") or str(FIRST_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ServerTrouble(f"PORT is {text!r}; write a number between 1 and 65535.")
    return int(text)


def await_killed_run(folder: Path, *, seconds: float = 20) -> None:
    """A run that was killed could not say goodbye; its programs are ending, and hold their ports a moment longer."""
    kept = Kept(folder / "kept.json")
    if kept.known("ended") != "no":
        return
    ports = [int(port) for name in ("web_port", "sandbox_port", "reply_port") if (port := kept.known(name))]
    wait_until(lambda: all(map(port_is_free, ports)), seconds=seconds, every=0.1)


def choose_place(folder: Path) -> Place:
    """The ports of the last run, so that links in old mails still work; the next free one where a port is taken."""
    kept = Kept(folder / "kept.json")
    wanted = _wanted_port(kept)
    port = _next_free(wanted)
    if port != wanted:
        say(f"Port {wanted} is taken by another program, so this demo answers on {port} from now on.")
    sandbox_port = _next_free(int(kept.known("sandbox_port") or FIRST_SANDBOX_PORT), besides=(port,))
    reply_port = _next_free(int(kept.known("reply_port") or FIRST_REPLY_PORT), besides=(port, sandbox_port))
    kept.put("web_port", str(port))
    kept.put("sandbox_port", str(sandbox_port))
    kept.put("reply_port", str(reply_port))
    return Place(folder=folder, port=port, sandbox_port=sandbox_port, reply_port=reply_port)


def _welcome(place: Place, logins: str, seconds: float) -> str:
    lines = [
        "",
        f"  The demo is running (ready after {seconds:.1f} s).",
        "",
        f"  Open      {place.address}",
        f"  Mailbox   {place.address}/mailbox/",
        f"  Networks  {place.sandbox_address} (a sandbox; nothing there is public)",
        f"  Logs      {_short(place.folder / 'logs')}",
        *(["", *(f"  {line}" for line in logins.splitlines())] if logins else []),
        "",
        "  Ctrl-C ends it and keeps its data; `make demo-reset` empties it.",
        "",
    ]
    return "\n".join(lines)


def _short(path: Path) -> str:
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def _build(environment: Mapping[str, str]) -> str:
    """The demo's companies, made once, and how to sign in to them; one program, since each takes a second to begin."""
    if not programs.has_command("build_demo"):
        return ""
    say("Building the demo companies …")
    return programs.manage("build_demo", "--logins", environment=environment, quietly=True).stdout.strip()


def run(folder: Path, *, verbose: bool) -> None:
    """Start everything, say where it is, and stay until Ctrl-C."""
    began = time.monotonic()
    await_killed_run(folder)
    kept = Kept(folder / "kept.json")
    kept.put("ended", "no")
    with servers(folder, durable=True) as addresses:
        # Programs inherit our environment, and none of them may know the owner's address.
        os.environ.pop("MIGRATION_DATABASE_URL", None)
        place = choose_place(folder)
        environment = programs.installation_environment(place, addresses)
        echo = sys.stderr if verbose else None
        everything = programs.all_programs(place)
        with Supervisor(everything, folder=folder / "logs", environment=environment, echo=echo) as supervisor:
            supervisor.start("sandbox")
            programs.compile_messages()
            programs.migrate(environment, addresses)
            # The pages first: they come up while the companies are built, and the workers need not compete with them.
            supervisor.start("web")
            logins = _build(environment)
            if not programs.wait_for_web(place):
                supervisor.report("web")
                raise ServerTrouble("The web server did not answer within a minute; the end of its log stands above.")
            supervisor.start()
            print(_welcome(place, logins, time.monotonic() - began), flush=True)
            try:
                supervisor.watch(say)
            except KeyboardInterrupt:
                say("Ending the demo …")
    kept.put("ended", "yes")


def empty(folder: Path) -> None:
    """Remove the demo's folder, and the database where it had to live elsewhere."""
    home = Path(Kept(folder / "kept.json").known("postgres_home") or folder)
    is_ours = home.name.startswith("advocacy-") and home.parent in (Path("/var/lib"), Path(tempfile.gettempdir()))
    if is_ours:
        shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m advocacy.local.demo", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--reset", action="store_true", help="empty the demo instead of starting it")
    parser.add_argument("--verbose", action="store_true", help="show the programs' lines, not only their log files")
    wanted = parser.parse_args(words)
    folder = wanted.folder.resolve()
    end_on_terminate()
    try:
        with folder_lock(folder.with_name(f"{folder.name}.lock")) as is_ours:
            if not is_ours:
                say("The demo is already running in this folder; end it with Ctrl-C first.")
                return 1
            if wanted.reset:
                empty(folder)
                say("The demo is empty; `make demo` builds it again.")
            else:
                run(folder, verbose=wanted.verbose)
    except ServerTrouble as trouble:
        say(str(trouble))
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
