"""Files of claims, uploaded on a page: read and mapped as the command `factdesk import` does, tried, and sent in the background.

The reading of tables is the client's own (`factdesk.command`), so that a file and a mapping mean the same in both places.
"""

from services.intake.uploads.files import FIELDS, MOST_BYTES, Look, look, mapped_rows, open_upload, report_of
from services.intake.uploads.kept import add_upload, list_uploads, map_upload, new_upload, own_upload, tidy
from services.intake.uploads.sending import AT_ONCE, SendRows, begin, note, put_off, waiting

__all__ = [
    "AT_ONCE",
    "FIELDS",
    "MOST_BYTES",
    "Look",
    "SendRows",
    "add_upload",
    "begin",
    "list_uploads",
    "look",
    "map_upload",
    "mapped_rows",
    "new_upload",
    "note",
    "open_upload",
    "own_upload",
    "put_off",
    "report_of",
    "tidy",
    "waiting",
]
