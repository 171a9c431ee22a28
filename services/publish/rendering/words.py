"""Sentences made from records: who says what, who was asked, when; in each language by the patterns of its file.

Every name and text from outside is escaped and isolated (`<bdi>`), so that its direction stays its own. Only English gives
institutions an article and takes a carrier's own verb; other languages put names as they stand.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup, escape

from services.publish.languages import USUAL, Words, languages
from shared.contracts import Party, RequestForComment, Statement, Unnamed
from shared.contracts.attribution import DOES, Drawing, says_how_many, tally
from shared.filling import filled
from shared.matching.languages import guess
from shared.readable import kept_apart

ENGLISH = languages()[USUAL]
LONG = 48  # hours, from which on time is counted in days

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
    label: Markup
    text: Markup
    aside: Markup


def statements(given: Iterable[Statement], t: Words = ENGLISH, spoken: str | None = None) -> list[Sentence]:
    """Who says what, one sentence a statement; `spoken` is the language of the claim, in which its sources are told of, too."""
    return [
        Sentence(one.stance, t(f"said.{one.stance}"), statement(one, t, spoken), _aside(one.unnamed, t, spoken))
        for one in given
    ]


def statement(one: Statement, t: Words = ENGLISH, spoken: str | None = None) -> Markup:
    """Who said it, through whom, what it does to the claim, and in what words."""
    text = _chain(one, t, spoken)
    are_several, pronoun = _source_of(one)
    carried = len(one.via) + bool(one.speaker or one.unnamed) > 1
    # whoever asserts it through others needs no verb: their words are the claim
    does = "" if carried and one.stance == "asserts" else t(f"said.{_does(one, are_several)}")
    if does:
        text = t("said.does_carried" if carried else "said.does", chain=text, pronoun=pronoun, does=does)
    if one.said_at:
        text = t("said.on" if does else "said.on_alone", text=text, day=t.day(one.said_at))
    return _capital(_end(text + _content(one, t, spoken)))


def sum_of(given: Sequence[Statement], asked: Sequence[RequestForComment], t: Words = ENGLISH) -> Markup:
    """How many independent sources stand behind the claim, how many deny it by name, how many did not answer."""
    found = tally(given, asked)
    parts = [t(f"sum.{found.behind}", number=_number(found.known, t))]
    for name, number in (("denied", found.denials), ("unanswered", found.unanswered)):
        if number:
            parts.append(t("sum." + (f"{name}_one" if number == 1 else name), number=_number(number, t)))
    return _capital(_end(Markup("; ").join(parts)))


def drawing(given: Sequence[Statement], asked: Sequence[RequestForComment], t: Words) -> Drawing:
    """The words of the picture."""
    return Drawing(
        str(t("check.who_says_what")),
        str(sum_of(given, asked, t).striptags()),
        {stance: str(t(f"picture.{stance}")) for stance in DOES},
        lambda asker, at: str(
            t("picture.waiting", asker=kept_apart(asker), when=f", {t.day(at).striptags()}" if at else "").unescape()
        ),
        t.text("picture.more", number="{number}"),
    )


def requests(given: Sequence[RequestForComment], as_of: datetime, t: Words = ENGLISH) -> list[Markup]:
    """Who was asked and what came of it, as things stood at `as_of`."""
    askers = Counter(one.asked.casefold() for one in given)
    return [request(one, as_of, several=askers[one.asked.casefold()] > 1, t=t) for one in given]


def request(one: RequestForComment, as_of: datetime, several: bool = False, t: Words = ENGLISH) -> Markup:
    """One request for comment. With `several` askers of the same party, the outcome names the one it went to."""
    asker = _outlet(one.asked_by, t)
    when = t("asked.when", day=t.day(one.asked_at)) if one.asked_at else Markup("")
    opening = t("asked.opening", asker=asker, when=when, how=_how(one.channel, t))
    to = (
        t("asked.to_answered" if one.outcome == "answered" else "asked.to_other", asker=asker)
        if several
        else Markup("")
    )
    if one.outcome == "no_response_yet":
        did = t("asked.waiting", to=to, moment=t.moment(as_of))
        reply = t("asked.deadline", moment=t.moment(one.deadline)) if one.deadline else Markup("")
    else:
        on = t("asked.when", day=t.day(one.replied_at)) if one.replied_at and one.outcome == "answered" else Markup("")
        did = t(f"asked.{one.outcome}", to=to, when=on)
        pattern = "asked.reply" if one.outcome == "answered" else "asked.reply_declined"
        reply = t(pattern, quote=quoted(one.reply, t)) if one.reply else Markup("")
    return _capital(_end(t("asked.sentence", opening=opening, asked=_institution(one.asked, t), did=did, reply=reply)))


def party(one: Party, t: Words = ENGLISH) -> Markup:
    """A name with its title and organisation."""
    parts = [_institution(one.name, t)] if not one.title else [bdi(one.name)]
    if one.title:
        parts.append(bdi(one.title))
    if one.organization and one.organization.casefold() != one.name.casefold():
        parts.append(bdi(one.organization))
    return Markup(", ").join(parts)


def unnamed(one: Unnamed, t: Words = ENGLISH, spoken: str | None = None) -> Markup:
    """An unnamed group with its number: "eight people familiar with the talks"."""
    described = bdi(one.described_as, _other(one.described_as, spoken, t))
    if one.count is None or says_how_many(one.described_as):
        return described
    return filled("{} {}", _number(one.count, t), described)


def how_long(begun: datetime, ended: datetime, t: Words = ENGLISH) -> Markup:
    """A stretch of time, as exactly as a reader needs it: "4 h 50 min", "3 days"; nothing is done in no minute."""
    minutes = max(1, round((ended - begun).total_seconds() / 60))
    hours, rest = divmod(minutes, 60)
    if hours >= LONG:
        return t("took.days", n=round(hours / 24))
    if not hours:
        return t("took.minutes", n=minutes)
    return t("took.hours_minutes", n=hours, m=rest) if rest else t("took.hours", n=hours)


def size(count: int, t: Words = ENGLISH) -> str:
    """How large a file is: 340 kB, 1.2 MB."""
    if count < 1_000_000:
        return f"{max(1, round(count / 1000))} kB"
    return f"{count / 1_000_000:.1f} MB".replace(".", str(t("decimal")))


def bdi(text: str, language: str | None = None) -> Markup:
    """A text from outside, within a sentence of ours; in a `language` of its own if it has one."""
    return filled('<bdi lang="{}">{}</bdi>', language, text) if language else filled("<bdi>{}</bdi>", text)


def quoted(text: str, t: Words = ENGLISH, spoken: str | None = None) -> Markup:
    """Somebody's words, in quotation marks that are theirs neither to open nor to close."""
    return t("said.quoted", words=bdi(text.strip().strip('“”"„'), _other(text, spoken, t)))


