"""German stories are read by rules of their own."""

import pytest
from intake_checkable import said_in, sentence

from services.intake.checkable import find_checkable, find_dateline

GEKLEBT = """Von Jo März

Kells (dpa) - Die Brücke war im März an vier Tagen gesperrt.

Was das für 3.000 Pendler heißt

Sie standen 2025 an zwölf Tagen im Stau.

(Mitarbeit: Jo März, redigiert von Ed Poe)
"""


def test_german_headings_and_credits_are_not_offered():
    offered = [one.text for one in find_checkable(GEKLEBT, "de", None).sentences]
    assert sorted(offered) == [
        "Die Brücke war im März an vier Tagen gesperrt.",
        "Sie standen 2025 an zwölf Tagen im Stau.",
    ]


GERMAN = """Berlin, 3. März (dpa) - Die Brücke im Hafen war im März an vier Tagen gesperrt, berichtete der Courier unter Berufung \
auf acht mit den Arbeiten vertraute Personen.

Bürgermeisterin Eva Klein sagte am Montag, alle 12 Busse seien pünktlich gewesen. Laut Polizei wurden mehr als 40 Autos umgeleitet.

Die Hafenbehörde dementierte den Bericht und nannte ihn völlig falsch. Ein ranghoher Beamter sagte, die Sperrung habe 3 Stunden \
gedauert, wenn das Protokoll stimmt.

"Die Zahlen des Berichts sind 100 Prozent richtig", sagte Ministerpräsident Karl Otto am Sonntag. Die Kosten dürften 2025 um zwei \
Millionen Euro gestiegen sein.

Die dpa konnte den Bericht zunächst nicht unabhängig überprüfen. Die Hafenbehörde reagierte zunächst nicht auf eine Anfrage. Ein \
Sprecher der Reederei Nordwind wollte sich dazu nicht äußern.

Was geschieht nun? Wir hoffen das Beste für alle.
"""


@pytest.fixture(scope="module")
def gefunden():
    return find_checkable(GERMAN, "de-DE", "dpa")


def test_a_german_story_is_read_by_rules_of_its_own(gefunden):
    assert gefunden.has_rules
    assert find_dateline(GERMAN, "de") == ("Berlin, 3. März", "dpa")
    texts = " ".join(one.text for one in gefunden.sentences)
    assert all(
        words in texts
        for words in ("vier Tagen", "12 Busse", "40 Autos", "völlig falsch", "3 Stunden", "zwei Millionen")
    )
    assert not any(words in texts for words in ("Was geschieht", "Wir hoffen", "überprüfen", "reagierte", "äußern"))
    assert gefunden.offered.unverified == "Die dpa konnte den Bericht zunächst nicht unabhängig überprüfen."
    assert [(one.asked, one.outcome) for one in gefunden.offered.requests_for_comment] == [
        ("Hafenbehörde", "no_response_yet"), ("Reederei Nordwind", "declined"),
    ]  # fmt: skip
    assert sentence(gefunden, "dürften").offered.hedge == "dürften"
    assert sentence(gefunden, "3 Stunden").offered.condition == "wenn das Protokoll stimmt"


@pytest.mark.parametrize(
    ("words", "stance", "source", "via"),
    [
        ("vier Tagen", "asserts", (8, "mit den Arbeiten vertraute Personen"), ["dpa", "Courier"]),
        ("12 Busse", "asserts", ("Eva Klein", "Bürgermeisterin", None), ["dpa"]),
        ("40 Autos", "asserts", ("Polizei", None, None), ["dpa"]),
        ("völlig falsch", "denies", ("Hafenbehörde", None, None), ["dpa"]),
        ("3 Stunden", "asserts", (1, "ranghoher Beamter"), ["dpa", "Courier"]),
        ("100 Prozent", "asserts", ("Karl Otto", "Ministerpräsident", None), ["dpa"]),
    ],
)
def test_who_says_so_in_german_is_offered(gefunden, words, stance, source, via):
    assert said_in(sentence(gefunden, words)) == (stance, source, via)
