"""A case as a sealed file, made for somebody and noted: what pages, API and command do alike."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from flask import Response, send_file

from services.review import sealing
from services.review.models import Person
from services.review.schemas import SealIn
from services.review.sealing import Sealed
from services.review.service import reading, transaction
from services.review.uploads import FOR_NO_BROWSER
from services.review.workflow.sealing import refuse_unless_may_seal, seal
from shared.clock import now

SEAL = "Factdesk-Seal"


def take_out(case_id: UUID, found: SealIn, by: Person, to: Path) -> Sealed:
    """Write a case's sealed file and note it in the history. Raises NotFound or Forbidden."""
    with reading() as session:
        case = refuse_unless_may_seal(session, case_id, by)
        bundle = sealing.gather(session, case, by)
    sealed = sealing.write(bundle, to, by.name, found.reason)
    with transaction() as session:
        seal(session, case_id, found, sealed.digest, by)
    return sealed


def send_out(case_id: UUID, found: SealIn, by: Person) -> Response:
    """The same as an answer, to be saved. Nothing of it stays here."""
    with TemporaryDirectory() as folder:
        place = Path(folder) / "case.zip"
        sealed = take_out(case_id, found, by, place)
        kept = open(place, "rb")  # noqa: SIM115 - it is sent, and gone when it is closed: it has no name any more
    answer = send_file(
        kept, mimetype="application/zip", as_attachment=True, download_name=f"case-{case_id}-{now():%Y-%m-%d}.zip"
    )
    answer.headers.update(FOR_NO_BROWSER)
    answer.headers[SEAL] = sealed.digest
    return answer