def _other(text: str, spoken: str | None, t: Words) -> str | None:
    """The language of the claim, if a text that came with it is in that. A desk may have put it in the page's own."""
    page = t.language.partition("-")[0]
    if not spoken or spoken.partition("-")[0].lower() == page or guess(text) == page:
        return None
    return spoken


def _does(one: Statement, are_several: bool) -> str:
    if one.stance == "asserts":
        return "do_assert" if are_several else "does_asserts"
    return f"{'do' if are_several else 'does'}_{one.stance}"


def _number(number: int, t: Words) -> Markup:
    """A number as newspapers write it: words up to twelve."""
    numbers = t("sum.numbers").split()
    return numbers[number] if number < len(numbers) else escape(figure(number, t))


def figure(number: int, t: Words) -> str:
    """A number in figures, as the language groups them: 12,345 or 12.345."""
    return f"{number:,}".replace(",", t.text("thousands"))


def _how(channel: str | None, t: Words) -> Markup:
    """By which channel; one that says "by e-mail" needs no other "by"."""
    if not channel:
        return Markup("")
    says_it = re.match(r"(?i)(by|in|at|on|through|via)\b", channel)
    return t("asked.how_said" if says_it else "asked.how", channel=bdi(channel))


def _chain(one: Statement, t: Words, spoken: str | None) -> Markup:
    """From the carrier nearest to the reader to whoever said it: "A cites B, which cites eight people"."""
    nodes = [_outlet(hop.name, t) for hop in one.via]
    source = party(one.speaker, t) if one.speaker else unnamed(one.unnamed, t, spoken) if one.unnamed else None
    if source is not None:
        nodes.append(source)
    if not nodes:
        return t("said.somebody")
    chain = nodes[0]
    for place, following in enumerate(nodes[1:]):
        is_last = place == len(nodes) - 2
        verb = _verb(one.via[place].relation, t, quotes=is_last and bool(one.quote and one.speaker))
        chain = t("said.cites_again" if place else "said.cites", chain=chain, verb=verb, inner=following)
    return chain


