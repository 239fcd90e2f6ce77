"""`make demo-check`: the first road once, without a browser, over real HTTP against the running product.

From the invitation in Mailbox to one post on each network, each approved for a few seconds later and sent by the real
worker. What the networks accepted is compared with what was approved, by the person's own record. One JSON line last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from advocacy.local.processes import ServerTrouble
from advocacy.local.servers import end_on_terminate
from tests.chaos.judge import lines, same
from tests.journeys.installation import Running, installation
from tests.journeys.visitor import Lost, Page, Visitor, wait_for

NETWORKS = {"linkedin": "LinkedIn", "x": "X", "mastodon": "Mastodon", "bluesky": "Bluesky"}
INVITED = "ivo@northwind.example"
HANDLE = "ivo"
AHEAD = timedelta(seconds=4)
PATIENCE = 40.0  # seconds from the last due time
WORDS = "What surprised me, for {network}: nobody had asked before. 🙂"
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Planned:
    """One approved post of the road."""

    network: str
    share: str
    due_at: datetime


def invited(visitor: Visitor) -> Page:
    """The mail is opened in Mailbox, its link followed, and the offer taken."""

    def mail() -> Page | None:
        box = visitor.open(f"/mailbox/?to={INVITED}")
        return None if "No mail yet" in box.words else visitor.follow(box, "invites you")

    letter = wait_for("The invitation", mail)
    link = letter.soup.select_one(".mail-text a[href*='/i/']")
    if link is None:
        raise letter.lost("The letter holds no link.")
    return visitor.press(visitor.open(str(link["href"])), "Take part")


def approved(visitor: Visitor, running: Running, network: str, story: str) -> Planned:
    """The story made mine, the account connected, the text looked over and approved."""
    label = NETWORKS[network]
    composer = visitor.press(visitor.open(story), "Make it mine")
    share = composer.address.rstrip("/").rpartition("/")[2]
    text = WORDS.format(network=label)
    connecting = visitor.press(composer, f"Connect {label}", text=text)
    composer = _connected(visitor, connecting, network)
    if text not in composer.words:
        raise composer.lost("The draft did not wait for its author.")
    looking = visitor.press(composer, "Look it over", account=_account(composer, label))
    due_at = datetime.now(UTC) + AHEAD
    done = visitor.press(looking, "Approve this text", due_at=due_at.isoformat(), accepts_guidelines="on")
    if "It goes out" not in done.words:
        raise done.lost("The approval was not taken.")
    return Planned(network, share, due_at)


def _connected(visitor: Visitor, connecting: Page, network: str) -> Page:
    consent = visitor.press(connecting, f"Yes, go on to {NETWORKS[network]}")
    return visitor.press(consent, "Allow", new_handle=HANDLE)


def _account(composer: Page, label: str) -> str:
    """The radio button of the account on that network."""
    for choice in composer.soup.select("label.choice"):
        field, handle = choice.find("input"), choice.select_one(".account-handle")
        if field is not None and handle is not None and handle.get_text().split()[-1] == label:
            return str(field["value"])
    raise composer.lost(f"No account on {label} is offered.")


def arrived(visitor: Visitor, running: Running, planned: Planned) -> float:
    """Seconds from due to posted, of a post that arrived once and equal to what its author approved."""

    def out() -> Record | None:
        found = [one for one in _posts(visitor, running) if one["id"] == planned.share]
        return found[0] if found and found[0]["state"] == "published" else None

    post = wait_for(f"The post on {NETWORKS[planned.network]}", out, seconds=PATIENCE)
    canonical = json.loads(post["approvals"][-1]["post"])
    accepted = [
        line
        for line in lines(running.acceptances)
        if line["network"] == planned.network and "removed" not in line and line.get("text") == canonical["text"]
    ]
    if len(accepted) != 1:
        raise Lost(f"{NETWORKS[planned.network]} accepted {len(accepted)} posts of this text, not one.")
    if not same(canonical, accepted[0]):
        raise Lost(f"What stands on {NETWORKS[planned.network]} is not what was approved.")
    seconds = (datetime.fromisoformat(accepted[0]["at"]) - planned.due_at).total_seconds()
    if seconds < 0:
        raise Lost(f"The post on {NETWORKS[planned.network]} went out before its time.")
    return round(seconds, 2)


def standing(visitor: Visitor, running: Running) -> dict[str, int]:
    """Points on the ledger and the place on the board, once the person chose to be named."""
    visitor.press(visitor.open(f"{running.company}me/stored/"), "Put my name on boards")
    board = visitor.open(f"{running.company}boards/")
    mine = board.soup.select_one(".board-line.is-mine")
    if mine is None:
        raise board.lost("The person does not stand on the board.")
    place, points = mine.select_one(".board-place"), mine.select_one(".board-points")
    assert place is not None
    assert points is not None
    return {"points": int(points.get_text().split()[0]), "place": int(place.get_text())}


def _posts(visitor: Visitor, running: Running) -> list[Record]:
    """What the person may take along says what they approved and where each post stands."""
    answer = visitor.session.get(f"{running.address}{running.company}me/record/", timeout=30)
    posts: list[Record] = answer.json()["campaigns"]["posts"]
    return posts


def _to_tell(week: Page) -> Iterator[str]:
    """Where the stories stand that are told in one's own words; others ask for a like or a task."""
    for card in week.soup.select("article.card"):
        link, button = card.select_one(".card-title a"), card.select_one("form[action$='/share/'] button")
        if link is not None and button is not None and "Make it mine" in button.get_text():
            yield str(link["href"])


def walk(running: Running) -> dict[str, Any]:
    visitor = Visitor(running.address)
    week = invited(visitor)
    stories = list(_to_tell(week))
    if len(stories) < len(NETWORKS):
        raise week.lost("There are not enough stories for one on each network.")
    planned = [approved(visitor, running, network, story) for network, story in zip(NETWORKS, stories, strict=False)]
    found: dict[str, Any] = {one.network: arrived(visitor, running, one) for one in planned}
    return found | standing(visitor, running)


def main() -> int:
    end_on_terminate()
    found: dict[str, Any] = {}
    try:
        with installation() as running:
            found = walk(running)
    except (Lost, ServerTrouble) as trouble:
        sys.stderr.write(f"{trouble}\n")
        found["trouble"] = str(trouble).partition(" At ")[0]
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    return 1 if "trouble" in found else 0


if __name__ == "__main__":
    sys.exit(main())
