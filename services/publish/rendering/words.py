"""Sentences made from records: who says what, who was asked, when.

Every name and text from outside is escaped and isolated (`<bdi>`), so that its direction stays its own. The
sentences are English; the records they are made from have no language but that of their quotations.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup, escape

from shared.contracts import Party, RequestForComment, Statement, Unnamed
from shared.contracts.attribution import count, says_how_many, tally

STANCES = {
    "asserts": "Asserts",
    "confirms": "Confirms",
    "denies": "Denies",
    "partly_confirms": "Confirms in part",
    "sets_condition": "Sets a condition",
}

# What one and what several do to the claim. Whoever asserts it needs no verb: their words are the claim.
DOES = {
    "confirms": ("confirms it", "confirm it"),
    "denies": ("denies it", "deny it"),
    "partly_confirms": ("confirms it in part", "confirm it in part"),
    "sets_condition": ("makes it depend on a condition", "make it depend on a condition"),
}

# Relations that say nothing of how a source is treated; the sentence needs a verb that takes a person.
BARE_RELATIONS = {"", "reports", "reported", "report", "says", "said", "writes", "publishes", "broadcasts"}

# Institutions that English gives an article. Whoever writes "The" in the record keeps it.
WITH_ARTICLE = {"white house", "kremlin", "pentagon", "vatican", "european union", "united nations", "world bank"}
FIRST_WORDS = re.compile(r"(ministry|department|office|government|bureau|bank|university|council|port|city) of\b", re.I)
LAST_WORDS = re.compile(
    r"\b(ministry|department|government|parliament|senate|council|commission|committee|agency|authority|board)$", re.I
)
LAST_WORDS_OF_OUTLETS = re.compile(
    r"\b(times|post|journal|guardian|telegraph|herald|tribune|courier|gazette|chronicle|observer|economist|independent|"
    r"mirror|sun|examiner|inquirer|monitor|standard)$",
    re.I,
)


class Sentence(NamedTuple):
    """One line of "Who says what": the stance as a word, the sentence, and what there is to add in small."""

    stance: str
    label: str
    text: Markup
    aside: Markup


def statements(given: Iterable[Statement]) -> list[Sentence]:
    """Who says what, one sentence a statement."""
    return [Sentence(one.stance, STANCES[one.stance], statement(one), _aside(one.unnamed)) for one in given]


def statement(one: Statement) -> Markup:
    """Who said it, through whom, what it does to the claim, and in what words."""
    text = _chain(one)
    are_several, pronoun = _source_of(one)
    carried = len(one.via) + bool(one.speaker or one.unnamed) > 1
    does = DOES.get(one.stance, ("", "") if carried else ("says so", "say so"))[are_several]
    if does:
        text += Markup("{} {}").format(f", {pronoun}" if carried else "", does)
    if one.said_at:
        text += Markup("{} on {}").format("" if does else ",", day(one.said_at))
    return _capital(_end(text + _content(one)))


def sum_of(given: Sequence[Statement], asked: Sequence[RequestForComment]) -> Markup:
    """How many different sources stand behind the claim, how many deny it by name, how many did not answer."""
    return escape(tally(given, asked).in_words)


def requests(given: Sequence[RequestForComment], as_of: datetime) -> list[Markup]:
    """Who was asked and what came of it, as things stood at `as_of`."""
    askers = Counter(one.asked.casefold() for one in given)
    return [request(one, as_of, several=askers[one.asked.casefold()] > 1) for one in given]


def request(one: RequestForComment, as_of: datetime, several: bool = False) -> Markup:
    """One request for comment. With `several` askers of the same party, the outcome names the one it went to."""
    asker = _outlet(one.asked_by)
    opening = Markup("asked by {}").format(asker)
    if one.asked_at:
        opening += Markup(" on {}").format(day(one.asked_at))
    if one.channel:
        opening += Markup(" {}{}").format(
            "" if re.match(r"(?i)(by|in|at|on|through|via)\b", one.channel) else "by ", bdi(one.channel)
        )
    asked, to = _institution(one.asked), Markup(" {}").format(asker) if several else Markup("")
    if one.outcome == "answered":
        when = Markup(" on {}").format(day(one.replied_at)) if one.replied_at else Markup("")
        did = Markup(" answered{}{}").format(to, when)
        reply = Markup(": {}").format(quoted(one.reply)) if one.reply else Markup("")
    elif one.outcome == "declined":
        did = Markup(" declined to comment{}").format(Markup(" to") + to if several else "")
        reply = Markup(", saying {}").format(quoted(one.reply)) if one.reply else Markup("")
    else:
        did = Markup(" had not responded{} as of {}").format(Markup(" to") + to if several else "", moment(as_of))
        reply = Markup("; the deadline was {}").format(moment(one.deadline)) if one.deadline else Markup("")
    return _capital(_end(Markup("{}, {}{}{}").format(opening, asked, did, reply)))


def party(one: Party) -> Markup:
    """A name with its title and organisation."""
    parts = [_institution(one.name)] if not one.title else [bdi(one.name)]
    if one.title:
        parts.append(bdi(one.title))
    if one.organization and one.organization.casefold() != one.name.casefold():
        parts.append(bdi(one.organization))
    return Markup(", ").join(parts)


def unnamed(one: Unnamed) -> Markup:
    """An unnamed group with its number: "eight people familiar with the talks"."""
    described = bdi(one.described_as)
    if one.count is None or says_how_many(one.described_as):
        return described
    return Markup("{} {}").format(count(one.count), described)


def day(at: datetime) -> Markup:
    """27 January 2026"""
    return Markup('<time datetime="{}">{}</time>').format(f"{at:%Y-%m-%d}", f"{at.day} {at:%B %Y}")


def moment(at: datetime) -> Markup:
    """27 January 2026, 14:05 UTC"""
    return Markup('<time datetime="{}">{}</time>').format(
        f"{at:%Y-%m-%dT%H:%M:%SZ}", f"{at.day} {at:%B %Y}, {at:%H:%M} UTC"
    )


def bdi(text: str) -> Markup:
    """A text from outside, within a sentence of ours."""
    return Markup("<bdi>{}</bdi>").format(text)


def quoted(text: str) -> Markup:
    """Somebody's words, in quotation marks that are theirs neither to open nor to close."""
    return Markup("“<bdi>{}</bdi>”").format(text.strip().strip('“”"„'))


