"""What of intake's database no model describes, for `move-to`."""

from services.intake.earlier.taking import WRITE_WORDS
from services.intake.models import MATCH_TABLES
from services.intake.models.earlier import WORDS_TABLE
from shared.matching.moving import words_of
from shared.moving import written_by

INDEXES = (
    written_by(
        WORDS_TABLE,
        f"SELECT rowid AS number, claim, headline FROM {WORDS_TABLE} ORDER BY rowid",  # noqa: S608
        WRITE_WORDS["postgresql"],
    ),
    words_of(MATCH_TABLES),
)
