"""What of the record's database no model describes, for `move-to`."""

from services.publish.models import MATCH_TABLES, WORDS_TABLE
from services.publish.search.keeping import IN_ON_POSTGRESQL
from shared.matching.moving import words_of
from shared.moving import written_by

INDEXES = (
    written_by(
        WORDS_TABLE,
        f"SELECT rowid AS position, about, body, under FROM {WORDS_TABLE} ORDER BY rowid",  # noqa: S608
        IN_ON_POSTGRESQL.text,
    ),
    words_of(MATCH_TABLES),
)
