"""The index of what may say the same as a claim: claims that came in, and fact-checks that were published before. It can be made
again from them; see `shared.matching`."""

from services.intake.models.base import Table
from shared.matching import tables_of

MATCH_TABLES = tables_of(Table)
