"""Who a sentence names as its source: a party with name, title and organisation, or an unnamed group as it is described."""

import re

from shared.checkable.rules import Sources
from shared.contracts import Party, Unnamed

CAPITAL = re.compile(r"^[\W_]*[A-ZÀ-ÞЀ-Я]")
ABBREVIATED = re.compile(r"\b\w\.$")  # its full stop is part of it
LONGEST = 120  # characters of a description that are worth offering


def named(words: str, sources: Sources) -> Party | Unnamed | None:
    """The source that these words name; None if they name none: a pronoun, say."""
    words = sources.trailing.sub("", sources.leading.sub("", " ".join(words.split()))).strip(" -–—'’\"“”()")
    words = words if ABBREVIATED.search(words) else words.rstrip(".")
    if not words or len(words) > LONGEST or words.lower() in sources.nobody:
        return None
    described = _unnamed(words, sources)
    if described is not None:
        return described
    if any(CAPITAL.match(word) for word in without_article(words, sources).split()):
        return _party(words, sources)
    return Party(name=without_article(words, sources)) if sources.bodies.match(words) else None


def asked(words: str, sources: Sources) -> str | None:
    """Who was asked: the body that a spokesperson speaks for, or whoever is named; None if nobody is."""
    found = sources.speaks_for.search(words)
    whom = found["body"] if found else words
    if sources.bodies.match(whom.strip()):  # `Its lawyer`, who as a source has no name, is somebody to ask
        return without_article(whom, sources)
    source = named(whom, sources)
    return source.name if isinstance(source, Party) else None


def without_article(words: str, sources: Sources) -> str:
    """A body's name as it stands in a list: `Financial Times` for `the Financial Times`."""
    return sources.article.sub("", words.strip())


def _unnamed(words: str, sources: Sources) -> Unnamed | None:
    """A group, if the words end in one and no name follows: `a senior Ukrainian official`, not `spokesman Peskov`."""
    heads = list(sources.unnamed.finditer(words))
    if not heads:
        return None
    head = heads[-1]
    if CAPITAL.match(words[head.end() :].strip() or "x"):
        return None
    first, _, rest = words.partition(" ")
    count = sources.counts.get(first.lower()) or (int(first) if re.fullmatch(r"\d{1,5}", first) else None)
    described = rest if count is not None else sources.some.sub("", words)
    return Unnamed(count=count or None, described_as=described) if described else None


def _party(words: str, sources: Sources) -> Party | None:
    """`White House deputy press secretary Anna Kelly`: the organisation, the title, the name."""
    parts = words.split()
    last = len(parts)
    first = last
    while first and (CAPITAL.match(parts[first - 1]) or _is_within(parts, first - 1, sources)):
        first -= 1
    if first == last:  # it ends in small letters: the name stands before, as in `Kelly of the press office`
        return Party(name=without_article(words, sources))
    name, before = parts[first:], parts[:first]
    if before:
        start = len(before)
        while start and not CAPITAL.match(before[start - 1]):
            start -= 1
        organization, title = " ".join(before[:start]), " ".join(before[start:])
        title = sources.determiner.sub("", title)
        return Party(
            name=" ".join(name), title=title or None, organization=without_article(organization, sources) or None
        )
    return _titled(name, sources)


def _is_within(parts: list[str], place: int, sources: Sources) -> bool:
    """Whether a small word stands within a name: `Office for National Statistics`, `Bank of the West`."""
    rest = parts[place:]
    joining = next((n for n, word in enumerate(rest) if word not in sources.connectors), len(rest))
    before = next((word for word in reversed(parts[:place]) if word not in sources.connectors), "")
    return 0 < joining < len(rest) and bool(CAPITAL.match(rest[joining]) and CAPITAL.match(before))


def _titled(name: list[str], sources: Sources) -> Party:
    """`Ukrainian President Volodymyr Zelenskiy`: everything up to the last title is the title."""
    for n in range(len(name) - 1, 0, -1):
        if name[n - 1] in sources.titles or " ".join(name[max(0, n - 2) : n]) in sources.titles:
            return Party(name=" ".join(name[n:]), title=" ".join(name[:n]))
    return Party(name=without_article(" ".join(name), sources))
