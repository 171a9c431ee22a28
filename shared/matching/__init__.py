"""Texts that say the same: texts in, what was indexed that says the same out, with scores.

`tables` is what an index consists of, `indexing` fills it, `matcher` searches it and puts together an answer (`answers`); a `pool`
holds the candidates and the signs that words and facts give of them. The words of a text are searched by the database (`lexical`),
its meaning by vectors that a sentence model makes (`models`, `encoding`, `semantic`, `meaning`); `facts` tells in what two texts
differ: "5 million" is not "50 million". `docs/matching.md` explains it for people.

Nothing here imports numpy or a model before it is needed.
"""

from shared.matching.answers import Answer, Asked, Found
from shared.matching.encoding import Encoder, encoder
from shared.matching.facts import Difference, differences, facts_of
from shared.matching.indexing import Entry
from shared.matching.matcher import Matcher
from shared.matching.shelves import OPEN
from shared.matching.tables import (
    Tables,
    TermRow,
    TextRow,
    VectorRow,
    add_words,
    tables_of,
    text_indexes,
    vector_indexes,
)
from shared.matching.weights import Weights

__all__ = [
    "OPEN",
    "Answer",
    "Asked",
    "Difference",
    "Encoder",
    "Entry",
    "Found",
    "Matcher",
    "Tables",
    "TermRow",
    "TextRow",
    "VectorRow",
    "Weights",
    "add_words",
    "differences",
    "encoder",
    "facts_of",
    "tables_of",
    "text_indexes",
    "vector_indexes",
]
