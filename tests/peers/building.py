"""Builds the peer that Debian keeps as source, into .peers/ (never into the product), with this machine's compiler.

Where the machine is not Debian, or cannot be given what the compiler needs, that peer is not run, and a sentence says
why. A second run builds nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

from advocacy.local.processes import last_lines
from tests.peers.installing import FOLDER, PeerTrouble, say

NAME = "snac2"
VERSION = "2.75"  # as in Debian 13
PLACE = f"pool/main/s/{NAME}/{NAME}_{VERSION}.orig.tar.xz"
SHA256 = "aed2ef5669bab51f44b3d9d9740fc6e1595caefa30a52edf49dc0db757fc946c"
NEEDS = ("gcc", "make", "libcurl4-openssl-dev", "libssl-dev")


def build() -> Path:
    """The program. Raises `PeerTrouble` where it cannot be had here."""
    folder = FOLDER / f"{NAME}-{VERSION}"
    program = folder / "snac"
    if program.exists():
        return program
    mirror = _mirror()
    _install_what_it_needs()
    say(f"Building {NAME} {VERSION}, a server that speaks Mastodon's API, from Debian's source …")
    FOLDER.mkdir(exist_ok=True)
    _unpack(_source(f"{mirror}{PLACE}"))
    log = FOLDER / "build.log"
    with log.open("w") as lines:
        done = subprocess.run(["make"], cwd=folder, stdout=lines, stderr=lines, check=False)
    if done.returncode or not program.exists():
        raise PeerTrouble(f"{NAME} could not be built.\n{last_lines(log)}")
    return program


def _mirror() -> str:
    """Where this machine has its packages from."""
    if not shutil.which("apt-get"):
        raise PeerTrouble(f"{NAME} is built from Debian's source, and this machine has no apt-get.")
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Component: main"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.split()
    found = [address for address in told if address.rstrip("/").endswith("/debian")]
    if not found:
        raise PeerTrouble(f"{NAME} is built from Debian's source, and this machine knows no mirror of Debian.")
    return found[0].rstrip("/") + "/"


def _install_what_it_needs() -> None:
    state = ["dpkg-query", "--show", "--showformat", "${Status}\n", *NEEDS]
    told = subprocess.run(state, capture_output=True, text=True, check=False).stdout.splitlines()
    if len([line for line in told if line.endswith(" installed")]) == len(NEEDS):
        return
    wanted = f"apt-get install {' '.join(NEEDS)}"
    if os.geteuid() != 0:
        raise PeerTrouble(f"{NAME} is built from source, which needs: {wanted}")
    done = subprocess.run([*wanted.split()[:2], "-y", "-q", *NEEDS], capture_output=True, check=False)
    if done.returncode:
        raise PeerTrouble(f"{NAME} is built from source; this did not work: {wanted}")


def _source(address: str) -> Path:
    """Debian's own archive, as its list names it."""
    path = FOLDER / PLACE.rpartition("/")[2]
    try:
        with urllib.request.urlopen(address, timeout=60) as answer:
            content = answer.read()
    except (urllib.error.URLError, TimeoutError) as trouble:
        raise PeerTrouble(f"Debian's mirror gave no source of {NAME}: {trouble}") from trouble
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise PeerTrouble(f"What Debian's mirror gave is not the source of {NAME} {VERSION}.")
    path.write_bytes(content)
    return path


def _unpack(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        packed.extractall(FOLDER, filter="data")
