"""Sentences worth checking are found and ranked by rules that can be read, and what they say of their sources is recognised."""

import time
import tomllib
from typing import get_args

import pytest
from intake_checkable import said_in, sentence

from services.intake import checkable
from services.intake.checkable import find_checkable, find_dateline
from shared.checkable.rules import HERE, rules_for
from shared.contracts import Outcome, Stance

# Written for this test, with the facts of the sample story.
WIRE = """Jan 27 (Reuters) - The United States has made security guarantees for Ukraine dependent on Kyiv accepting a peace \
deal that would likely cede the Donbas, the Financial Times reported, citing eight people familiar with the talks.

Washington has also signalled that it would send more weapons for the peacetime army if Kyiv withdrew, the newspaper said.

Reuters could not immediately verify the report. The White House did not immediately respond to a request for comment.

White House deputy press secretary Anna Kelly told the Financial Times that the report was totally false. A person familiar \
with the U.S. position told the newspaper that no concessions were being forced, while confirming that guarantees depend on \
both sides agreeing.

A senior Ukrainian official said that the United States stops each time the guarantees could be signed.

President Volodymyr Zelenskiy said on Sunday that the document was "100% ready".

The Kremlin said on Monday, according to the state news agency TASS, that territory remained fundamental.

What happens next? We think that this is sad.

(Reporting by A. Writer; Editing by B. Editor)
"""


@pytest.fixture(scope="module")
def found():
    return find_checkable(WIRE, "en", "Reuters")


def test_what_can_be_checked_is_listed_and_what_can_not_is_left_out(found):
    texts = " ".join(one.text for one in found.sentences)
    for words in (
        "eight people",
        "more weapons",
        "totally false",
        "no concessions",
        "stops each time",
        "100% ready",
        "Kremlin",
    ):
        assert words in texts
    for words in (
        "What happens next",
        "We think",
        "Reporting by",
        "could not immediately verify",
        "did not immediately respond",
    ):
        assert words not in texts
    assert [one.score for one in found.sentences] == sorted((one.score for one in found.sentences), reverse=True)
    assert "eight people" in found.sentences[0].text


def test_every_point_of_a_rank_is_named(found):
    for one in found.sentences:
        assert one.score == max(0, min(100, sum(sign.points for sign in one.signs)))
        assert all(sign.why and sign.words in one.exact for sign in one.signs)


def test_a_sentence_is_found_again_where_it_stands(found):
    for one in found.sentences:
        assert WIRE[one.start : one.start + len(one.exact)] == one.exact
        assert WIRE[: one.start].endswith(one.prefix or "")
    assert sentence(found, "eight people").text.startswith("The United States")  # the dateline is none of its words


@pytest.mark.parametrize(
    ("words", "hedge", "condition"),
    [
        ("eight people", "likely", "Kyiv accepting a peace deal"),
        ("more weapons", "signalled", "if Kyiv withdrew"),
        ("100% ready", None, None),
    ],
)
def test_hedges_and_conditions_are_offered(found, words, hedge, condition):
    offered = sentence(found, words).offered
    assert offered.hedge == hedge
    assert (offered.condition or "").startswith(condition or "")
    assert (offered.condition is None) == (condition is None)


@pytest.mark.parametrize(
    ("words", "stance", "source", "via"),
    [
        ("eight people", "asserts", (8, "people familiar with the talks"), ["Reuters", "Financial Times"]),
        ("more weapons", "asserts", (8, "people familiar with the talks"), ["Reuters", "Financial Times"]),
        (
            "totally false",
            "denies",
            ("Anna Kelly", "deputy press secretary", "White House"),
            ["Reuters", "Financial Times"],
        ),
        (
            "no concessions",
            "partly_confirms",
            (1, "person familiar with the U.S. position"),
            ["Reuters", "Financial Times"],
        ),
        ("stops each time", "asserts", (1, "senior Ukrainian official"), ["Reuters", "Financial Times"]),
        ("100% ready", "asserts", ("Volodymyr Zelenskiy", "President", None), ["Reuters"]),
        ("Kremlin", "asserts", ("Kremlin", None, None), ["Reuters", "TASS"]),
    ],
)
def test_who_says_so_through_whom_is_offered(found, words, stance, source, via):
    assert said_in(sentence(found, words)) == (stance, source, via)


@pytest.mark.parametrize(
    ("text", "stance", "source"),
    [
        (
            '"This is totally false; there were four," Ria Holt, the deputy harbour press secretary, told the Courier.',
            "denies",
            ("Ria Holt", "deputy harbour press secretary"),
        ),
        (
            "Jo Marten, the mayor of Ellery, said that 12 bridges were closed.",
            "asserts",
            ("Jo Marten", "mayor"),
        ),
        ("Marten has consistently said that all 12 bridges must be kept.", "asserts", ("Marten", None)),
        ("Ellery wants the 12 closures confirmed before it pays the company.", None, None),
    ],
)
def test_a_source_has_its_title_and_neither_verbs_nor_wishes_in_its_name(text, stance, source):
    (one,) = find_checkable(text, "en", "Herald").sentences
    found = [(said.stance, (said.speaker.name, said.speaker.title)) for said in one.offered.statements if said.speaker]
    assert found == ([(stance, source)] if source else [])


