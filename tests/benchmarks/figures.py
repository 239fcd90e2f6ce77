"""A measured figure, how it is written down, and the arithmetic over several measurements.

Every figure stands beside a baseline of the same run: the machine is shared, so a bare number says little. It measures
nothing itself.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value to baseline. `goal` is written as a person reads it, `met` says what came of it."""

    name: str
    value: float
    unit: str
    baseline: float | None
    goal: str
    met: bool
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.value / self.baseline if self.baseline else None

    def line(self) -> str:
        """One JSON line."""
        known = {name: value for name, value in asdict(self).items() if name != "notes"}
        ratio = None if self.ratio is None else _short(self.ratio)
        baseline = None if self.baseline is None else _short(self.baseline)
        body = {**known, "value": _short(self.value), "baseline": baseline, "ratio": ratio, **self.notes}
        return json.dumps(body, ensure_ascii=False)


def at_least(name: str, value: float, unit: str, *, baseline: float, ratio: float, **notes: Any) -> Figure:
    """A rate that must reach this part of its baseline."""
    return Figure(name, value, unit, baseline, f"ratio >= {ratio:g}", value >= ratio * baseline, notes)


def at_most(name: str, value: float, unit: str, *, limit: float, baseline: float | None, **notes: Any) -> Figure:
    """A time or a size that must stay below a limit of its own."""
    return Figure(name, value, unit, baseline, f"<= {limit:g} {unit}", value <= limit, notes)


def median(values: Sequence[float]) -> float:
    return percentile(values, 50)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least so many percent of all reach."""
    if not values:
        raise ValueError("Nothing was measured.")
    ordered = sorted(values)
    place = max(0, -(-len(ordered) * percent // 100) - 1)
    return ordered[int(place)]


def _short(value: float) -> float:
    """Four digits that mean something; more would pretend."""
    return float(f"{value:.4g}")


def machine() -> dict[str, Any]:
    """Said once a run, since no figure means anything without it."""
    return {
        "machine": {
            "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "cores": os.cpu_count(),
            "processor": _after_colon(Path("/proc/cpuinfo"), "model name"),
            "memory": _after_colon(Path("/proc/meminfo"), "MemTotal"),
            "system": platform.platform(),
            "python": platform.python_version(),
            "load_before": round(os.getloadavg()[0], 2),
        }
    }


def _after_colon(file: Path, name: str) -> str:
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
