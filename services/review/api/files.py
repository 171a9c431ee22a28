"""Files that are evidence: brought to a case, and fetched from it."""

from uuid import UUID

from flask import jsonify, url_for
from flask.typing import ResponseReturnValue
from pydantic import RootModel

from services.review import queries, uploads
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import FileOut
from services.review.service import reading
from shared.errors import WrongMediaType
from shared.openapi import operation

FORM = "multipart/form-data"
FILE = {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"type": "string", "format": "binary"}},
}


class FileBytes(RootModel[bytes]):
    """The file as it came."""


@bp.post("/cases/<uuid:case_id>/files")
@operation({201: FileOut}, bodies={FORM: FILE}, problems=(403, 404, 409))
def bring_file(case_id: UUID) -> ResponseReturnValue:
    """Bring a file to a case.

    It is evidence once an act `evidence` names it by its `id` as `file_id`. What it is, is told by its first bytes: PDF, pictures,
    text, tables, office documents without macros, audio and video.
    """
    person = token_owner()
    if not uploads.is_form():
        raise WrongMediaType(f"Send the file as {FORM}, in a field named file.")
    kept = uploads.bring(person, case_id)
    answer = jsonify(FileOut.model_validate(kept, from_attributes=True).model_dump(mode="json"))
    answer.headers["Location"] = url_for(".fetch_file", case_id=case_id, file_id=kept.id)
    return answer, 201


@bp.get("/cases/<uuid:case_id>/files/<uuid:file_id>")
@operation({200: FileBytes}, gives="*/*", problems=(404,))
def fetch_file(case_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """Fetch a file of a case, as it came."""
    token_owner()
    with reading() as session:
        kept = queries.find_file(session, case_id, file_id)
    return uploads.send(kept)
