"""Who a sentence names as its source: a party with name, title and organisation, or an unnamed group as it is described; and the
outlets that it came through."""

import re
from itertools import takewhile

from shared.checkable.rules import Sources
from shared.contracts import Party, Unnamed

Source = Party | Unnamed

CAPITAL = re.compile(r"^[\W_]*[A-ZÀ-ÞЀ-Я]")
ABBREVIATED = re.compile(r"\b\w\.$")  # its full stop is part of it
AROUND = " -–—'’\"“”„«»‹›()"
POSSESSIVE = re.compile(r"^(?P<whose>.+?)(?:[’']s|(?<=s)[’'])\s+(?P<rest>\S.*)$")
LONGEST = 120  # characters of a description that are worth offering


def named(words: str, sources: Sources, beside: str | None = None) -> Source | None:
    """The source that these words name; None if they name none: a pronoun, say. `beside` is what stands between commas after
    them: a title, or the name where the words are the title."""
    words = _bare(words, sources)
    if not words or len(words) > LONGEST or words.lower() in sources.nobody or sources.verbs.search(words):
        return None
    if paper := sources.papers.search(words):
        return _of_paper(words, paper, sources)
    if beside and (both := _beside(words, _bare(beside, sources), sources)):
        return both
    if member := sources.person_of.fullmatch(words):
        return Party(name=member["name"], organization=member["body"])
    described = _unnamed(words, sources)
    if described is not None:
        return described
    if any(CAPITAL.match(word) for word in without_article(words, sources).split()):
        return _party(words, sources)
    return Party(name=_without_determiner(words, sources)) if sources.bodies.match(words) else None


def asked(words: str, sources: Sources) -> str | None:
    """Who was asked: the body that a spokesperson speaks for, or whoever is named; None if nobody is."""
    words = " ".join(words.split())
    if found := sources.speaks_for.search(words):
        words = found["body"] or found["whose"]
    words = sources.leading.sub("", words)
    if sources.anybody.match(words.strip()):  # `Its lawyer`, who as a source has no name, is somebody to ask
        return without_article(words, sources)
    source = named(words, sources)
    return source.name if isinstance(source, Party) else None


def without_article(words: str, sources: Sources) -> str:
    """A body's name as it stands in a list: `Financial Times` for `the Financial Times`."""
    return sources.article.sub("", words.strip())


def is_outlet_word(words: str, sources: Sources) -> bool:
    """Whether they stand for an outlet that was named before: `the newspaper`."""
    return bool(sources.outlet_words.fullmatch(_bare(words, sources)))


def is_outlet(words: str, sources: Sources) -> bool:
    """Whether it is an outlet by its name."""
    return bool(sources.media.search(words) or sources.medium.search(words))


def outlet_named(words: str, sources: Sources) -> str | None:
    """The outlet in these words: `Der Tagblick` of `Swiss newspaper Der Tagblick`; None if they name another listener: a court."""
    words = _bare(words, sources)
    if not words or sources.audiences.search(words):
        return None
    medium = sources.medium.search(words)
    if medium is None:
        name = without_article(words, sources)
        return name if CAPITAL.match(name) and _is_like_a_name(name) else None
    after = words[medium.end() :].strip(AROUND)
    if after:
        return after
    before = without_article(words[: medium.start()].strip(AROUND), sources)
    whose = POSSESSIVE.match(before)
    before = whose["rest"] if whose else before
    if before and not _is_like_a_name(before):
        return None
    if CAPITAL.match(before) and sources.dropped.fullmatch(medium[0]):
        return before
    return without_article(words, sources)


def _is_like_a_name(words: str) -> bool:
    """Whether at least every other word is written large: `Bulletin of the Atomic Scientists`, and no half of a sentence."""
    each = words.split()
    return 2 * sum(bool(CAPITAL.match(word)) for word in each) >= len(each)


def _bare(words: str, sources: Sources) -> str:
    """Without what stands around a name: quotes, conjunctions, days."""
    words = sources.trailing.sub("", sources.leading.sub("", " ".join(words.split()))).strip(AROUND)
    return words if ABBREVIATED.search(words) else words.rstrip(".")


def _of_paper(words: str, paper: re.Match[str], sources: Sources) -> Source | None:
    """What a document or figures say: whoever made them, if that is said, else they themselves."""
    made = sources.made_by.match(words, paper.end())
    maker = named(made["who"], sources) if made else None
    return maker or Party(name=_without_determiner(words, sources))


def _beside(words: str, beside: str, sources: Sources) -> Source | None:
    """`His lawyer, Paulo Reis`, `Ria Holt, the harbour's press secretary`: a name beside a title, either way round."""
    names = without_article(words, sources)
    if _is_name(beside) and not _is_name(names):
        whose = POSSESSIVE.match(names)
        title, organization = (whose["rest"], whose["whose"]) if whose else _of_body(names, sources)
        name = _titled(beside.split(), sources)
        title = _without_determiner(title, sources)
        return name.model_copy(update={"title": title, "organization": organization or name.organization})
    party = _party(words, sources) if _is_name(words.split()[-1]) else None
    beside_it = sources.determiner.sub("", beside)
    if party is None or not beside_it or (beside_it == beside and CAPITAL.match(beside)):
        return None
    title, organization = _of_body(beside_it, sources)
    title = f"{party.title}, {title}" if party.title else title
    return party.model_copy(update={"title": title, "organization": party.organization or organization})


