"""Worker programs whose wall clock can be set wrong while they run, by Debian's libfaketime.

Their monotonic clock stays right, as it does on a machine whose time jumps.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from advocacy.local.supervisor import Program

LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def library() -> Path | None:
    return next(iter(sorted(Path("/").glob(LIBRARIES.removeprefix("/")))), None)


def with_clock(program: Program, clock: Path, offset: str = "+0s") -> Program:
    """The same program, which reads what its clock is off by (`+600s`) from a file at least once a second."""
    wrong = library()
    assert wrong is not None
    set_clock(clock, offset)
    settings = {
        "LD_PRELOAD": str(wrong),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    return replace(program, environment={**program.environment, **settings})


def set_clock(clock: Path, offset: str) -> None:
    fresh = clock.with_suffix(".new")
    fresh.write_text(offset + "\n")
    fresh.replace(clock)
