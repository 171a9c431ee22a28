"""Copies of the sources of a case, as files and as text: never as anything that a browser would run."""

import re
from uuid import UUID

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from services.review import copies, queries
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.service import reading, service
from services.review.uploads import FOR_NO_BROWSER
from shared.errors import NotFound
from shared.stored import WARC, path_of


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
def show_text(person: Person, case_id: UUID, digest: str) -> ResponseReturnValue:
    """The words of a copy, as a program read them: a hint, never a quotation."""
    path = path_of(service.settings.archive_folder, _known(person, case_id, digest))
    try:
        text = copies.words_of(path)
    except OSError as error:
        raise NotFound("The copy is not in the archive any more.") from error
    if text is None:
        raise NotFound("No text can be read from this copy. Open the file itself.")
    return Response(text, content_type="text/plain; charset=utf-8", headers=FOR_NO_BROWSER)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/cases/<uuid:case_id>/copies/<digest>")(show_copy)
    bp.get("/cases/<uuid:case_id>/copies/<digest>/text")(show_text)


def _known(person: Person, case_id: UUID, digest: str) -> str:
    """The digest, if it is one of a copy of the case's sources. Raises NotFound."""
    if not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise NotFound("There is no such copy.")
    with reading() as session:
        case = queries.get_case(session, case_id, person)
    if digest not in {one.archived.sha256 for one in case.sources if one.archived}:
        raise NotFound("This case has no such copy.")
    return digest
