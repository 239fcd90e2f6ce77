"""A small newspaper of the sandbox: a feed and the pages it names, so that following a feed can be tried without a net.

Its stories are invented, dated by the day they are asked for, and the same every time.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape

from PIL import Image, ImageDraw
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from integrations.sandbox.web import Routes, Sandbox

NAME = "The Measured World"


@dataclass(frozen=True, slots=True)
class Report:
    slug: str
    title: str
    words: str
    hours_ago: int


REPORTS = (
    Report(
        "cities-that-listen",
        "Cities that listen: what forty noise meters changed",
        "Three towns put meters on lamp posts and showed everybody the figures. Then the arguments got shorter.",
        5,
    ),
    Report(
        "repair-cafe-instruments",
        "The repair café that mends laboratory instruments",
        "Retired technicians meet on Thursdays. Last year they brought 212 scales and meters back to schools.",
        29,
    ),
    Report(
        "uncertainty-in-the-news",
        "How to write about uncertainty without losing your reader",
        "A newsroom tried five ways of showing error bars. The one that readers understood best is the oldest.",
        54,
    ),
    Report(
        "apprentices-teach-masters",
        "When apprentices teach their masters",
        "A guild turns its Fridays around: the youngest explain what they learned at school that week.",
        101,
    ),
)


def feed(sandbox: Sandbox, request: Request) -> Response:
    """With an etag, so that asking again costs a line."""
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    items = "".join(_item(sandbox, report, hour - timedelta(hours=report.hours_ago)) for report in REPORTS)
    body = (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{NAME}</title><language>en</language><link>{sandbox.url('/news/')}</link>{items}</channel></rss>"
    )
    answer = Response(body, content_type="application/rss+xml; charset=utf-8")
    answer.set_etag(hashlib.sha256(body.encode()).hexdigest()[:16])
    return answer.make_conditional(request)


def _item(sandbox: Sandbox, report: Report, at: datetime) -> str:
    address = f"{sandbox.url('/news/')}{report.slug}"
    picture = f'<enclosure url="{sandbox.url("/news/pictures/")}{report.slug}.png" type="image/png" length="0"/>'
    return (
        f'<item><guid isPermaLink="false">{report.slug}</guid><title>{escape(report.title)}</title>'
        f"<link>{address}?utm_source=feed</link><description>{escape(report.words)}</description>"
        f"<pubDate>{format_datetime(at, usegmt=True)}</pubDate>{picture}</item>"
    )


def report_page(sandbox: Sandbox, _request: Request, slug: str) -> Response:
    report = _report(slug)
    picture = f"{sandbox.url('/news/pictures/')}{slug}.png"
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(report.title)}</title>"
        f'<meta property="og:title" content="{escape(report.title)}">'
        f'<meta property="og:description" content="{escape(report.words)}">'
        f'<meta property="og:image" content="{picture}"><meta property="og:site_name" content="{NAME}">'
        f'<link rel="alternate" type="application/rss+xml" href="{sandbox.url("/news/feed.xml")}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>'
        f"<main><h1>{escape(report.title)}</h1><p>{escape(report.words)}</p></main></body></html>"
    )
    return Response(html, mimetype="text/html")


def report_picture(_sandbox: Sandbox, _request: Request, slug: str) -> Response:
    hue = hashlib.sha256(_report(slug).slug.encode()).digest()[0] * 360 // 256
    image = Image.new("RGB", (1200, 630), f"hsl({hue}, 30%, 82%)")
    draw = ImageDraw.Draw(image)
    for step in range(4):
        top = 300 + 80 * step
        draw.ellipse((-300 + 200 * step, top, 1300 + 100 * step, top + 700), fill=f"hsl({hue}, 30%, {68 - 12 * step}%)")
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return Response(target.getvalue(), mimetype="image/png")


def _report(slug: str) -> Report:
    for report in REPORTS:
        if report.slug == slug:
            return report
    raise NotFound("There is no such report.")


ROUTES: Routes = [
    ("GET", "/news/feed.xml", feed),
    ("GET", "/news/<slug>", report_page),
    ("GET", "/news/pictures/<slug>.png", report_picture),
]
