"""The whole record as files that any web server can host: `python -m services.publish export FOLDER`.

Every page is asked of the service itself, as readers get it, from lists of what there is and by following its links; so nothing can
be exported that readers could not read, and nothing that a page leads to is left out. What needs a server (the search, readers'
forms, oEmbed) leads to the live site.

Pages become folders with an `index.html`, data gets an ending (`v1/checks/<id>.json`). Each file is written beside its place and
moved there whole. Addresses change from the live site's to those of the copy.
"""

import html
import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient

from services.publish import queries, sites
from services.publish.service import reading

AT_ONCE = 500
LIVE = "\x00live\x00"  # stands for the live site while addresses are changed; no page of ours can hold it
NEEDS_SERVER = re.compile(r"^/(search|oembed|docs|openapi\.json|v1alpha1|disputes/[^/]{20,})|/(dispute|useful)$")
DATA = re.compile(r"^/v1/[^?.]*$")  # addresses that answer JSON, of those that pages lead to
LINK = re.compile(r'\b(href|src|action)="([^"]*)"')
PICTURE = re.compile(r'<meta property="og:image" content="([^"]*)"')
COUNTER = re.compile(r'<img class="counter"[^>]*>')  # a copy is counted by whoever hosts it
PLACES = re.compile(rb"<loc>([^<]+)</loc>")
NAME_ENDS = rb"(?![\w-]|\.\w|:\d)"  # facts.example is no beginning of facts.example.org, which is somebody else's
FIRST = (
    "/", "/corrections", "/robots.txt", "/sitemap.xml", "/sitemap-news.xml", "/.well-known/security.txt", "/history/head.json",
    "/feeds/atom.xml", "/feeds/rss.xml", "/feeds/feed.json", "/feeds/corrections.xml", "/feeds/claimreview.json",
    "/feeds/claimreview.jsonl",
)  # fmt: skip
ENDINGS = {"text/html": "/index.html", "application/json": ".json"}
WITH_ADDRESSES = ("text/", "application/xml", "application/json", "application/feed+json", "application/atom+xml",
                  "application/rss+xml", "application/x-ndjson")  # fmt: skip


class Done(NamedTuple):
    """How many files were written, how many of them had changed, and the addresses that a page leads to and that are not there."""

    files: int
    changed: int
    missing: list[str]


def export(
    app: Flask, folder: Path, base_url: str, advance: Callable[[int], object] = lambda _: None, number: int = sites.MAIN
) -> Done:
    """Write everything of a site into the folder, for hosting at `base_url`; `advance` is told of each file. Files that are there
    and the same stay as they are; nothing is deleted."""
    with sites.at(number):
        return _Export(app, folder, base_url.rstrip("/")).run(advance)