def _is_name(words: str) -> bool:
    return all(CAPITAL.match(word) for word in words.split())


def _of_body(title: str, sources: Sources) -> tuple[str, str | None]:
    """`chief executive of Acme Widgets`: what somebody is, and where."""
    found = sources.of_body.fullmatch(title)
    return (found["title"], without_article(found["body"], sources)) if found else (title, None)


def _without_determiner(words: str, sources: Sources) -> str:
    return sources.determiner.sub("", words.strip())


def _unnamed(words: str, sources: Sources) -> Unnamed | None:
    """A group, if the words end in one and no name follows: `a senior Ukrainian official`, not `spokesman Peskov`."""
    heads = list(sources.unnamed.finditer(words))
    if not heads:
        return None
    head = heads[-1]
    if head.start() and CAPITAL.match(head[0]) and not sources.nouns_are_capital:
        return None
    if CAPITAL.match(words[head.end() :].strip() or "x") and not sources.nouns_are_capital:
        return None
    if sources.nouns_are_capital and _is_followed_by_name(words[head.end() :], sources):
        return None
    first, _, rest = words.partition(" ")
    count = sources.counts.get(first.lower()) or (int(first) if re.fullmatch(r"\d{1,5}", first) else None)
    described = rest if count is not None else sources.some.sub("", words)
    count = 1 if count is None and sources.singular.match(words) else count
    known = sources.basis.search(described)
    return Unnamed(count=count or None, described_as=described, basis=known and known["basis"]) if described else None


def _is_followed_by_name(rest: str, sources: Sources) -> bool:
    words = rest.split()
    return bool(words) and CAPITAL.match(words[0]) is not None and words[0] not in sources.connectors


def _party(words: str, sources: Sources) -> Party | None:
    """`White House deputy press secretary Anna Kelly`: the organisation, the title, the name."""
    parts = _without_determiner(words, sources).split()
    last = len(parts)
    first = last
    while first and (CAPITAL.match(parts[first - 1]) or _is_within(parts, first - 1, sources)):
        first -= 1
    if first == last:  # it ends in small letters: the name stands before, as in `Kelly of the press office`
        return Party(name=without_article(words, sources))
    name, before = parts[first:], parts[:first]
    if not before:
        return _titled(name, sources)
    if before[-1] in sources.connectors:  # `foreign ministry of Karsk`
        return Party(name=" ".join(parts))
    organization, title = _place_and_title(before, sources)
    return Party(name=" ".join(name), title=title or None, organization=organization or None)


def _place_and_title(before: list[str], sources: Sources) -> tuple[str, str]:
    """`White House deputy press secretary`: the names, and what follows them; a rank that stands first belongs to the title."""
    ranks = list(takewhile(lambda word: word.lower() in sources.ranks, before))
    rest = before[len(ranks) :]
    start = len(rest)
    while start and (not CAPITAL.match(rest[start - 1]) or rest[start - 1].lower() in sources.ranks):
        start -= 1
    place = without_article(" ".join(rest[:start]), sources)
    title = _without_determiner(" ".join([*ranks, *rest[start:]]), sources)
    if place.lower() in sources.generics:
        return "", f"{place} {title}"
    return _owner(place), title


def _owner(words: str) -> str:
    """`Acme` of `Acme's`."""
    whose = POSSESSIVE.match(f"{words} x")
    return whose["whose"] if whose and whose["rest"] == "x" else words


def _is_within(parts: list[str], place: int, sources: Sources) -> bool:
    """Whether a small word stands within a name: `Office for National Statistics`, `Bank of the West`."""
    rest = parts[place:]
    joining = next((n for n, word in enumerate(rest) if word not in sources.connectors), len(rest))
    before = next((word for word in reversed(parts[:place]) if word not in sources.connectors), "")
    return 0 < joining < len(rest) and bool(CAPITAL.match(rest[joining]) and CAPITAL.match(before))


def _titled(name: list[str], sources: Sources) -> Party:
    """`Ukrainian President Volodymyr Zelenskiy`: everything up to the last title is the title; before an office it is where."""
    for n in range(len(name) - 1, 0, -1):
        office = next((m for m in (3, 2, 1) if n >= m and sources.offices.fullmatch(" ".join(name[n - m : n]))), 0)
        if office:
            body = _owner(without_article(" ".join(name[: n - office]), sources))
            return Party(name=" ".join(name[n:]), title=" ".join(name[n - office : n]), organization=body or None)
        if sources.titles.fullmatch(name[n - 1]) or sources.titles.fullmatch(" ".join(name[max(0, n - 2) : n])):
            return _with_state(name[:n], name[n:])
    if len(name) > 1 and name[0] in sources.generics:
        return Party(name=" ".join(name[1:]), title=name[0])
    return Party(name=without_article(" ".join(name), sources))


def _with_state(title: list[str], name: list[str]) -> Party:
    """`Ukraine's Foreign Minister Ann Other` is of Ukraine."""
    whose = POSSESSIVE.match(" ".join(title))
    if whose:
        return Party(name=" ".join(name), title=whose["rest"], organization=whose["whose"])
    return Party(name=" ".join(name), title=" ".join(title))
