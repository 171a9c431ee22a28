"""A case as a sealed file."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from pydantic import RootModel

from services.review import taking_out
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import SealIn
from shared.openapi import operation
from shared.web import read_json


class SealedCase(RootModel[bytes]):
    """A ZIP archive: the case, its history, its files, and their digests."""


@bp.post("/cases/<uuid:case_id>/seal")
@operation({200: SealedCase}, body=SealIn, gives="application/zip", problems=(403, 404))
def seal_case(case_id: UUID) -> ResponseReturnValue:
    """Take a case out as a sealed file, for a lawyer or a court: all that stands on it, its history, its files and copies.

    Only editors may, and the history says who did and why. The header `Factdesk-Seal` is the SHA-256 of the file's list of what is
    in it. It names people who are unnamed in public.
    """
    person = token_owner()
    return taking_out.send_out(case_id, read_json(SealIn), person)
