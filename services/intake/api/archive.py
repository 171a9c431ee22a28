"""Copies of the pages that claims point to: files, their text and their pictures, never anything that a browser would run."""

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue
from pydantic import RootModel

from services.intake import queries
from services.intake.auth import caller
from services.intake.models import Copy
from services.intake.pictures import KIND as WEBP
from services.intake.pictures import send_picture
from services.intake.service import reading, service
from shared.errors import NotFound
from shared.openapi import IF_NONE_MATCH, operation
from shared.stored import WARC as ENDING
from shared.stored import path_of

bp = Blueprint("archive", __name__)

WARC = "application/warc"
TEXT = "text/plain"


class FileOut(RootModel[bytes]):
    """A file of the archive: WARC 1.1, compressed with gzip record by record."""


class PictureFileOut(RootModel[bytes]):
    """A picture of the page: WebP."""


class TextOut(RootModel[str]):
    """The text of a page as it was read by a program: a hint, never a quotation."""


@bp.get("/archive/<sha256>")
@operation({200: FileOut, 304: None}, gives=WARC, headers=IF_NONE_MATCH, problems=(403, 404, 429))
def show_copy(sha256: str) -> ResponseReturnValue:
    """Fetch a copy from the archive.

    For the newsrooms whose claims point to the page. The file's SHA-256 is its name; it never changes.
    """
    copy = _copy(sha256)
    try:
        answer = send_file(
            path_of(service.settings.archive_folder, copy.sha256).absolute(),
            mimetype=WARC,
            as_attachment=True,
            download_name=f"{copy.sha256}{ENDING}",
            etag=copy.sha256,
        )
    except OSError as error:
        raise NotFound("The copy is not in the archive any more.") from error
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@bp.get("/archive/<sha256>/picture")
@operation({200: PictureFileOut, 304: None}, gives=WEBP, headers=IF_NONE_MATCH, problems=(403, 404, 429))
def show_picture(sha256: str) -> ResponseReturnValue:
    """Fetch the picture of the page that a copy is of.

    By the copy's SHA-256, not the picture's own. Not every copy has one.
    """
    return send_picture(_copy(sha256).picture_sha256)


@bp.get("/archive/<sha256>/text")
@operation({200: TextOut}, gives=TEXT, problems=(403, 404, 429))
def show_text(sha256: str) -> ResponseReturnValue:
    """Read the text of a copy.

    As far as it could be told from the page's furniture. Read the copy itself before you quote it.
    """
    text = _copy(sha256).text
    if text is None:
        raise NotFound("No text could be read from this page.")
    answer = Response(text, content_type=f"{TEXT}; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


def _copy(sha256: str) -> Copy:
    by = caller("claims:read")
    with reading() as session:
        return queries.get_copy(session, sha256, by.newsroom_id)
