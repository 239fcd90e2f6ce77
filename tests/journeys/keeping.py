"""Pictures and transcripts of the screens for docs/, kept with KEEP=1 (`make screenshots`) and never otherwise.

A picture is small on purpose: 640 px wide, its first screens of height, at most 30 KB. A transcript is what the
browser's accessibility tree says, screen after screen of one road.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from django.conf import settings
from PIL import Image
from playwright.sync_api import Page

SCREENS = Path(settings.BASE_DIR) / "docs/screens"
TRANSCRIPTS = Path(settings.BASE_DIR) / "docs/transcripts"
WIDTH, MOST_HEIGHT, MOST_BYTES = 640, 1_100, 30_000
# The roads that are kept as a reader would hear them, and their titles.
ROADS = {
    "by-hand": "From the invitation to the first post",
    "first-hour": "A new company's first hour",
    "plan-week-by-mouse": "Planning a week",
    "a-suggestion-becomes-a-story": "A colleague's suggestion becomes a story",
    "leaving": "Leaving",
}
# On a picture of the whole page, what sticks to the screen would stand in its middle, and late pictures be missing.
READY = """async () => {
  for (const stuck of document.querySelectorAll('.dock, .bar')) stuck.style.position = 'static';
  for (const image of document.querySelectorAll('img[loading=lazy]')) image.loading = 'eager';
  await Promise.all([...document.images].map((image) => image.decode().catch(() => null)));
}"""
AFTER = "for (const stuck of document.querySelectorAll('.dock, .bar')) stuck.style.position = ''"


def is_wanted() -> bool:
    return os.environ.get("KEEP") == "1"


def keep_screen(page: Page, name: str) -> None:
    page.evaluate(READY)
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
    page.evaluate(AFTER)
    SCREENS.mkdir(parents=True, exist_ok=True)
    (SCREENS / f"{name}.webp").write_bytes(_small(picture))


def _small(picture: Image.Image) -> bytes:
    """Half as wide where it is wide, a phone's as it is; as good as its bytes allow."""
    width = min(WIDTH, picture.width)
    picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    picture = picture.crop((0, 0, width, min(picture.height, MOST_HEIGHT)))
    kept = b""
    for quality in (80, 65, 50, 35, 20):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality, method=6)
        kept = out.getvalue()
        if len(kept) <= MOST_BYTES:
            break
    return kept


def heard(page: Page, name: str, *, is_first: bool) -> str:
    """What this screen says; the frame around the page once, since it stays the same."""
    said = page.locator("body" if is_first else "main").aria_snapshot()
    return f"## {name}\n\n```yaml\n{said}\n```\n"


def keep_transcript(journey: str, screens: list[str]) -> None:
    TRANSCRIPTS.mkdir(parents=True, exist_ok=True)
    head = (
        f"# {ROADS[journey]}\n\nWhat the accessibility tree says, screen after screen (`make screenshots`, Chromium;"
        " the frame around the pages once).\n"
    )
    (TRANSCRIPTS / f"{journey}.md").write_text("\n".join([head, *screens]))


def keep_list() -> None:
    """All pictures on one page."""
    names = sorted(path.name for path in SCREENS.glob("*.webp"))
    lines = [f"![{name.removesuffix('.webp')}]({name})" for name in names]
    head = "# Every screen\n\n`make screenshots` takes them anew.\n\n"
    (SCREENS / "README.md").write_text(head + "\n".join(lines) + "\n")
