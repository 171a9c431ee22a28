"""Which sentences of a story are worth checking, and why; and what they say of their own sources.

Rules, not a model: every point of a sentence's rank can be read, disputed and changed in the language's file.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

from sentencex import get_sentence_boundaries

from services.intake.checkable.layout import running_text
from services.intake.checkable.offers import offers_of
from shared.checkable.rules import Rules, languages, rules_for
from shared.contracts import CheckSign, Offered, Sentence

__all__ = ["Checkable", "Dateline", "find_checkable", "find_dateline", "languages"]

WORTH = 30  # points from which a sentence is worth a look
SAID = 15  # and of one that somebody is named for
MOST = 100  # sentences
SHORTEST, LONGEST = 20, 1_000  # characters
BEFORE_TEXT = 600  # characters in which a dateline is looked for
CONTEXT = 80  # characters before and after, by which a quote is found again


class Checkable(NamedTuple):
    """The sentences worth checking, the best first; what the story offers to all of them; whether there are rules for its
    language. Without rules every sentence is listed as it stands, with no points."""

    sentences: tuple[Sentence, ...]
    offered: Offered
    has_rules: bool


class Dateline(NamedTuple):
    """What stands before a story's first sentence: where and when it was written, and whose it is."""

    words: str | None = None
    agency: str | None = None


def find_dateline(body: str, language: str | None) -> Dateline:
    """The dateline of a story's text: `KYIV, Jan 27 (Reuters) -`, or `KELLS, Nov 27 -`. A line above the text, or
    a few, may stand before it."""
    rules = rules_for(language)
    for paragraph in body.lstrip()[:BEFORE_TEXT].splitlines() if rules else ():
        if rules and (found := rules.dateline.match(paragraph.lstrip()[:200])):
            return Dateline(found["dateline"] or found.groupdict().get("alone"), found["agency"])
    return Dateline()


def find_checkable(body: str, language: str | None, publisher: str | None) -> Checkable:
    """Read a story's text; paragraphs are apart by empty lines."""
    rules = rules_for(language)
    places = list(_sentences(body, language, rules))
    texts = [body[start:end] for start, end in places]
    if rules is None:
        listed = [_sentence(body, start, end, 0, [], Offered()) for start, end in places]
        return Checkable(tuple(listed[:MOST]), Offered(), False)
    begins = [body[:start].rstrip(" ").endswith("\n") or not start for start, _ in places]
    offered, of_story = offers_of(texts, begins, rules, publisher)
    found = []
    for (start, end), text, offers in zip(places, texts, offered, strict=True):
        signs = _signs(text, offers, start == places[0][0], rules)
        score = max(0, min(100, sum(sign.points for sign in signs)))
        if score >= WORTH or (score >= SAID and offers.statements):
            found.append(_sentence(body, start, end, score, signs, offers))
    found.sort(key=lambda one: (-one.score, one.start))
    return Checkable(tuple(found[:MOST]), of_story, True)


def _sentences(body: str, language: str | None, rules: Rules | None) -> Iterator[tuple[int, int]]:
    """Where the sentences are, without the white space around them. Headings are left out, and what is too short or too long."""
    name = (language or "en").partition("-")[0].lower()
    for begin, stop in running_text(body, rules):
        for boundary in get_sentence_boundaries(name, body[begin:stop]):
            start, end = begin + boundary["start_index"], begin + boundary["end_index"]
            text = body[start:end]
            start += len(text) - len(text.lstrip())
            end = start + len(text.strip())
            if rules and (dateline := rules.dateline.match(body[start:end])):
                start += dateline.end()
            if SHORTEST <= end - start <= LONGEST:
                yield start, end


def _signs(text: str, offers: Offered, leads: bool, rules: Rules) -> list[CheckSign]:
    """What speaks for a sentence, or against it: its words, and what the story around it says of it."""
    found = [
        CheckSign(kind=sign.kind, why=sign.why, points=sign.points, words=match[0])
        for sign in rules.signs
        if (match := sign.pattern.search(text))
    ]
    holds = {
        "lead": leads,
        "hearsay": any(said.unnamed for said in offers.statements[:1]),
        "asked": bool(offers.requests_for_comment),
        "disputed": any(said.stance == "denies" for said in offers.statements[1:]),
    }
    around = [(kind, one) for kind, one in rules.circumstances.items() if holds[kind]]
    return found + [CheckSign(kind=kind, why=one.why, points=one.points, words="") for kind, one in around]


def _whole_words(context: str, before: str, after: str) -> str:
    """Without the part of a word at an end that was cut."""
    if before[-1:].isalnum() and context[:1].isalnum():
        context = context.partition(" ")[2]
    if after[:1].isalnum() and context[-1:].isalnum():
        context = context.rpartition(" ")[0]
    return context


def _sentence(body: str, start: int, end: int, score: int, signs: Sequence[CheckSign], offered: Offered) -> Sentence:
    text = body[start:end]
    return Sentence(
        id=sha256(" ".join(text.split()).casefold().encode()).hexdigest()[:16],
        text=" ".join(text.split()),
        exact=text,
        prefix=_whole_words(body[max(0, start - CONTEXT) : start], body[: max(0, start - CONTEXT)], "") or None,
        suffix=_whole_words(body[end : end + CONTEXT], "", body[end + CONTEXT :]) or None,
        start=start,
        score=score,
        signs=tuple(signs),
        offered=offered,
    )
