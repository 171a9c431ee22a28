"""Words as they are searched: made alike here, so that every database, whose own rules differ, finds the same.

Letters and digits remain, in small letters and without the accents of European, Arabic and Hebrew script; 1,100 is 1100. Scripts
that put no space between words (Chinese, Japanese, Thai and their like) are taken sign by sign. What is left of a word is its stem
in the language of its text: `closed` and `closing` are found by `close`.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import Protocol

import snowballstemmer

from shared.matching.languages import COMMON_WORDS, SCRIPT_OF_CYRILLIC, language_of

ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
THOUSANDS = re.compile("(?<=[0-9])[,.'’\u00a0\u202f](?=[0-9]{3}(?![0-9]))")
NOT_ASCII_WORDS = re.compile("[^a-z0-9]+")
UNSPACED = re.compile(
    "([\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
LONGEST = 200  # characters of a word; no index has use for more

ALGORITHMS = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "et": "estonian",
    "fi": "finnish", "fr": "french", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
# What Ukrainian words end on, the longest first. Cut where four letters are left: coarse, and enough for an index.
UKRAINIAN_ENDINGS = tuple(
    sorted(
        """
        ами ями ові еві єві ого його ому йому ими іми ої ій ою єю ею ах ях ам ям ом ем єм ів їв ий ій ія ію ії іям іях
        а я о е є у ю і ї и ь ати яти ити іти ути али яли или іли ала яла ила іла ало яло ило іло ав яв ив ув ує уть ють
        ать ять ить ість ості істю ення енню енням ання анню анням іть їть ться тися лися лася лося вся
        """.split(),  # noqa: SIM905
        key=len,
        reverse=True,
    )
)
LEFT_OF_UKRAINIAN = 4  # letters


class _Kept(dict[int, int]):
    """Letters, digits and marks by their numbers; a space for all else."""

    def __missing__(self, sign: int) -> int:
        self[sign] = sign if unicodedata.category(chr(sign))[0] in "LNM" else 32
        return self[sign]


_kept = _Kept()


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802


_stemmers: dict[str, _Stemmer] = {}
_turn = threading.Lock()  # a stemmer holds the word that it is at


def plain(text: str | None) -> str:
    """The text's words, one space between them, not yet cut to their stems."""
    if not text:
        return ""
    if text.isascii():
        kept = NOT_ASCII_WORDS.sub(" ", THOUSANDS.sub("", text).lower())
        return " ".join(word[:LONGEST] for word in kept.split())
    joined = THOUSANDS.sub("", unicodedata.normalize("NFKC", text))
    folded = ACCENTS.sub("", unicodedata.normalize("NFKD", joined.casefold()))
    folded = UNSPACED.sub(r" \1 ", unicodedata.normalize("NFKC", folded).casefold())
    return " ".join(word[:LONGEST] for word in folded.translate(_kept).split())


@lru_cache(8_192)
def plain_words(text: str) -> frozenset[str]:
    """A text's plain words, each once."""
    return frozenset(plain(text).split())


def stems(text: str | None, language: str | None = None) -> list[str]:
    """The stems of the text's words, in their order. Without a language it is guessed."""
    if not text:
        return []
    known = language_of(text, language)
    return [stem(word, known) for word in plain(text).split()]


@lru_cache(65_536)
def stem(word: str, language: str) -> str:
    """A plain word's stem. Words in another script than the language's, and in languages without rules, stay as they are."""
    if language == "uk":
        return _ukrainian(word) if SCRIPT_OF_CYRILLIC.search(word) else _stem(word, "en")
    return _stem(word, language)


@lru_cache(64)
def common_stems(language: str) -> frozenset[str]:
    """The stems of a language's words that say nothing by themselves."""
    return frozenset(stem(plain(word), language) for word in COMMON_WORDS.get(language, ()))


def _stem(word: str, language: str) -> str:
    algorithm = ALGORITHMS.get(language)
    if algorithm is None or word.isdecimal():
        return word
    with _turn:
        stemmer = _stemmers.get(algorithm)
        if stemmer is None:
            stemmer = _stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
        return stemmer.stemWord(word)


def _ukrainian(word: str) -> str:
    for ending in UKRAINIAN_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEFT_OF_UKRAINIAN:
            return word[: -len(ending)]
    return word
