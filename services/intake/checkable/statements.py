"""Who says what a sentence says, through whom, and what they do about it: read in the order of the story, because a sentence takes
half of that from those before it."""

import re
from typing import NamedTuple

from services.intake.checkable.memory import Memory
from services.intake.checkable.sources import Source, is_outlet, is_outlet_word
from shared.checkable.rules import Rules
from shared.contracts import Hop, Party, Stance, Statement, Unnamed

MOST = 5  # sources of one sentence
QUOTES = '"“”„«»'
QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]{3,500})[\"”“»]")  # a source's own words
OPENS = re.compile(rf"^[{QUOTES}]")
CLOSES = re.compile(rf"[{QUOTES}]$")


Way = tuple[str, ...]


class Said(NamedTuple):
    """A source of a sentence: where its verb stands, and through which outlets it came, the nearest to the reader first."""

    start: int
    end: int
    source: Source
    outlets: Way
    leads: bool  # it stands before what it says


class Teller:
    """Reads the sentences of a story in turn."""

    def __init__(self, rules: Rules, publisher: str | None, relays: bool) -> None:
        self._rules = rules
        self._publisher = publisher
        self._relays = relays  # the publisher could not verify what it reports
        self._memory = Memory(rules.sources, publisher)
        self._relayed: str | None = None
        self._last: list[Statement] = []

    def statements(self, text: str, begins_paragraph: bool) -> tuple[Statement, ...]:
        """The statements of the next sentence."""
        found = self._found(text)
        told = [self._statement(one, text, found) for one in found]
        if not told and not begins_paragraph and OPENS.match(text) and CLOSES.search(text):
            goes_on = {"stance": "asserts", "quote": text.strip(QUOTES)}
            told = [one.model_copy(update=goes_on) for one in self._last[:1]]
        self._memory.read(text)
        self._last = told
        return tuple(one.model_copy(update={"id": f"s{n}"}) for n, one in enumerate(told[:MOST], 1))

    def _found(self, text: str) -> list[Said]:
        every: list[Said] = []
        for match in (match for one in self._rules.attributions for match in one.pattern.finditer(text)):
            said = self._said(match)
            if said is not None and not _is_known(said, every):
                every.append(said)
        kept: list[Said] = []
        for said in sorted(every, key=lambda one: one.start):
            if not self._is_within(text, kept, said):
                kept.append(said)
                self._memory.note(said.source, said.outlets[-1] if said.outlets else None)
                self._relayed = self._relayed or next(iter(said.outlets), None)
        return kept

    def _is_within(self, text: str, before: list[Said], said: Said) -> bool:
        """Whether it stands within the words of another source: what that one says somebody said."""
        leads = said.leads and any(one.leads for one in before)
        return leads and not self._is_apart(text, before[-1], said)

    def _is_apart(self, text: str, before: Said, said: Said) -> bool:
        return bool(self._rules.clauses.search(text, before.end, said.end)) or any(
            quote in text[before.end : said.start + 1] for quote in QUOTES
        )

    def _said(self, match: re.Match[str]) -> Said | None:
        """Whom a match names; what they told stands through the outlets that it names."""
        groups = match.groupdict()
        who = groups.get("who") or ""
        outlets = tuple(one for name in ("through", "outlet") if (one := self._memory.through(groups.get(name))))
        source, outlets = self._source(who, groups.get("citing"), groups.get("beside"), outlets)
        if source is None:
            return None
        verb = "verb" if groups.get("verb") else 0
        return Said(
            match.start(verb), match.end(verb), source, outlets, bool(who) and match.start("who") <= match.start(verb)
        )

    def _source(self, who: str, citing: str | None, beside: str | None, outlets: Way) -> tuple[Source | None, Way]:
        """The source, and the way from it. An outlet that names none of its own is the source itself."""
        if citing and (cited := self._memory.source(citing)):
            return cited, outlets
        if citing or not who:
            return (Party(name=outlets[-1]), outlets[:-1]) if outlets else (None, ())
        if not self._is_medium(who):
            return self._memory.source(who, beside), outlets
        medium = self._memory.through(who)
        if medium is None:
            return None, ()
        known = self._memory.behind.get(medium, ()) if is_outlet_word(who, self._rules.sources) else ()
        behind = next((one for one in known if isinstance(one, Unnamed)), None)
        return (behind, (medium,)) if behind else (Party(name=medium), outlets)

    def _is_medium(self, words: str) -> bool:
        sources = self._rules.sources
        return is_outlet_word(words, sources) or (is_outlet(words, sources) and not self._speaks_for(words))

    def _speaks_for(self, words: str) -> bool:
        """Whether somebody of the outlet is meant: its editor, its spokesman."""
        return any(one.search(words) for one in (self._rules.sources.unnamed, self._rules.sources.offices))

    def _statement(self, said: Said, text: str, every: list[Said]) -> Statement:
        outlets = said.outlets or self._way_of(text, every) or self._unsaid_way(said)
        names = [*([self._publisher] if self._publisher else []), *outlets]
        if isinstance(said.source, Party) and self._memory.is_publisher(said.source.name):
            names = []
        via = [Hop(name=name, relation="cites") for name in names[:-1]] + [
            Hop(name=name, relation="reports") for name in names[-1:]
        ]
        unnamed = said.source if isinstance(said.source, Unnamed) else None
        if unnamed and (hidden := self._rules.sources.anonymity.search(text)):
            unnamed = unnamed.model_copy(update={"reason": hidden[0]})
        speaker = said.source if isinstance(said.source, Party) else None
        quoted = QUOTED.search(text) if len(every) == 1 else None
        return Statement(
            id="s",
            stance=self._stance(said, text, every),
            speaker=speaker,
            unnamed=unnamed,
            via=tuple(via),
            quote=quoted[1].rstrip(",") if quoted else None,
        )

    def _way_of(self, text: str, every: list[Said]) -> tuple[str, ...]:
        """The outlet that a sentence with one source names elsewhere: `in an interview with the Courier`."""
        if len(every) != 1:
            return ()
        for one in self._rules.ways:
            if (found := one.pattern.search(text)) and (outlet := self._memory.through(found["outlet"])):
                return (outlet,)
        return ()

    def _unsaid_way(self, said: Said) -> tuple[str, ...]:
        """Whoever is unnamed in a report that the publisher relays and could not verify spoke to whose report it is."""
        if not (isinstance(said.source, Unnamed) and self._relays and self._relayed):
            return ()
        return () if self._rules.sources.speaks_for.search(said.source.described_as) else (self._relayed,)

    def _stance(self, said: Said, text: str, every: list[Said]) -> Stance:
        words, verb = self._share(said, text, every)
        for one in self._rules.stances:
            if one.pattern.match(verb) if one.at_verb else one.pattern.search(words):
                taken: Stance = one.stance  # type: ignore[assignment]  # the rules' words are the contract's; a test sees to it
                return taken
        return "asserts"

    def _share(self, said: Said, text: str, every: list[Said]) -> tuple[str, str]:
        """What of a sentence is this source's, and that from its verb on."""
        place = every.index(said)
        start, end = 0, len(text)
        if place:
            start = self._border(text, every[place - 1], said)
        if place + 1 < len(every):
            end = self._border(text, said, every[place + 1])
        return text[start:end], text[said.start : max(end, said.end)]

    def _border(self, text: str, one: Said, other: Said) -> int:
        border = self._rules.clauses.search(text, one.end, max(one.end, other.start))
        return border.start() if border else other.start if other.leads else one.end


def _is_known(one: Said, found: list[Said]) -> bool:
    """Whether that source was found by a pattern before, which knows more of how it came, or stands within what it took."""
    mine = _words(one.source)
    return any(
        mine in _words(other.source)
        or _words(other.source) in mine
        or any(outlet.casefold() in mine for outlet in other.outlets)
        or one.start == other.start
        for other in found
    )


def _words(source: Source) -> str:
    words = source.name if isinstance(source, Party) else source.described_as
    return words.casefold()