class _Export:
    def __init__(self, app: Flask, folder: Path, base_url: str) -> None:
        self._client: FlaskClient = app.test_client()
        self._folder = folder
        self._live = sites.here().url
        self._at_live = re.compile(re.escape(self._live.encode()) + NAME_ENDS)
        self._base = base_url
        self._prefix = urlsplit(base_url).path
        self._known: set[str] = set()
        self._waiting: deque[str] = deque()
        self._missing: list[str] = []
        self._files = self._changed = 0

    def run(self, advance: Callable[[int], object]) -> Done:
        for address in FIRST:
            self._want(address)
        self._do(advance)
        for address in self._of_checks():
            self._want(address)
            self._do(advance)
        for former, path in self._former():
            if f"/checks/{former}" not in self._known:  # as far as no page leads there
                self._write(f"/checks/{former}/index.html", _leading_to(f"{self._prefix}/checks/{path}"))
        return Done(self._files, self._changed, self._missing)

    def _do(self, advance: Callable[[int], object]) -> None:
        while self._waiting:
            self._take(self._waiting.popleft())
            advance(1)

    def _of_checks(self) -> Iterator[str]:
        """What no page leads to: checks as data, frames, and tests' pages not at all."""
        last = sites.places()[0] - 1
        while True:
            with reading() as session:
                found = queries.list_exported(session, last, AT_ONCE)
            for position, claim_id, path in found:
                yield f"/checks/{path}"
                yield f"/v1/checks/{claim_id}"
                yield f"/v1/checks/{claim_id}/ninjs"
                yield f"/embed/{claim_id}"
                last = position
            if len(found) < AT_ONCE:
                return

    def _former(self) -> Iterator[tuple[str, str]]:
        with reading() as session:
            yield from queries.list_former_paths(session)

    def _want(self, address: str) -> None:
        if address not in self._known:
            self._known.add(address)
            self._waiting.append(address)

    def _take(self, address: str) -> None:
        with self._client.get(address, base_url=self._live, headers={"Accept": "text/html,*/*"}) as answer:
            status, body, kind, location = answer.status_code, answer.get_data(), answer.mimetype or "", answer.location
        if status in (301, 302, 308):
            if target := self._local(urljoin(f"{self._live}{address}", location)):
                self._want(target)
                self._write(f"{_file_path(address)}/index.html", _leading_to(self._written_as(target)))
        elif status == 200:
            self._write(_file_path(address) + _ending(address, kind), self._changed_for_copy(body, kind, address))
        elif address not in FIRST:
            self._missing.append(address)

    def _changed_for_copy(self, body: bytes, kind: str, address: str) -> bytes:
        """What was answered, as the copy has it; what it leads to is wanted, too."""
        if address.startswith("/files/"):
            return body  # evidence stays as it is, to the byte
        if kind == "text/html":
            body = self._rewritten(COUNTER.sub("", body.decode()), address).encode()
        elif kind == "application/xml":
            for place in PLACES.findall(body):
                if target := self._local(html.unescape(place.decode())):
                    self._want(target)
        if kind.startswith(WITH_ADDRESSES):
            body = self._at_live.sub(lambda _: self._base.encode(), body).replace(LIVE.encode(), self._live.encode())
        return body

    def _rewritten(self, page: str, address: str) -> str:
        """A page whose links lead to the copy's files, and to the live site where they need a server."""

        def change(link: re.Match[str]) -> str:
            given = html.unescape(link[2])
            target = self._local(urljoin(f"{self._live}{address}", given))
            if target is None or given.startswith("#"):
                return link[0]
            if NEEDS_SERVER.search(urlsplit(target).path):  # what it is asked stays as it is: of pages of the live site
                return f'{link[1]}="{LIVE}{html.escape(urljoin(f"{self._live}{address}", given)[len(self._live) :])}"'
            self._want(target)
            fragment = f"#{urlsplit(given).fragment}" if urlsplit(given).fragment else ""
            return f'{link[1]}="{html.escape(self._written_as(target) + fragment)}"'

        for picture in PICTURE.findall(page):
            if target := self._local(html.unescape(picture)):
                self._want(target)
        return LINK.sub(change, page)

    def _local(self, url: str) -> str | None:
        """Path and query of an address of ours; None of others."""
        if not url.startswith((f"{self._live}/", self._live)) or url[len(self._live) :][:1] not in ("", "/", "?", "#"):
            return None
        parts = urlsplit(url[len(self._live) :])
        kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "v"]  # static files' versions
        query = "&".join(f"{name}={value}" for name, value in kept)
        return (parts.path or "/") + (f"?{query}" if query else "")

    def _written_as(self, target: str) -> str:
        return self._prefix + (_file_path(target) + (".json" if DATA.match(target) else "") or "/")

    def _write(self, name: str, body: bytes) -> None:
        path = self._folder / name.lstrip("/")
        if self._folder.resolve() not in path.resolve().parents:
            raise ValueError(f"{name} would lie outside of the folder.")
        self._files += 1
        if path.is_file() and path.read_bytes() == body:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_bytes(body)
        unfinished.replace(path)
        self._changed += 1


def _file_path(address: str) -> str:
    """An address as the path of a file: what stands after the question mark becomes a part of it."""
    parts = urlsplit(address)
    more = "".join(f"/{name}-{value}" for name, value in parse_qsl(parts.query))
    path: str = parts.path.rstrip("/")
    return path + re.sub(r"[^A-Za-z0-9/._-]", "-", more)


def _ending(address: str, kind: str) -> str:
    """What a file's name needs for a web server to know what it is."""
    name = _file_path(address).rpartition("/")[2]
    if kind == "text/html":
        return "/index.html"
    return "" if "." in name else ENDINGS.get(kind, "")


def _leading_to(address: str) -> bytes:
    """A page that leads on at once, for web servers that know nothing of redirects."""
    place = html.escape(address)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Moved</title>'
        f'<meta http-equiv="refresh" content="0; url={place}"><link rel="canonical" href="{place}">'
        f'<p>This has moved: <a href="{place}">{place}</a></p></html>\n'
    ).encode()
