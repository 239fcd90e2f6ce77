"""Says at the end of a run how many cells of the matrix were tried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    cells = sum(_cells(terminalreporter))
    if cells:
        terminalreporter.write_line(f"The matrix of addresses, methods, visitors and objects: {cells} cells tried.")


def _cells(reporter: pytest.TerminalReporter) -> Iterator[int]:
    for report in reporter.stats.get("passed", []):
        yield from (int(value) for name, value in report.user_properties if name == "matrix_cells")
