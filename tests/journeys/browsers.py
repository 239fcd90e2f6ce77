"""Where a Chromium is on this machine, and what is said where there is none."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# Debian packs the same engine without its windows, for half the work; else the system's browser.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# For walks without anybody at a screen: nothing is fetched beside the pages, no graphics are asked for, and no script
# is made fast, since each page's runs once or twice and making it fast costs more than it saves.
FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-gpu",
    "--js-flags=--no-opt --no-maglev --sparkplug --single-threaded-gc",
)
# Where only words and their places count: no frame is ever drawn, and so nothing that waits for one may be asked.
UNPAINTED = (*FLAGS, "--enable-begin-frame-control", "--run-all-compositor-stages-before-draw")
NOT_RUN = "browser journeys were NOT run: no Chromium was found (on Debian: apt-get install chromium)"


def chromium_path() -> str:
    """The one named by CHROMIUM, else the system's, else '' ."""
    named = os.environ.get("CHROMIUM", "")
    if named:
        return named if Path(named).exists() else ""
    return next((path for name in NAMES if (path := shutil.which(name))), "")


def is_required() -> bool:
    return os.environ.get("REQUIRE_BROWSER") == "1"
