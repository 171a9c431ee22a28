"""Pages for readers. A verdict page is one indexed read; nothing here asks another service."""

import re

from flask import Blueprint, Response, redirect, request
from flask.typing import ResponseReturnValue

from services.publish import queries, rendering
from services.publish.service import reading
from shared.errors import NotFound
from shared.web import conditional

bp = Blueprint("pages", __name__)

MAX_AGE = 60  # seconds; a correction shows within them
PATH = re.compile(r"\d{4}/\d{2}/[a-z0-9-]{1,200}", re.A)


@bp.get("/")
def show_checks() -> ResponseReturnValue:
    """The newest checks."""
    return _checks_page(1)


@bp.get("/page/<int:page>")
def show_checks_page(page: int) -> ResponseReturnValue:
    """An older part of the list."""
    if page == 1:
        return redirect("/", 301)
    return _moved(f"/page/{page}") or _checks_page(page)


@bp.get("/corrections")
def show_corrections() -> ResponseReturnValue:
    """The newest corrections and other changes."""
    return _corrections_page(1)


@bp.get("/corrections/page/<int:page>")
def show_corrections_page(page: int) -> ResponseReturnValue:
    """An older part of the corrections."""
    if page == 1:
        return redirect("/corrections", 301)
    return _moved(f"/corrections/page/{page}") or _corrections_page(page)


@bp.get("/checks/<year>/<month>/<slug>")
def show_check(year: str, month: str, slug: str) -> ResponseReturnValue:
    """The verdict page, as the worker has rendered it."""
    path = _path(year, month, slug)
    if moved := _moved(f"/checks/{path}"):
        return moved
    with reading() as session:
        page = queries.get_page(session, path)
    if page is None:
        raise NotFound("There is no fact-check at this address.")
    return _answer(page.body, page.etag)


@bp.get("/checks/<year>/<month>/<slug>/revisions/<int:number>")
def show_revision(year: str, month: str, slug: str, number: int) -> ResponseReturnValue:
    """One revision that readers saw, current or superseded."""
    path = _path(year, month, slug)
    if moved := _moved(f"/checks/{path}/revisions/{number}"):
        return moved
    with reading() as session:
        check, revisions = queries.get_check_at(session, path)
    if number not in {one.revision for one in revisions}:
        raise NotFound(f"This fact-check has no revision {number}.")
    answer = _answer(rendering.revision_page(check, revisions, number))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/checks/<year>/<month>/<slug>/")
def drop_slash(year: str, month: str, slug: str) -> ResponseReturnValue:
    """Addresses have no slash at the end."""
    return redirect(f"/checks/{_path(year, month, slug)}", 301)


def _checks_page(page: int) -> ResponseReturnValue:
    with reading() as session:
        rows, has_older = queries.list_checks(session, page)
        notices = queries.list_notices(session) if page == 1 else []
    return _answer(rendering.checks_page(rows, page, has_older, notices))


def _corrections_page(page: int) -> ResponseReturnValue:
    with reading() as session:
        rows, has_older = queries.list_corrections(session, page)
    return _answer(rendering.corrections_page(rows, page, has_older))


def _answer(body: bytes, etag: str | None = None) -> Response:
    response = Response(body, content_type="text/html; charset=utf-8")
    return conditional(response, etag or rendering.etag(body), MAX_AGE)


def _path(year: str, month: str, slug: str) -> str:
    """The path of a check, in the letters that ours are made of. Raises NotFound for what can't be one."""
    path = f"{year}/{month}/{slug}".lower()
    if not PATH.fullmatch(path):
        raise NotFound("There is no fact-check at this address.")
    return path


def _moved(address: str) -> ResponseReturnValue | None:
    """To the one address that a page has, from "/page/02" and other ways to write it."""
    return None if request.path == address else redirect(address, 301)