def test_the_newspaper_is_whoever_reported_and_not_what_stands_before_the_word():
    spoken = "Deputy press secretary Anna Kelly told the newspaper that the report was totally false."
    story = WIRE.replace("told the Financial Times that", "told the newspaper that").replace(
        "White House deputy", "Deputy"
    )
    sentence = next(one for one in find_checkable(story, "en", "Reuters").sentences if one.text.startswith("A person"))
    assert spoken in story
    assert [[hop.name for hop in one.via] for one in sentence.offered.statements] == [["Reuters", "Financial Times"]]
    for word in (sentence.prefix.split()[0], sentence.suffix.split()[-1]):
        assert word in story.split(), "no half of one"


def test_an_outlet_that_reported_it_at_the_end_is_a_hop():
    text = "The mayor of Ellery said on Monday that 12 bridges were closed, the Harbour news agency reported after the talks."
    (one,) = find_checkable(text, "en", "Herald").sentences
    (said,) = one.offered.statements
    assert [hop.name for hop in said.via] == ["Herald", "Harbour news agency"]


def test_a_dateline_may_stand_below_lines_of_its_own():
    body = (
        "Four closures in a month\n\nELLERY, March 30 (Herald) - The bridge was closed on four days, the mayor said.\n"
    )
    assert find_dateline(body, "en").agency == "Herald"
    assert find_dateline("It was (Herald) closed on four days.", "en").agency is None


PASTED = """Bridge shut on four days: two inquiries begin
By Jo Doe and Ria Holt

KELLS, Nov 27 (Courier) - The bridge was closed on four days in March, Mayor Jo Doe said on Tuesday.

Four Reports, Two Inquiries

The council had known of the cracks since 2024, records show.

- 12 people were injured in three cars.

(Reporting by Jo Doe in Kells and Ed Poe; Editing by Sam Low in 12 cities)
© 2026 Courier. All rights reserved.
"""


@pytest.mark.parametrize("empty_line", ["\n\n", "\n"], ids=["empty lines", "no empty lines"])
def test_headings_and_who_wrote_it_are_not_offered_and_the_lead_is_the_first_sentence(empty_line):
    offered = find_checkable(PASTED.replace("\n\n", empty_line), "en", None).sentences
    [lead] = [one.text for one in offered if any(sign.kind == "lead" for sign in one.signs)]
    assert lead == "The bridge was closed on four days in March, Mayor Jo Doe said on Tuesday."
    texts = " | ".join(one.text for one in offered)
    for words in ("Two Inquiries", "two inquiries", "By Jo", "Editing", "rights reserved"):
        assert words not in texts
    for words in ("had known", "12 people were injured"):
        assert words in texts


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("Bridge shut on four days in March", ["Bridge shut on four days in March"]),
        ("Bridge shut on four days\n\nMayor signs two bills", ["Bridge shut on four days", "Mayor signs two bills"]),
        (
            "The bridge was closed on four days, and\nMayor Jo Doe\nsaid that 1,200 cars turned back every day in\nMarch.",
            [
                "The bridge was closed on four days, and Mayor Jo Doe said that 1,200 cars turned back every day in March."
            ],
        ),
    ],
    ids=["an alert", "alerts", "lines broken for want of room"],
)
def test_a_line_without_a_full_stop_is_no_heading_where_it_is_all_there_is_or_runs_on(text, offered):
    assert [one.text for one in find_checkable(text, "en", None).sentences] == offered


def test_what_nobody_verified_and_who_did_not_answer_is_offered_for_the_whole_story(found):
    assert found.offered.unverified == "Reuters could not immediately verify the report."
    [asked] = found.offered.requests_for_comment
    assert (asked.asked_by, asked.asked, asked.outcome) == ("Reuters", "White House", "no_response_yet")
    for who in ("A spokesman for Acme Widgets", "Acme Widgets"):
        declined = find_checkable(f"{who} declined to comment on the 12 closures.", "en", "Courier")
        assert [(one.asked, one.outcome) for one in declined.offered.requests_for_comment] == [
            ("Acme Widgets", "declined")
        ]


@pytest.mark.parametrize(
    ("text", "asked", "outcome"),
    [
        ("The harbour office declined to comment on the 12 closures.", "harbour office", "declined"),
        ("The company did not respond to an emailed request.", "company", "no_response_yet"),
        ("Its lawyer could not be reached by telephone.", "Its lawyer", "no_response_yet"),
        ("He did not respond to a request for comment.", None, None),
    ],
)
def test_who_was_asked_is_offered_by_name_or_by_what_they_are(text, asked, outcome):
    found = find_checkable(text, "en", "Courier").offered.requests_for_comment
    assert [(one.asked, one.outcome) for one in found] == ([(asked, outcome)] if asked else [])


