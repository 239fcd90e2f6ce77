"""What a person sees of the sandbox: the page frame, profiles, posts at their permalinks, pictures.

Plain HTML without scripts, every page marked as a sandbox. It reads the store and changes nothing.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from PIL import Image, ImageDraw
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.wrappers import Request, Response

from integrations.sandbox.counting import URL
from integrations.sandbox.store import NETWORKS, Person, Post
from integrations.sandbox.web import Routes, Sandbox

SHOWN_TYPES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "video/mp4", "application/pdf"})
DID = {"like": "Liked by", "repost": "Reposted by", "comment": "Answered by"}
LABELS = {
    "linkedin": "LinkedIn",
    "x": "X",
    "mastodon": "Mastodon",
    "bluesky": "Bluesky",
    "threads": "Threads",
    "facebook_pages": "Facebook",
    "instagram": "Instagram",
}
STYLE = """
:root { color-scheme: light dark; --ground: light-dark(#f6f5f1, #1b1d1f); --card: light-dark(#fff, #25282b);
  --ink: light-dark(#24282c, #e9e7e2); --soft: light-dark(#5a6066, #b3b8bd); --line: light-dark(#d9d6ce, #3d4247);
  --act: light-dark(#2f5d50, #8fcbb8); --on-act: light-dark(#fff, #14211d); --warn: light-dark(#8a2f1f, #f0a796); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
header { padding: .6rem 1rem; background: light-dark(#e7e3d6, #32352f); text-align: center; font-size: .95rem; }
main { max-width: 38rem; margin: 1.5rem auto; padding: 0 1rem 3rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; }
a { color: var(--act); overflow-wrap: anywhere; }
article, fieldset, section { background: var(--card); border: 1px solid var(--line); border-radius: .7rem;
  padding: 1rem; margin: 0 0 1rem; }
legend { font-weight: 600; padding: 0 .3rem; }
label.choice { display: flex; gap: .7rem; align-items: center; min-height: 2.75rem; }
input[type=text], input[type=password], select { display: block; width: 100%; min-height: 2.75rem; padding: .5rem .7rem;
  font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--soft); border-radius: .5rem; }
button { min-height: 2.75rem; padding: .5rem 1.4rem; font: inherit; font-weight: 600; border-radius: .5rem;
  border: 1px solid var(--act); background: var(--act); color: var(--on-act); cursor: pointer; }
button.quiet { background: transparent; color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.face { width: 2.5rem; height: 2.5rem; border-radius: 50%; flex: none; }
.who { display: flex; gap: .7rem; align-items: center; } .soft { color: var(--soft); }
.text { white-space: pre-wrap; overflow-wrap: anywhere; } .alert { color: var(--warn); font-weight: 600; }
figure { margin: .7rem 0; } img { max-width: 100%; height: auto; border-radius: .5rem; }
.card { display: block; border: 1px solid var(--line); border-radius: .5rem; padding: .7rem; text-decoration: none; }
code.secret { display: block; font-size: 1.3rem; padding: .7rem; border: 1px dashed var(--soft); border-radius: .5rem; }
"""


def page(title: str, body: str, status: int = 200) -> Response:
    """`title` is plain text, `body` is HTML whose values were escaped by whoever made it."""
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)} – Sandbox</title>'
        f"<style>{STYLE}</style></head><body>"
        '<header role="note"><strong>Sandbox</strong> – nothing here is public</header>'
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    headers = {"Content-Security-Policy": policy, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    return Response(html, status=status, headers=headers, mimetype="text/html")


def problem(error: HTTPException) -> Response:
    status = error.code or 500
    return page(error.name, f"<p>{escape(error.description or '')}</p>", status=status)


def gone() -> Response:
    return page("Gone", "<p>This post was removed by its author.</p>", status=410)


def alert(sentence: str) -> str:
    return f'<p class="alert" role="alert">{escape(sentence)}</p>' if sentence else ""


def hidden(values: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in values.items()
    )


def account_choice(sandbox: Sandbox, network: str) -> str:
    """Radio buttons of the first accounts there are, and a field for a new one."""
    people = [person for person in sandbox.store.people.values() if person.network == network][:12]
    choices = "".join(
        f'<label class="choice"><input type="radio" name="account" value="{escape(person.handle)}"'
        f"{' checked' if number == 0 else ''}>{face(person)}<span>{escape(person.name)} "
        f'<span class="soft">@{escape(person.handle)}</span></span></label>'
        for number, person in enumerate(people)
    )
    return (
        f"<fieldset><legend>Who are you on {LABELS[network]}?</legend>{choices}"
        '<label for="new_handle">Or create a new account by typing a handle</label>'
        '<input type="text" id="new_handle" name="new_handle" autocomplete="off" autocapitalize="none" '
        'spellcheck="false" maxlength="40"></fieldset>'
    )


def face(person: Person) -> str:
    return f'<img class="face" src="/sandbox/faces/{person.network}/{escape(person.id)}.png" alt="">'


def face_png(sandbox: Sandbox, _request: Request, network: str, account_id: str) -> Response:
    person = sandbox.store.people.get((network, account_id))
    if person is None:
        raise NotFound
    return Response(_portrait(account_id), mimetype="image/png")


def _portrait(account_id: str) -> bytes:
    """Head and shoulders in the account's own colour, as networks draw who uploaded nothing."""
    hue = hashlib.sha256(account_id.encode()).digest()[0] * 360 // 256
    image = Image.new("RGB", (160, 160), f"hsl({hue}, 35%, 40%)")
    draw, light = ImageDraw.Draw(image), f"hsl({hue}, 40%, 85%)"
    draw.ellipse((50, 28, 110, 92), fill=light)
    draw.ellipse((22, 102, 138, 230), fill=light)
    target = io.BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def picture(sandbox: Sandbox, _request: Request, sha256: str) -> Response:
    content_type = sandbox.store.picture_type(sha256)
    if content_type not in SHOWN_TYPES:
        raise NotFound
    return Response((sandbox.store.pictures / sha256).read_bytes(), mimetype=content_type)


def permalink(sandbox: Sandbox, post: Post) -> str:
    """The path under which the network itself shows the post."""
    person = sandbox.store.people[post.network, post.account_id]
    return {
        "linkedin": f"/linkedin/feed/update/{post.external_id}/",
        "x": f"{profile_path(person)}/status/{post.external_id}",
        "mastodon": f"{profile_path(person)}/{post.external_id}",
        "bluesky": f"{profile_path(person)}/post/{post.rkey}",
        "threads": f"{profile_path(person)}/post/{post.external_id}",
        "facebook_pages": f"{profile_path(person)}/posts/{post.external_id}",
        "instagram": f"/instagram/p/{post.external_id}",
    }[post.network]


def profile_path(person: Person) -> str:
    front = {
        "linkedin": "/linkedin/in/",
        "x": "/x/",
        "mastodon": "/mastodon/@",
        "bluesky": "/bluesky/profile/",
        "threads": "/threads/@",
        "facebook_pages": "/facebook_pages/",
        "instagram": "/instagram/",
    }
    return front[person.network] + quote(person.handle)


def linked(text: str) -> str:
    """The text as HTML, addresses clickable."""
    pieces, end = [], 0
    for match in URL.finditer(text):
        address = match.group().rstrip(".,;:!?)'\"")
        pieces.append(escape(text[end : match.start()]))
        pieces.append(f'<a href="{escape(address)}" rel="nofollow noopener">{escape(address)}</a>')
        end = match.start() + len(address)
    return "".join([*pieces, escape(text[end:])])


def _card(card: Mapping[str, str]) -> str:
    image = f'<img src="/sandbox/pictures/{card["picture"]}" alt="">' if card["picture"] else ""
    return (
        f'<a class="card" href="{escape(card["url"])}" rel="nofollow noopener">{image}'
        f"<strong>{escape(card['title'] or card['url'])}</strong><br>"
        f'<span class="soft">{escape(card["description"])}</span></a>'
    )


def _figure(sandbox: Sandbox, sha256: str, alt: str) -> str:
    address, kind = f"/sandbox/pictures/{sha256}", sandbox.store.picture_type(sha256)
    if kind.startswith("video/"):
        return f'<figure><video controls src="{address}" aria-label="{escape(alt)}"></video></figure>'
    if kind == "application/pdf":
        return f'<p><a href="{address}">{escape(alt)} (PDF)</a></p>'
    return f'<figure><img src="{address}" alt="{escape(alt)}"></figure>'


def post_html(sandbox: Sandbox, post: Post) -> str:
    person = sandbox.store.people[post.network, post.account_id]
    figures = "".join(_figure(sandbox, sha256, alt) for sha256, alt in post.media)
    when = post.at.strftime("%d %B %Y, %H:%M:%S UTC")
    language = f' lang="{escape(post.language)}"' if post.language else ""
    words = f'<p class="text"{language}>{linked(post.text)}</p>{figures}{_card(post.card) if post.card else ""}'
    if post.warning:
        words = f'<details><summary class="text"{language}>{escape(post.warning)}</summary>{words}</details>'
    return (
        f'<article><p class="who">{face(person)}<span><a href="{profile_path(person)}"><strong>{escape(person.name)}'
        f'</strong></a><br><span class="soft">@{escape(person.handle)}</span></span></p>'
        f"{words}{_answers(sandbox, post)}{_done(sandbox, post)}"
        f'<p class="soft"><a href="{permalink(sandbox, post)}">{when}</a> · {escape(post.visibility.lower())}</p>'
        "</article>"
    )


def _answers(sandbox: Sandbox, post: Post) -> str:
    """Whom a comment answers."""
    first = sandbox.store.standing_post(post.network, post.target) if post.deed == "comment" else None
    if first is None:
        return ""
    author = sandbox.store.people[first.network, first.account_id]
    return f'<p class="soft">An answer to <a href="{permalink(sandbox, first)}">{escape(author.name)}</a></p>'


def _done(sandbox: Sandbox, post: Post) -> str:
    """Who did what to a post."""
    lines = []
    for done in sandbox.store.done_to(post.network, post.external_id):
        if done.deed in DID:
            lines.append(f"{DID[done.deed]} {escape(sandbox.store.people[done.network, done.account_id].name)}")
    return f'<p class="soft deeds">{" · ".join(lines)}</p>' if lines else ""


def show_post(sandbox: Sandbox, network: str, external_id: str) -> Response:
    post = sandbox.store.posts.get((network, external_id))
    if post is None:
        raise NotFound("There is no such post.")
    if post.removed_at is not None:
        return gone()
    person = sandbox.store.people[network, post.account_id]
    return page(f"{person.name} on {LABELS[network]}", post_html(sandbox, post))


def show_profile(sandbox: Sandbox, network: str, handle: str) -> Response:
    person = sandbox.store.find_person(network, handle)
    if person is None:
        raise NotFound("There is no such account.")
    posts = sandbox.store.timeline(network, person.id)[:50]
    body = "".join(post_html(sandbox, post) for post in posts) or "<p>Nothing posted yet.</p>"
    return page(f"{person.name} (@{person.handle}) on {LABELS[network]}", body)


def home(sandbox: Sandbox, _request: Request) -> Response:
    latest = sorted(sandbox.store.posts.values(), key=lambda post: post.at, reverse=True)
    shown = [post for post in latest if post.removed_at is None and post.is_shown][:20]
    networks = "".join(
        f"<section><h2>{LABELS[network]}</h2><p>{_people(sandbox, network)}</p></section>" for network in NETWORKS
    )
    app_passwords = '<p><a href="/bluesky/settings/app-passwords">Make a Bluesky app password</a></p>'
    posts = "".join(post_html(sandbox, post) for post in shown) or "<p>Nothing posted yet.</p>"
    return page("The sandbox networks", f"{networks}{app_passwords}<h2>Latest posts</h2>{posts}")


def no_icon(_sandbox: Sandbox, _request: Request) -> Response:
    return Response(status=204)


def _people(sandbox: Sandbox, network: str) -> str:
    people = [person for person in sandbox.store.people.values() if person.network == network][:12]
    return " · ".join(f'<a href="{profile_path(person)}">{escape(person.name)}</a>' for person in people)


ROUTES: Routes = [
    ("GET", "/", home),
    ("GET", "/favicon.ico", no_icon),
    ("GET", "/sandbox/faces/<network>/<account_id>.png", face_png),
    ("GET", "/sandbox/pictures/<sha256>", picture),
]
