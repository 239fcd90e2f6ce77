"""`make networks`: what works at which network, as the contract tests show it in this very run.

A test marked `proves("figures")` speaks for the network that its parameter names (`under_test` or `key`, or the
marker's second word). *pass*: every such test of the network passed. *not offered*: its file declares so, with the page
that says it. *not built*: nobody shows it. Prints a table for README, and one JSON line last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any

import pytest

TESTS = (
    "tests/integrations/networks/test_contract.py",
    "tests/integrations/sandbox/test_with_connectors.py",
    "tests/integrations/sandbox/test_deeds.py",
    "tests/integrations/sandbox/test_figures.py",
    "tests/integrations/sandbox/test_files.py",
    "tests/integrations/views/test_connect.py",
)


class Recorder:
    """A plugin of pytest that remembers what each marked test showed."""

    def __init__(self) -> None:
        self.shown: dict[tuple[str, str], bool] = {}
        self.tests = 0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        for marker in item.iter_markers("proves"):
            place = (network_of(item, marker), str(marker.args[0]))
            if report.failed or (report.when == "call" and report.passed):
                self.shown[place] = self.shown.get(place, True) and report.passed
                self.tests += 1
        return report

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Those that prove nothing here have their own place in `make test`."""
        marked = [item for item in items if item.get_closest_marker("proves")]
        config.hook.pytest_deselected(items=[item for item in items if item not in marked])
        items[:] = marked


def network_of(item: pytest.Item, marker: pytest.Mark) -> str:
    if len(marker.args) > 1:
        return str(marker.args[1])
    given: dict[str, Any] = item.callspec.params  # type: ignore[attr-defined]  # of parametrized tests
    return str(given["key"] if "key" in given else given["under_test"].key)


def main() -> int:
    recorder = Recorder()
    with redirect_stdout(sys.stderr):  # the table and the JSON line alone are the output
        code = pytest.main(["-q", "-p", "no:cacheprovider", *TESTS], plugins=[recorder])
    from integrations.networks import NETWORKS  # Django is set up only now
    from tests.network_table import rows

    networks = [network for network in NETWORKS if network.posts_publicly]
    found = {network.key: rows.row(network, recorder.shown) for network in networks}
    said = [cell for cells in found.values() for cell in cells.values()]
    counts = {name: said.count(name) for name in (rows.PASS, rows.NOT_OFFERED, rows.NOT_BUILT, rows.FAIL)}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"measure": "networks", "at": at, "networks": found, **counts, "tests": recorder.tests})
    sys.stdout.write(f"{rows.table(networks, found)}\n{line}\n")
    return int(code != 0 or rows.FAIL in said)


if __name__ == "__main__":
    sys.exit(main())
