"""Files that are evidence and may be read by anybody: those that a published revision shows, from where the desk puts them."""

import re

from flask import Blueprint, Response, send_file

from services.publish import queries
from services.publish.service import reading, service
from shared.errors import NotFound
from shared.stored import path_of

AN_HOUR = 3_600
NAME = re.compile(r"([0-9a-f]{64})\.([a-z0-9]{2,4})")
FOR_NO_BROWSER = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Robots-Tag": "noindex",
}


def show_file(file_name: str) -> Response:
    """A file as it came, to be saved."""
    named = NAME.fullmatch(file_name)
    with reading() as session:
        known = queries.find_file(session, named[1]) if named else None
    if known is None or named is None or known.ending != named[2]:
        raise NotFound("No fact-check shows such a file.")
    try:
        answer = send_file(
            path_of(service.settings.files_folder, known.sha256, "").absolute(),
            mimetype=known.media_type,
            as_attachment=True,
            download_name=known.name,
            etag=known.sha256,
            max_age=AN_HOUR,
        )
    except OSError as error:
        raise NotFound("This file is not shown any more.") from error
    answer.headers.update(FOR_NO_BROWSER)
    return answer


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/files/<file_name>")(show_file)
