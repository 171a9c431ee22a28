"""What is asked in German, Spanish, Ukrainian and Arabic is found, among texts in that language and among English ones.

`languages.txt` holds groups: a claim in English, and twice in each other language, in different words.
"""

from pathlib import Path
from uuid import UUID

import guestbook
import pytest

from shared.db import Database
from shared.matching import Asked, Entry, Matcher, encoder, indexing
from shared.matching.languages import guess
from shared.matching.models import load, unit
from shared.matching.ukrainian import readable

GROUPS = [
    [tuple(line.split(": ", 1)) for line in group.splitlines()]
    for group in Path(__file__).with_name("languages.txt").read_text().strip().split("\n\n")
]
BY = encoder(("english", "many"), "here")


def said(number, language):
    return [text for code, text in GROUPS[number] if code == language]


@pytest.fixture(scope="module")
def find(tmp_path_factory):
    """Which claim stands first for what is asked, among the first wordings of all in one language."""
    folder, opened = tmp_path_factory.mktemp("languages"), {}
    matcher = Matcher(guestbook.TABLES, BY)

    def open_index(language):
        database = opened[language] = Database()
        database.connect(f"sqlite:///{folder}/{language}.sqlite3")
        guestbook.Table.metadata.create_all(database.engine)
        entries = [
            Entry("note", UUID(int=n), said(n, language)[0], language=language) for n in range(len(GROUPS))
        ]  # fmt: skip
        with database.transaction() as session:
            indexing.put(session, guestbook.TABLES, entries)
            made = indexing.encode(indexing.missing(session, guestbook.TABLES, BY.tag, 1_000), BY)
            indexing.keep(session, guestbook.TABLES, made)
        return database

    def first(text, language, among):
        with (opened.get(among) or open_index(among)).reading() as session:
            return matcher.match(session, Asked(text, language=language), 1).found[0]

    yield first
    for database in opened.values():
        database.close()


@pytest.mark.parametrize("language", ["de", "es", "uk", "ar"])
def test_other_words_in_the_same_language_are_found(find, language):
    right = [find(said(n, language)[1], language, language).subject.int == n for n in range(len(GROUPS))]
    assert sum(right) >= 29, right


@pytest.mark.parametrize("language", ["de", "es", "uk", "ar"])
def test_english_texts_are_found_by_what_is_asked_in_another_language(find, language):
    right = [find(text, language, "en").subject.int == n for n in range(len(GROUPS)) for text in said(n, language)]
    assert sum(right) >= 57, right


def test_ukrainian_is_read_as_a_language_that_the_model_knows():
    """It brings most of what is asked nearer to its English claim, and none of another language."""
    said_in = {language: [said(n, language)[0] for n in range(len(GROUPS))] for language in ("en", "uk")}
    english = BY.encode("many", said_in["en"])
    as_written = load("many")._model.encode(said_in["uk"])
    nearer = (BY.encode("many", said_in["uk"]) * english).sum(axis=1) > (unit(as_written) * english).sum(axis=1)
    assert nearer.sum() >= 24, nearer
    assert readable("Хліб подорожчав") == "Хлиб подорожчав"


def test_the_language_of_a_sentence_is_guessed():
    wrong = [text for group in GROUPS for language, text in group if guess(text) != language]
    assert len(wrong) <= 3, wrong
