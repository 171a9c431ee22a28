"""Wire stories written for the tests, with what a reader would enter of them; and how much of that is offered."""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from services.intake.checkable import find_checkable

FOLDER = Path(__file__).parent / "intake" / "wires"
KINDS = ("speaker", "role", "stance", "hops", "asked", "hedge", "condition")
ANYTHING = "~"


class Wire(NamedTuple):
    """A story, and by its sentences what a reader would enter: things of a kind, each in words."""

    name: str
    part: str  # build: the rules were made by it; held: they are judged by it
    language: str
    publisher: str
    body: str
    wanted: dict[str, set[tuple[str, ...]]]
    first: list[str]  # sentences that a fact-checker would take up first


def wires(name):
    """The stories of a file."""
    text = "\n".join(line for line in (FOLDER / name).read_text().splitlines() if not line.startswith("#"))
    return [_wire(part) for part in text.split("== ")[1:]]


def _wire(text):
    head, _, rest = text.partition("\n")
    name, part, language, publisher = (one.strip() for one in head.split("|"))
    paragraphs, wanted, first = [[]], {}, []
    for line in rest.splitlines():
        kind, _, value = line.partition(": ")
        if not line:
            paragraphs.append([])
        elif kind in ("says", "asked", "hedge", "if"):
            wanted[_key(paragraphs[-1][-1])] |= _entered(kind, value)
        else:
            paragraphs[-1].append(line.removeprefix("*"))
            wanted[_key(line.removeprefix("*"))] = set()
            first += [_key(line.removeprefix("*"))] if line.startswith("*") else []
    body = "\n\n".join(" ".join(one) for one in paragraphs if one)
    return Wire(name, part, language, publisher, body, wanted, first)


def _key(sentence):
    """A sentence without its dateline."""
    return sentence.rpartition(") - ")[2].casefold()


def _entered(kind, value):
    if kind == "asked":
        return {("asked", *(part.strip().casefold() for part in value.rsplit("=", 1)))}
    if kind != "says":
        return {({"hedge": "hedge", "if": "condition"}[kind], value.casefold())}
    stance, who, title, organization, way = (part.strip() for part in value.split("|"))
    return _said(stance, who.casefold(), title, organization, way)


def _said(stance, who, title, organization, way):
    roles = {("role", who, what, words) for what, words in (("title", title), ("organization", organization)) if words}
    return {("speaker", who), ("stance", who, stance), ("hops", who, way), *roles}


def offered(wire):
    """What is offered of a story, by its sentences."""
    found = find_checkable(wire.body, wire.language, wire.publisher)
    return {one.text.casefold(): _offered(one.offered) for one in found.sentences}


def _offered(records):
    found = {("asked", one.asked.casefold(), one.outcome) for one in records.requests_for_comment}
    found |= {(kind, words.casefold()) for kind in ("hedge", "condition") if (words := getattr(records, kind))}
    for said in records.statements:
        source = said.speaker.name if said.speaker else f"{said.unnamed.count or '?'} x {said.unnamed.described_as}"
        title, organization = (said.speaker.title, said.speaker.organization) if said.speaker else ("", "")
        way = " < ".join(hop.name for hop in said.via)
        found |= _said(said.stance, source.casefold(), title, organization, way)
    return found


def first_found(stories):
    """Which part of the sentences that a fact-checker would take up first stand first: of three, in the first three places."""
    hits, every = 0, 0
    for wire in stories:
        found = find_checkable(wire.body, wire.language, wire.publisher).sentences
        hits += len({one.text.casefold() for one in found[: len(wire.first)]} & set(wire.first))
        every += len(wire.first)
    return hits / every


class Measured(NamedTuple):
    """How much of what was offered is right, and how much of what is right was offered; and what was neither."""

    right: int
    offered: int
    wanted: int
    wrong: list[str]
    missing: list[str]

    @property
    def precision(self):
        return self.right / self.offered if self.offered else 1.0

    @property
    def recall(self):
        return self.right / self.wanted if self.wanted else 1.0


def measure(stories):
    """By kind: precision and recall of what is offered."""
    right, total, wanted, wrong, missing = Counter(), Counter(), Counter(), {}, {}
    for wire in stories:
        mine = offered(wire)
        for sentence in wire.wanted | mine:
            should, does = wire.wanted.get(sentence, set()), mine.get(sentence, set())
            either = {one[:3] for one in should if one[-1] == ANYTHING}  # a role that may be anything
            should = {one for one in should if one[-1] != ANYTHING}
            does = {one for one in does if one[:3] not in either}
            for kind in KINDS:
                a, b = ({one for one in some if one[0] == kind} for some in (should, does))
                right[kind] += len(a & b)
                total[kind] += len(b)
                wanted[kind] += len(a)
                wrong.setdefault(kind, []).extend(f"{wire.name}: {one[1:]} of {sentence[:60]}" for one in b - a)
                missing.setdefault(kind, []).extend(f"{wire.name}: {one[1:]} of {sentence[:60]}" for one in a - b)
    return {kind: Measured(right[kind], total[kind], wanted[kind], wrong[kind], missing[kind]) for kind in KINDS}
