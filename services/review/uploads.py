"""How files that are evidence come in and go out, by pages and API alike.

A file is kept before the case knows of it, and apart from the transaction that says so: nobody waits while a disk writes.
"""

import re
from uuid import UUID

from flask import Response, request, send_file

from services.review import files, workflow
from services.review.models import CaseFile, Person, TimeStamp
from services.review.service import reading, service, transaction
from services.review.stamps import REPLY
from shared.errors import Invalid, NotFound, TooLarge
from shared.stored import path_of
from shared.web import MOST_BODY

FOR_NO_BROWSER = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "private, no-store",
}
BRINGS_FILES = re.compile(r"/cases/[^/]+/evidence|/v1/cases/[^/]+/files")


def make_room() -> None:
    """Before a request is read: one that may bring a file may be as large as a file may be."""
    if request.method == "POST" and is_form() and BRINGS_FILES.fullmatch(request.path):
        request.max_content_length = service.settings.file_most_bytes + MOST_BODY


def is_form() -> bool:
    """Whether the request is a form that can hold a file."""
    return request.mimetype == "multipart/form-data"


def was_sent() -> bool:
    """Whether there is a file in the form that was sent."""
    given = request.files.get("file")
    return given is not None and bool(given.filename)


def bring(person: Person, case_id: UUID) -> CaseFile:
    """Keep the file that was sent for a case. Raises Invalid, TooLarge, or as `workflow.bring` does."""
    given = request.files.get("file")
    if given is None:
        raise Invalid.field("file", "has to be sent, as multipart/form-data")
    with reading() as session:
        workflow.refuse_unless_may_bring(session, case_id, person)
    most = service.settings.file_most_bytes
    content = given.stream.read(most + 1)
    if len(content) > most:
        raise TooLarge(f"The file is larger than {most:,} bytes.", errors=_about_file(f"is larger than {most:,} bytes"))
    brought = files.take_in(service.settings.files_folder, content, given.filename or "")
    with transaction() as session:
        return workflow.bring(session, case_id, brought, person)


def send(kept: CaseFile) -> Response:
    """A file as it came: to be saved, for no browser to run or to guess at. Raises NotFound."""
    if kept.erased_at is not None:
        raise NotFound(f"This file was erased: {kept.erased_reason}")
    try:
        answer = send_file(
            path_of(service.settings.files_folder, kept.sha256, files.NO_ENDING).absolute(),
            mimetype=kept.media_type,
            as_attachment=True,
            download_name=kept.name,
            etag=False,
        )
    except OSError as error:
        raise NotFound("The file is not there any more.") from error
    answer.headers.update(FOR_NO_BROWSER)
    return answer


def send_stamp(stamp: TimeStamp | None) -> Response:
    """What an authority answered (RFC 3161), for `openssl ts -verify` to read. Raises NotFound if there is none."""
    if stamp is None:
        raise NotFound("This was not stamped.")
    headers = FOR_NO_BROWSER | {"Content-Disposition": f'attachment; filename="{stamp.stamped}.tsr"'}
    return Response(stamp.response, content_type=REPLY, headers=headers)


def _about_file(detail: str) -> list[dict[str, str]]:
    return [{"pointer": "#/file", "detail": detail}]
