"""The index of what may say the same as a claim: claims that came in, and fact-checks that were published before. It can be made
again from them; see `shared.matching`."""

from services.intake.models.base import Table
from shared.matching import Tables, TermRow, TextRow, VectorRow, add_words, text_indexes, vector_indexes


class MatchText(TextRow, Table, table=True):
    """A claim's or a check's wording."""

    __tablename__ = "match_texts"
    __table_args__ = text_indexes()


class MatchVector(VectorRow, Table, table=True):
    """What a sentence model makes of a wording."""

    __tablename__ = "match_vectors"
    __table_args__ = vector_indexes()


class MatchTerm(TermRow, Table, table=True):
    """In how many wordings a word stands."""

    __tablename__ = "match_terms"


MATCH_TABLES = add_words(Tables(MatchText, MatchVector, MatchTerm))
