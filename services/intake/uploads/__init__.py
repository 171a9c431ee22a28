"""Files of claims, uploaded on a page: read and mapped as the command `factdesk import` does, tried, and sent in the background.

The reading of tables is the client's own (`factdesk.command`), so that a file and a mapping mean the same in both places.
"""

from services.intake.uploads.files import FIELDS, MOST_BYTES, Look, look, open_upload, report_of
from services.intake.uploads.sending import SendRows, begin, begin_rows, end_rows

__all__ = [
    "FIELDS",
    "MOST_BYTES",
    "Look",
    "SendRows",
    "begin",
    "begin_rows",
    "end_rows",
    "look",
    "open_upload",
    "report_of",
]
