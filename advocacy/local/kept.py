"""What a local folder remembers between runs: passwords, keys and ports, in one file only its owner can read.

Values are made once and then stay. It never leaves the folder and is no part of a real installation,
where the same names come from the environment.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path


class Kept:
    """A small JSON file of mode 0600, written whole or not at all."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def _read(self) -> dict[str, str]:
        if not self.path.exists():
            return {}
        values: dict[str, str] = json.loads(self.path.read_text())
        return values

    def get(self, name: str, make: Callable[[], str]) -> str:
        """The remembered value, made now where there is none."""
        values = self._read()
        if name not in values:
            values[name] = make()
            self._write(values)
        return values[name]

    def known(self, name: str) -> str | None:
        return self._read().get(name)

    def put(self, name: str, value: str) -> None:
        values = self._read()
        if values.get(name) != value:
            self._write({**values, name: value})

    def _write(self, values: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(values, file, indent=1, sort_keys=True)
        fresh.replace(self.path)
