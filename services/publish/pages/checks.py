"""The verdict page, what readers saw before, and the addresses that a check had once."""

import re

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from services.publish import queries, rendering
from services.publish.pages.answers import answer, moved
from services.publish.service import reading
from shared.errors import NotFound

PART = re.compile(r"\d{4}/\d{2}", re.A)
PATH = re.compile(r"\d{4}/\d{2}/[a-z0-9-]{1,200}", re.A)


def show_check(year: str, month: str, slug: str) -> ResponseReturnValue:
    """The verdict page, as the worker has rendered it."""
    path = _path(year, month, slug)
    if elsewhere := moved(f"/checks/{path}"):
        return elsewhere
    if (page := queries.find_document(path)) is not None:
        return answer(page.body, page.etag)
    return redirect(_now_at(path), 301)


def show_revision(year: str, month: str, slug: str, number: int) -> ResponseReturnValue:
    """One revision that readers saw, current or superseded."""
    path = _path(year, month, slug)
    if elsewhere := moved(f"/checks/{path}/revisions/{number}"):
        return elsewhere
    with reading() as session:
        found = queries.find_check_at(session, path)
        now_at = _now_at(path) if found is None else None
    if found is None:
        return redirect(f"{now_at}/revisions/{number}", 301)
    check, revisions = found
    if number not in {one.revision for one in revisions}:
        raise NotFound(f"This fact-check has no revision {number}.")
    page = answer(rendering.revision_page(check, revisions, number))
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def show_list(year: str = "0000", month: str = "00") -> ResponseReturnValue:
    """For whoever shortens a check's address: the newest checks."""
    if not PART.fullmatch(f"{year}/{month}"):
        raise NotFound("There is no fact-check at this address.")
    return redirect("/")


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    for part in ("", "/<year>", "/<year>/<month>"):
        bp.get(f"/checks{part}")(show_list)
    bp.get("/checks/<year>/<month>/<slug>")(show_check)
    bp.get("/checks/<year>/<month>/<slug>/revisions/<int:number>")(show_revision)


def _path(year: str, month: str, slug: str) -> str:
    """The path of a check, in the letters that ours are made of. Raises NotFound for what can't be one."""
    path = f"{year}/{month}/{slug}".lower()
    if not PATH.fullmatch(path):
        raise NotFound("There is no fact-check at this address.")
    return path


def _now_at(path: str) -> str:
    if (now_at := queries.find_moved(path)) is None:
        raise NotFound("There is no fact-check at this address.")
    return now_at