@pytest.mark.parametrize(
    "text",
    [
        "Reuters was unable to verify the video independently.",
        "The Courier could not independently verify the figures.",
        "The figures have not been independently verified.",
    ],
)
def test_that_nobody_could_verify_it_is_recognised(text):
    found = find_checkable(f"{text} Four bridges were closed in March.", "en", "Courier")
    assert found.offered.unverified == text
    assert text not in [one.text for one in found.sentences]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("According to the mayor of Ellery, Jo Doe, 4 bridges closed.", None),
        ("He said that 4 bridges were closed in March.", None),
        ("The report said that 4 bridges were closed in March.", None),
        ("German Foreign Minister Ann Other said that 4 bridges were closed.", "Ann Other"),
        ("“Four bridges were closed in March,” said Jo Doe.", "Jo Doe"),
        ("Two diplomats said that 4 bridges were closed.", "diplomats"),
        ("The Office for National Statistics said that 4 bridges were closed.", "Office for National Statistics"),
        ("A director of the Bank of England, Jo Doe, closed 4 bridges.", None),
        ("Bank of England Governor Ann Other said that 4 bridges were closed.", "Ann Other"),
        ("According to the police, 4 bridges were closed in Lyon.", "police"),
        ("The transport ministry said that 4 bridges were closed.", "transport ministry"),
        ("The United States closed 4 bridges in March because of ice.", None),
    ],
)
def test_a_pronoun_is_no_source_and_a_name_that_looks_like_a_verb_neither(text, source):
    [one] = find_checkable(text, "en", None).sentences
    names = [s.speaker.name if s.speaker else s.unnamed.described_as for s in one.offered.statements]
    assert names[:1] == ([source] if source else names[:1])
    assert not {"He", "The report", "United", "report"} & set(names)


@pytest.mark.parametrize(
    ("text", "dateline"),
    [
        ("GROSSETO, Italy (AP) -- The trial began.", ("GROSSETO, Italy", "AP")),
        ("Jan 27 (Reuters) - It said so.", ("Jan 27", "Reuters")),
        ("KELLS, Nov 27 - The bridge was closed.", ("KELLS, Nov 27", None)),
        ("ST. PAUL, Minnesota, Nov. 7, 2026 — It was closed.", ("ST. PAUL, Minnesota, Nov. 7, 2026", None)),
        ("NATO - the alliance - said so.", (None, None)),
        ("The mayor (Jo Doe) said so - twice.", (None, None)),
        ("", (None, None)),
    ],
)
def test_the_dateline_is_told_from_the_first_sentence(text, dateline):
    assert find_dateline(text, "en") == dateline


def test_a_language_without_rules_lists_the_sentences_unranked():
    found = find_checkable("L'arbitre n'a pas sifflé de penalty. Le match s'est terminé sur 2 à 1.", "fr-BE", "Belga")
    assert not found.has_rules
    assert [one.text for one in found.sentences] == [
        "L'arbitre n'a pas sifflé de penalty.", "Le match s'est terminé sur 2 à 1.",
    ]  # fmt: skip
    assert {one.score for one in found.sentences} == {0}


@pytest.mark.parametrize("language", sorted(checkable.languages()))
def test_a_language_s_file_speaks_the_words_of_the_records(language):
    rules = rules_for(language)
    assert {one.stance for one in rules.stances} <= set(get_args(Stance))
    assert {one.means for one in rules.requests} <= set(get_args(Outcome))
    kinds = [one["kind"] for one in tomllib.loads((HERE / f"{language}.toml").read_text())["signs"]]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize(
    "evil",
    [
        "a",
        "said ",
        "x, ",
        '"',
        "could not ",
        "A B ",
        "told the ",
        "not ",
        "the people ",
        "made ",
        "(A",
        "1,",
        "Jan ",
        "U.S. ",
        "sagte der ",
        "konnte nicht ",
    ],
)
def test_hostile_text_takes_no_longer_than_its_length_allows(evil):
    """A pattern that goes over its text again and again takes hours of this; five seconds is for a machine that is busy."""
    begun = time.process_time()
    for language in checkable.languages():
        find_checkable(". ".join([(evil * 990)[:990]] * 8), language, "Reuters")
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("when", ["in March", "on Friday", "since Jan. 27", "by the end of May"])
def test_a_month_or_a_day_is_nobody_s_name(when):
    [one] = find_checkable(f"The bridge was closed on four days {when}.", "en", None).sentences
    assert "name" not in [sign.kind for sign in one.signs]
    [named] = find_checkable(f"The bridge was closed on four days {when} by Marchand.", "en", None).sentences
    assert [sign.words for sign in named.signs if sign.kind == "name"] == ["Marchand."]