def _verb(relation: str | None, t: Words, quotes: bool) -> Markup:
    """What a carrier does with its source. The record's own word, if it is a verb that can stand here."""
    word = " ".join((relation or "").split())
    if t.language != USUAL or word.casefold() in BARE_RELATIONS:
        return t("said.verb_quotes" if quotes else "said.verb")
    if re.fullmatch(r"[a-z]+s( [a-z]+){0,2}", word):
        return bdi(word)
    return t("said.verb_other", relation=bdi(word))


def _source_of(one: Statement) -> tuple[bool, str]:
    """Whether several said it, and the pronoun that follows them."""
    if one.unnamed:
        is_one = one.unnamed.count == 1 or re.match(r"(?i)(an?|one)\b", one.unnamed.described_as)
        return not is_one, "who"
    if one.speaker and (one.speaker.title or _institution(one.speaker.name, ENGLISH) == bdi(one.speaker.name)):
        return False, "who"
    return False, "which"


def _content(one: Statement, t: Words, spoken: str | None) -> Markup:
    """What was said: as it was put, in the words reported, or both."""
    put = bdi(one.paraphrase, _other(one.paraphrase, spoken, t)) if one.paraphrase else None
    if put and one.quote:
        return t("said.words_reported", paraphrase=_end(put), quote=quoted(one.quote, t, spoken))
    if one.quote:
        return filled(": {}", quoted(one.quote, t, spoken))
    return filled(": {}", put) if put else Markup("")


def _aside(group: Unnamed | None, t: Words, spoken: str | None) -> Markup:
    """Why somebody is not named, and how they know."""
    if group is None:
        return Markup("")
    parts = []
    if group.reason:
        parts.append(_end(t("said.not_named", reason=bdi(group.reason, _other(group.reason, spoken, t)))))
    if group.basis:
        parts.append(_end(t("said.how_they_know", basis=bdi(group.basis, _other(group.basis, spoken, t)))))
    return Markup(" ").join(parts)


def _outlet(name: str, t: Words) -> Markup:
    if t.language == USUAL and LAST_WORDS_OF_OUTLETS.search(name):
        return _with_article(name)
    return _institution(name, t)


def _institution(name: str, t: Words) -> Markup:
    if t.language != USUAL:
        return bdi(name)
    has_article = re.match(r"(?i)the\s", name)
    takes_article = name.casefold() in WITH_ARTICLE or FIRST_WORDS.match(name) or LAST_WORDS.search(name)
    return _with_article(name) if has_article or takes_article else bdi(name)


def _with_article(name: str) -> Markup:
    return filled("the {}", bdi(re.sub(r"(?i)^the\s+", "", name)))


def _end(text: Markup) -> Markup:
    """With a full stop, unless it ends with a mark of its own."""
    seen = text.striptags().rstrip("”“\"')")
    return text if seen.endswith((".", "!", "?", "…", "。", "؟")) else text + Markup(".")


def _capital(text: Markup) -> Markup:
    """With a capital, where a sentence of ours begins. A name keeps its own letters."""
    return text if text.startswith("<") else Markup(text[:1].upper() + text[1:])  # noqa: S704
