"""Does at its moment what a plan says, through the real web, and writes down what was answered and when.

`python -m tests.chaos.consent_racers --web 127.0.0.1:8000 --plan FILE --answers FILE`. It knows nothing of the product:
a request, an answer, and the words of the page a person lands on.
"""

from __future__ import annotations

import argparse
import html
import http.client
import json
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

RACERS = 48
PATIENCE = 60.0
_mine = threading.local()


@dataclass(frozen=True)
class Answer:
    kind: str
    share: int
    sent_at: str
    answered_at: str
    status: int  # 0 where none came
    words: str


def now() -> str:
    return datetime.now(UTC).isoformat()


def ask(web: str, method: str, path: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes]:
    """Status and page; on this thread's own connection, opened again where it had been closed."""
    for last in (False, True):
        connection = getattr(_mine, "connection", None) or http.client.HTTPConnection(web, timeout=PATIENCE)
        _mine.connection = connection
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            connection.close()
            _mine.connection = None
            if last:
                raise
    raise AssertionError("Two tries were made.")


def act(web: str, planned: dict[str, Any]) -> Answer:
    wait = datetime.fromisoformat(planned["at"]).timestamp() - time.time()
    time.sleep(max(wait, 0.0))
    is_json = planned["headers"].get("Content-Type") == "application/json"
    body = json.dumps(planned["body"]) if is_json else urlencode(planned["body"])
    sent_at = now()
    try:
        status, page = ask(web, planned["method"], planned["path"], planned["headers"], body.encode())
    except (OSError, http.client.HTTPException) as error:
        return Answer(planned["kind"], planned["share"], sent_at, now(), 0, repr(error))
    answered_at = now()
    if planned["reads_at"] and status == 302:
        _, page = ask(web, "GET", planned["reads_at"], {"Cookie": planned["headers"]["Cookie"]}, None)
    words = page.decode(errors="replace") if is_json else plain(page.decode(errors="replace"))
    return Answer(planned["kind"], planned["share"], sent_at, answered_at, status, words[:20_000])


def plain(page: str) -> str:
    """What a person reads of the page's body."""
    body = page.partition("<main")[0].rpartition("<body")[2] + page.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.consent_racers", description=__doc__)
    parser.add_argument("--web", required=True)
    parser.add_argument("--plan", type=Path, required=True)
    parser.add_argument("--answers", type=Path, required=True)
    wanted = parser.parse_args(words)
    planned = [json.loads(line) for line in wanted.plan.read_text().splitlines()]
    with ThreadPoolExecutor(RACERS) as racers:  # in the order of their times, so that a free racer takes the next one
        answers = list(racers.map(lambda one: act(wanted.web, one), planned))
    wanted.answers.write_text("".join(json.dumps(asdict(answer)) + "\n" for answer in answers))
    sys.stdout.write(json.dumps({"acts": len(answers)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
