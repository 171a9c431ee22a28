"""Pictures of pages as files: for newsrooms' systems, their own pages, and receipts.

Whoever made such a page is a stranger. What it looked like stands in a page of ours as a picture; by itself it is a file to be
saved, so that nothing that a stranger drew is shown as if it were the newsroom's own.
"""

from flask import Response, send_file

from services.intake.service import service
from shared.errors import NotFound
from shared.stored import WEBP, path_of

KIND = "image/webp"


def send_picture(digest: str | None) -> Response:
    """The picture with this SHA-256, for whom the caller knows that they may see it; without one there is none. Raises NotFound."""
    if digest is None:
        raise NotFound("There is no picture of this page.")
    try:
        answer = send_file(
            path_of(service.settings.archive_folder, digest, WEBP).absolute(),
            mimetype=KIND,
            as_attachment=True,
            download_name=f"{digest}{WEBP}",
            etag=digest,
        )
    except OSError as error:
        raise NotFound("The picture is not in the archive any more.") from error
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer
