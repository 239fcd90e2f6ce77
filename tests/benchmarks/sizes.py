"""How much is measured: the full size whose figures count, and a small one that shows that the harness works."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    accounts: tuple[int, ...] = (100, 1_000)
    people: int = 50  # accounts a company
    posts: int = 2_000  # a round
    rounds: int = 3
    lone: int = 30
    at_once: int = 100
    behind: int = 5_000
    behind_accounts: int = 1_000
    small_company: int = 10
    organizations: int = 2_000
    rows: tuple[int, ...] = (10_000, 1_000_000)
    claims: int = 60
    messages: int = 5_000
    pages: tuple[tuple[int, int, int], ...] = ((100, 20, 2_000), (10_000, 2_000, 200_000))  # people, stories, shares
    openings: int = 20  # of each page
    video_bytes: int = 200_000_000
    picture_bytes: int = 45_000_000


FULL = Size()
SMALL = Size(
    accounts=(20,),
    people=10,
    posts=60,
    rounds=1,
    lone=3,
    at_once=20,
    behind=100,
    behind_accounts=50,
    small_company=5,
    organizations=20,
    rows=(1_000, 5_000),
    claims=5,
    messages=200,
    pages=((10, 10, 50), (50, 40, 1_100)),
    openings=2,
    video_bytes=20_000_000,
    picture_bytes=4_000_000,
)
SIZES = {"full": FULL, "small": SMALL}
