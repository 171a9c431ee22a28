"""What a story has said so far of those who speak in it: whom `Kelly`, `she`, `one of the people` and `the newspaper` stand for."""

import re
from collections.abc import Mapping

from services.intake.checkable.sources import Source, is_outlet_word, named, outlet_named, without_article
from shared.checkable.rules import Sources
from shared.contracts import Party, Unnamed

PERSON = re.compile(r"[A-ZÀ-ÞЀ-Я][\w’'.-]*(?:\s[\w’'.-]+){1,3}")
NAME = r"(?:[A-ZÀ-ÞЀ-Я][\w’'.-]*\s+){1,3}"


class Memory:
    """Reads a story from its beginning: `read` what was read, `note` who spoke."""

    def __init__(self, sources: Sources, publisher: str | None) -> None:
        self._sources = sources
        self._publisher = (publisher or "").casefold()
        self._text = ""
        self._people: dict[str, Party] = {}
        self._groups: list[Unnamed] = []
        self._speaker: Party | None = None
        self.outlet: str | None = None
        self.behind: dict[str, list[Source]] = {}  # whom an outlet has it from

    def read(self, text: str) -> None:
        """That this stands in the story."""
        self._text += f" {text}"

    def note(self, source: Source, outlet: str | None) -> None:
        """That somebody spoke, through an outlet if it was one."""
        if isinstance(source, Unnamed):
            self._groups.append(source)
        elif " " in source.name or source.title:
            self._speaker = source
            if PERSON.fullmatch(source.name):
                self._people[source.name.split()[-1]] = source
        if outlet and source not in self.behind.setdefault(outlet, []):
            self.behind[outlet].append(source)

    def through(self, words: str | None) -> str | None:
        """The outlet that these words name, other than the publisher; the last one for `the newspaper`. It is kept in mind."""
        if not words:
            return None
        found = self.outlet if is_outlet_word(words, self._sources) else outlet_named(words, self._sources)
        if found is None or self.is_publisher(found):
            return None
        self.outlet = found
        return found

    def is_publisher(self, outlet: str) -> bool:
        """Whether an outlet is the publisher itself, by its whole name or a part of it: `the Courier` of the Ellery Courier."""
        return without_article(outlet, self._sources).casefold() in self._publisher

    def source(self, words: str, beside: str | None = None) -> Source | None:
        """Whoever these words stand for. `beside` is what stands beside them, between commas."""
        plain = " ".join(words.split()).lower()
        if plain in self._sources.persons:
            return self._speaker
        if plain in self._sources.groups:
            return self._groups[-1] if self._groups else None
        if mentioned := self._sources.again.fullmatch(plain):
            return self._mentioned(mentioned["part"], mentioned["head"]) or named(words, self._sources)
        found = named(words, self._sources, beside)
        return self._person(found) if isinstance(found, Party) else found

    def _person(self, party: Party) -> Party:
        """A surname is whoever has borne it before."""
        if " " in party.name:
            return party
        known = self._people.get(party.name) or self._named_before(party.name)
        return (
            known.model_copy(update={name: value for name, value in party if value and name != "name"})
            if known
            else party
        )

    def _named_before(self, surname: str) -> Party | None:
        met = re.search(rf"{NAME}{re.escape(surname)}\b", self._text)
        found = named(met[0], self._sources) if met else None
        whole = isinstance(found, Party) and found.name.split()[-1] == surname and " " in found.name
        return found if whole and isinstance(found, Party) else None

    def _mentioned(self, part: str | None, head: str) -> Unnamed | None:
        """`the people`, `one of the people` and `the official` are those who were described before."""
        for known in reversed(self._groups):
            if any(_stem(head) == _stem(one[0]) for one in self._sources.unnamed.finditer(known.described_as)):
                if part is None:
                    return known
                described = f"{self._sources.part_of} {known.described_as}"
                return Unnamed(count=self._sources.counts.get(part), described_as=described)
        return None


IRREGULAR: Mapping[str, str] = {"people": "person", "men": "man", "women": "woman"}


def _stem(word: str) -> str:
    word = word.lower()
    return IRREGULAR.get(word, word.removesuffix("s"))
