"""Sentences that were found worth checking, as tests ask of them."""


def sentence(found, words):
    """The one with these words."""
    [one] = [one for one in found.sentences if words in one.text]
    return one


def said_in(sentence):
    """What is offered of who says so: the stance, the source (a person, or how many of whom), and through whom."""
    statement = sentence.offered.statements[0]
    person, unnamed = statement.speaker, statement.unnamed
    source = (person.name, person.title, person.organization) if person else (unnamed.count, unnamed.described_as)
    return statement.stance, source, [hop.name for hop in statement.via]
