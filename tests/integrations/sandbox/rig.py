"""A sandbox process for tests, journeys, the chaos rig and demo-check: started, asked, killed, started again.

It talks to the sandbox over HTTP alone, and reads its acceptance file from disk. No Django is needed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[3]
Body = dict[str, Any]


class SandboxProcess:
    """`with SandboxProcess(folder) as sandbox:` or start() and stop(). A restart keeps the folder and the port."""

    def __init__(
        self, folder: Path, *, faults: str = "none", seed: int = 1, latency_ms: float = 0.0, port: int = 0
    ) -> None:
        self.folder = folder
        self.faults = faults
        self.seed = seed
        self.latency_ms = latency_ms
        self.port = port
        self.base_url = ""
        self.process: subprocess.Popen[str] | None = None

    # --- life -------------------------------------------------------------------------------

    def command(self) -> list[str]:
        options: Sequence[object] = (
            *("--port", self.port, "--folder", self.folder, "--faults", self.faults),
            *("--seed", self.seed, "--latency-ms", self.latency_ms, "--watch-stdin"),
        )
        return [sys.executable, "-m", "integrations.sandbox", *map(str, options)]

    def start(self) -> SandboxProcess:
        """Return once it answers; it prints its address when it listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "ADVOCACY_ENV": "test"}
        with (self.folder / "sandbox.log").open("a") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,  # its end tells the sandbox that we are gone, however we went
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        self.base_url = self.process.stdout.readline().strip()
        if not self.base_url:
            raise RuntimeError(f"The sandbox did not start: {(self.folder / 'sandbox.log').read_text()[-2000:]}")
        self.port = int(self.base_url.rpartition(":")[2])
        assert self.get("/sandbox/health")["status"] == "ok"
        return self

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """As a crash: no clean-up, nothing flushed."""
        self._end(signal.SIGKILL)

    def _end(self, sign: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(sign)
        self.process.wait(timeout=15)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process = None

    def __enter__(self) -> SandboxProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- the control door -------------------------------------------------------------------

    def get(self, path: str, **parameters: object) -> Body:
        answer = requests.get(self.base_url + path, params={k: str(v) for k, v in parameters.items()}, timeout=10)
        answer.raise_for_status()
        body: Body = answer.json()
        return body

    def post(self, path: str, body: Body | None = None) -> Body:
        answer = requests.post(self.base_url + path, json=body or {}, timeout=60)
        answer.raise_for_status()
        said: Body = answer.json()
        return said

    def account(self, network: str, handle: str = "", **more: object) -> Body:
        """An account with a grant, made without the sign-in page."""
        return self.post("/sandbox/accounts", {"network": network, "handle": handle, **more})

    def accounts(self, network: str, count: int, handle: str = "load") -> list[Body]:
        made: list[Body] = self.post("/sandbox/accounts", {"network": network, "handle": handle, "count": count})[
            "accounts"
        ]
        return made

    def script(self, network: str, *faults: str) -> None:
        """What the next publish calls of that network meet, in order."""
        self.post("/sandbox/script", {"network": network, "faults": list(faults)})

    def token_faults(self, **faults: object) -> None:
        """What token endpoints meet by chance, such as `hang_after=0.05`; nothing ends them."""
        self.post("/sandbox/token-faults", dict(faults))

    def token_script(self, network: str, *faults: str) -> None:
        """What the next calls of that network's token endpoint meet, in order."""
        self.post("/sandbox/token-script", {"network": network, "faults": list(faults)})

    def removal_script(self, network: str, *faults: str) -> None:
        """What the next removals at that network meet, in order."""
        self.post("/sandbox/removal-script", {"network": network, "faults": list(faults)})

    def settings(self, **values: float) -> Body:
        return self.post("/sandbox/settings", dict(values))

    def revoke(self, network: str, account: str, how: str = "revoke") -> Body:
        return self.post("/sandbox/revoke", {"network": network, "account": account, "how": how})

    def reset(self) -> None:
        self.post("/sandbox/reset")

    # --- what the judges read ---------------------------------------------------------------

    def acceptances(self) -> list[Body]:
        """New acceptances, from the file: no replays and no removals."""
        return [line for line in self.lines() if "removed" not in line and not line["replay"]]

    def lines(self) -> list[Body]:
        """Every line of the acceptance file."""
        return _json_lines(self.folder / "acceptances.jsonl")

    def injected(self) -> list[Body]:
        """Every fault that was injected."""
        return _json_lines(self.folder / "faults.jsonl")


def _json_lines(path: Path) -> list[Body]:
    """Whole lines only: the last one may be under the pen."""
    if not path.exists():
        return []
    content = path.read_bytes()
    return [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]
