"""The program that fills a running product with what the walk over every page finds there, beside the demo's company.

`python -m tests.journeys.page_world` prints one JSON line: a session of each person, what stands in the addresses, and
pages in a state of their own. It makes nothing itself: see `page_companies.py` and `page_states.py`.
"""

from __future__ import annotations

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.test.utils import setup_test_environment

    setup_test_environment()  # mails of this program stay in it, where the matrix's world reads one

    from tests.journeys.page_companies import built

    sys.stdout.write(json.dumps(built()) + "\n")


if __name__ == "__main__":
    main()
