"""Copies of the sources of a case: as files, as text, as pictures, and as pages in a frame that is kept from running, fetching and
sending anything. Whoever wrote such a page is a stranger: it must not become one of ours."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue

from services.review import copies, queries
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.service import reading, service
from services.review.uploads import FOR_NO_BROWSER, send_stamp
from shared.contracts import SourceVisited
from shared.errors import NotFound
from shared.stored import WARC, WEBP, path_of
from shared.wsgi import SECURITY_HEADERS

WITH_A_FRAME = f"{SECURITY_HEADERS['Content-Security-Policy']}; frame-src 'self'"
# The page's own styles and what stands in it as data is shown; no script, no form, no link that leaves the frame, nothing fetched.
STRANGERS = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


@signed_in
def look_at_copy(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """The page as it was archived, in a frame, with what is known of the copy."""
    source = _source(person, case_id, digest)
    answer = Response(render_template("copy.html", case_id=case_id, source=source, copy=source.archived))
    answer.headers["Content-Security-Policy"] = WITH_A_FRAME
    return answer


@signed_in
def show_frame(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """What stands in the frame: the words of a stranger, by rules that hold if it is opened by itself, too."""
    page = _read(person, case_id, digest, copies.page_in, "This copy is no page. Open the file itself.")
    headers = FOR_NO_BROWSER | {"Content-Security-Policy": STRANGERS, "Referrer-Policy": "no-referrer"}
    return Response(page, content_type="text/html; charset=utf-8", headers=headers)


@signed_in
def show_copy(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """The file of the archive: WARC 1.1."""
    path = path_of(service.settings.archive_folder, _known(person, case_id, digest))
    try:
        answer = send_file(
            path.absolute(),
            mimetype="application/warc",
            as_attachment=True,
            download_name=f"{digest}{WARC}",
            etag=False,
        )
    except OSError as error:
        raise NotFound("The copy is not in the archive any more.") from error
    answer.headers.update(FOR_NO_BROWSER)
    return answer


@signed_in
def show_picture(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """What the page looked like that this is a copy of."""
    copy = _source(person, case_id, digest).archived
    if copy is None or copy.picture is None:
        raise NotFound("There is no picture of this page.")
    try:
        path = path_of(service.settings.archive_folder, copy.picture.sha256, WEBP)
        answer = send_file(path.absolute(), mimetype="image/webp", etag=False)
    except OSError as error:
        raise NotFound("The picture is not in the archive any more.") from error
    answer.headers.update(FOR_NO_BROWSER)
    return answer


@signed_in
def show_stamp(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """The answer of the authority that stamped the copy."""
    known = _known(person, case_id, digest)
    with reading() as session:
        stamp = queries.find_stamp(session, known)
    return send_stamp(stamp)


@signed_in
def show_text(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """The words of a copy, as a program read them: a hint, never a quotation."""
    text = _read(person, case_id, digest, copies.words_of, "No text can be read from this copy. Open the file itself.")
    return Response(text, content_type="text/plain; charset=utf-8", headers=FOR_NO_BROWSER)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/cases/<uuid:case_id>/copies/<digest>")(show_copy)
    bp.get("/cases/<uuid:case_id>/copies/<digest>/text")(show_text)
    bp.get("/cases/<uuid:case_id>/copies/<digest>/picture")(show_picture)
    bp.get("/cases/<uuid:case_id>/copies/<digest>/timestamp")(show_stamp)
    bp.get("/cases/<uuid:case_id>/copies/<digest>/look")(look_at_copy)
    bp.get("/cases/<uuid:case_id>/copies/<digest>/page")(show_frame)
    bp.app_template_filter("is_page")(copies.is_page)


def _read(person: Person, case_id: UUID, digest: str, what: Callable[[Path], str | None], otherwise: str) -> str:
    """What can be read from a copy. Raises NotFound: there is no such copy, it is gone, or, in the words given, nothing can be."""
    path = path_of(service.settings.archive_folder, _known(person, case_id, digest))
    try:
        found = what(path)
    except OSError as error:
        raise NotFound("The copy is not in the archive any more.") from error
    if found is None:
        raise NotFound(otherwise)
    return found


def _known(person: Person, case_id: UUID, digest: str) -> str:
    """The digest, if it is one of a copy of the case's sources. Raises NotFound."""
    _source(person, case_id, digest)
    return digest


def _source(person: Person, case_id: UUID, digest: str) -> SourceVisited:
    """The source of the case that this is the newest copy of. Raises NotFound."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound("There is no such copy.")
    with reading() as session:
        case = queries.get_case(session, case_id, person)
    for one in case.sources:
        if one.archived and one.archived.sha256 == digest:
            return one
    raise NotFound("This case has no such copy.")
