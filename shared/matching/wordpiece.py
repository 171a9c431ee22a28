"""Texts cut into the pieces that the English sentence model was trained on: words, and the beginnings and ends of rarer ones.

The vocabulary, `wordpieces.txt`, is the model's and comes with its licence (Apache-2.0, see `docs/matching.md`); the package that
ships the model has it not.
"""

import unicodedata
from functools import lru_cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("wordpieces.txt")
LONGEST_WORD = 100  # letters; what is longer is unknown
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
CHINESE = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


class WordPieces:
    """The pieces by their numbers."""

    def __init__(self, vocabulary: Path = VOCABULARY) -> None:
        lines = vocabulary.read_text(encoding="utf-8").rstrip("\n").split("\n")
        self._numbers = {piece: number for number, piece in enumerate(lines)}
        self._cut = lru_cache(16_384)(self._cut_word)

    def numbers(self, text: str, most: int) -> list[int]:
        """The numbers of the text's pieces between the marks of its beginning and its end: so many at most."""
        found: list[int] = []
        for word in _words(text):
            found += self._cut(word)
            if len(found) >= most - 2:
                break
        return [self._numbers[BEGIN], *found[: most - 2], self._numbers[END]]

    def _cut_word(self, word: str) -> tuple[int, ...]:
        if len(word) > LONGEST_WORD:
            return (self._numbers[UNKNOWN],)
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._numbers.get(("##" if start else "") + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return (self._numbers[UNKNOWN],)
        return tuple(found)


def whole_words(vocabulary: Path = VOCABULARY) -> frozenset[str]:
    """The words of English letters that are not cut, names of people and places among them."""
    lines = vocabulary.read_text(encoding="utf-8").split("\n")
    return frozenset(word for word in lines if word.isascii() and word.isalpha())


def _words(text: str) -> list[str]:
    """Words in small letters without accents; each sign of punctuation, and each Chinese one, is a word of its own."""
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(_spaced(one) for one in plain).split()


@lru_cache(4_096)
def _spaced(one: str) -> str:
    category = unicodedata.category(one)
    if category == "Mn" or (category.startswith("C") and not one.isspace()):
        return ""
    is_sign = category.startswith("P") or (one.isascii() and not one.isalnum() and not one.isspace())
    if is_sign or any(first <= ord(one) <= last for first, last in CHINESE):
        return f" {one} "
    return " " if one.isspace() else one
