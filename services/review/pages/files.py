"""Files that are evidence, for people at the desk."""

from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.review import queries, uploads
from services.review.models import Person
from services.review.pages.account import signed_in
from services.review.service import reading


@signed_in
def show_file(_person: Person, case_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """A file as it came."""
    with reading() as session:
        kept = queries.find_file(session, case_id, file_id)
    return uploads.send(kept)


@signed_in
def show_file_stamp(_person: Person, case_id: UUID, file_id: UUID) -> ResponseReturnValue:
    """The answer of the authority that stamped the file."""
    with reading() as session:
        kept = queries.find_file(session, case_id, file_id)
        stamp = queries.find_stamp(session, kept.sha256, "file")
    return uploads.send_stamp(stamp)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/cases/<uuid:case_id>/files/<uuid:file_id>")(show_file)
    bp.get("/cases/<uuid:case_id>/files/<uuid:file_id>/timestamp")(show_file_stamp)