def _chain(one: Statement) -> Markup:
    """From the carrier nearest to the reader to whoever said it: "A cites B, which cites eight people"."""
    nodes = [_outlet(hop.name) for hop in one.via]
    source = party(one.speaker) if one.speaker else unnamed(one.unnamed) if one.unnamed else None
    if source is not None:
        nodes.append(source)
    if not nodes:
        return Markup("somebody")
    chain = nodes[0]
    for place, following in enumerate(nodes[1:]):
        is_last = place == len(nodes) - 2
        verb = _verb(one.via[place].relation, quotes=is_last and bool(one.quote and one.speaker))
        chain += Markup("{} {} {}").format(", which" if place else "", verb, following)
    return chain


def _verb(relation: str | None, quotes: bool) -> Markup:
    """What a carrier does with its source. The record's own word, if it is a verb that can stand here."""
    word = " ".join((relation or "").split())
    if word.casefold() in BARE_RELATIONS:
        return escape("quotes" if quotes else "cites")
    if re.fullmatch(r"[a-z]+s( [a-z]+){0,2}", word):
        return bdi(word)
    return Markup("({}) cites").format(bdi(word))


def _source_of(one: Statement) -> tuple[bool, str]:
    """Whether several said it, and the pronoun that follows them."""
    if one.unnamed:
        is_one = one.unnamed.count == 1 or re.match(r"(?i)(an?|one)\b", one.unnamed.described_as)
        return not is_one, "who"
    if one.speaker and (one.speaker.title or _institution(one.speaker.name) == bdi(one.speaker.name)):
        return False, "who"
    return False, "which"


def _content(one: Statement) -> Markup:
    """What was said: as it was put, in the words reported, or both."""
    if one.paraphrase and one.quote:
        return Markup(": {} In the words reported: {}").format(_end(bdi(one.paraphrase)), quoted(one.quote))
    if one.quote:
        return Markup(": {}").format(quoted(one.quote))
    return Markup(": {}").format(bdi(one.paraphrase)) if one.paraphrase else Markup("")


def _aside(group: Unnamed | None) -> Markup:
    """Why somebody is not named, and how they know."""
    if group is None:
        return Markup("")
    parts = []
    if group.reason:
        parts.append(_end(Markup("Not named: {}").format(bdi(group.reason))))
    if group.basis:
        parts.append(_end(Markup("How they know: {}").format(bdi(group.basis))))
    return Markup(" ").join(parts)


def _outlet(name: str) -> Markup:
    return _with_article(name) if LAST_WORDS_OF_OUTLETS.search(name) else _institution(name)


def _institution(name: str) -> Markup:
    has_article = re.match(r"(?i)the\s", name)
    takes_article = name.casefold() in WITH_ARTICLE or FIRST_WORDS.match(name) or LAST_WORDS.search(name)
    return _with_article(name) if has_article or takes_article else bdi(name)


def _with_article(name: str) -> Markup:
    return Markup("the {}").format(bdi(re.sub(r"(?i)^the\s+", "", name)))


def _end(text: Markup) -> Markup:
    """With a full stop, unless it ends with a mark of its own."""
    seen = text.striptags().rstrip("”\"')")
    return text if seen.endswith((".", "!", "?", "…", "。", "؟")) else text + Markup(".")


def _capital(text: Markup) -> Markup:
    """With a capital, where a sentence of ours begins. A name keeps its own letters."""
    return text if text.startswith("<") else Markup(text[:1].upper() + text[1:])  # noqa: S704
