"""Makes drafts that wait for their approval, signs their people in, and writes down the form that each would send.

`python -m tests.chaos.ceremonies --people 20 --each 5 --plan FILE`, in an installation's environment. Nothing is
approved here: that is the real web's to do, with what the plan says.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django must be set up before its models are imported

from accounts.models import Member, Organization  # noqa: E402
from accounts.tenancy import acting_in  # noqa: E402
from campaigns.actions.drafts import edit_draft, make_ready_to_show, start_share  # noqa: E402
from campaigns.canonical import shown_post  # noqa: E402
from campaigns.models import Item, Share  # noqa: E402
from integrations.models import Connection  # noqa: E402
from tests.campaigns import world  # noqa: E402
from tests.chaos.consent_world import FORM, cookies_of  # noqa: E402
from tests.chaos.waves import company  # noqa: E402

AHEAD, APART = timedelta(days=1), timedelta(hours=3)


def planned(organization: Organization, share: Share, due_at: datetime, cookies: str) -> dict[str, Any]:
    """The approval's form as its page holds it."""
    return {
        "share": share.pk,
        "path": f"/o/{organization.slug}/shares/{share.public_id}/approve/",
        "headers": {"Cookie": cookies, **FORM},
        "body": urlencode({"seen_sha256": shown_post(share).digest(), "due_at": due_at.isoformat()}),
    }


def drafts_of(person: Member, account: Connection, stories: list[Item]) -> list[Share]:
    made = []
    for number, story in enumerate(stories):
        share = start_share(story, by=person, connection=account)
        share = edit_draft(share, by=person, text=f"What surprised me, part {number}: it held. 🙂")
        made.append(make_ready_to_show(share, by=person))
    return made


def plan(people: int, each: int) -> list[dict[str, Any]]:
    organization, owner = company("ceremonies")
    forms = []
    with acting_in(organization):
        first = world.item(owner)
        stories = [first, *(world.item(owner, of=first.campaign) for _ in range(each - 1))]
        for number in range(people):
            person = world.person(f"ceremony{number}x")
            cookies = cookies_of(person)
            for place, share in enumerate(drafts_of(person, world.connected(person), stories)):
                forms.append(planned(organization, share, timezone.now() + AHEAD + place * APART, cookies))
    return forms


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.ceremonies", description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--each", type=int, required=True)
    parser.add_argument("--plan", type=Path, required=True)
    wanted = parser.parse_args(words)
    forms = plan(wanted.people, wanted.each)
    wanted.plan.write_text("".join(json.dumps(form) + "\n" for form in forms))
    sys.stdout.write(json.dumps({"drafts": len(forms)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
