"""The sentences that stand on the page, from the records alone."""

from datetime import UTC, datetime

import pytest

from services.publish.languages import languages
from services.publish.rendering import words
from shared.contracts import Party, RequestForComment, Statement, Unnamed
from shared.contracts.attribution import tally

AS_OF = datetime(2026, 1, 27, 14, 5, tzinfo=UTC)
TALKS = {"count": 8, "described_as": "people familiar with the talks"}
CHAIN = [{"name": "Reuters", "relation": "cites"}, {"name": "Financial Times", "relation": "reports"}]
KELLY = {"name": "Anna Kelly", "title": "deputy press secretary", "organization": "White House"}

STATEMENTS = [
    (
        {"stance": "asserts", "unnamed": TALKS, "via": CHAIN, "paraphrase": "It depends on a deal"},
        "Reuters cites the Financial Times, which cites eight people familiar with the talks: It depends on a deal.",
    ),
    (
        {"stance": "asserts", "unnamed": TALKS, "via": CHAIN, "said_at": AS_OF},
        "Reuters cites the Financial Times, which cites eight people familiar with the talks, on 27 January 2026.",
    ),
    (
        {"stance": "denies", "speaker": KELLY, "via": CHAIN, "quote": "totally false"},
        "Reuters cites the Financial Times, which quotes Anna Kelly, deputy press secretary, White House, "
        "who denies it: “totally false”.",
    ),
    (
        {"stance": "denies", "unnamed": TALKS, "via": CHAIN},
        "Reuters cites the Financial Times, which cites eight people familiar with the talks, who deny it.",
    ),
    (
        {"stance": "confirms", "unnamed": {"count": 1, "described_as": "person close to it"}, "via": CHAIN[1:]},
        "The Financial Times cites one person close to it, who confirms it.",
    ),
    (
        {"stance": "partly_confirms", "unnamed": {"described_as": "a senior official"}, "via": CHAIN[:1]},
        "Reuters cites a senior official, who confirms it in part.",
    ),
    ({"stance": "denies", "speaker": {"name": "Harbour Board"}}, "The Harbour Board denies it."),
    ({"stance": "asserts", "speaker": {"name": "Jo Marten"}, "quote": "Four days."}, "Jo Marten says so: “Four days.”"),
    (
        {"stance": "sets_condition", "speaker": {"name": "Kremlin"}, "via": [{"name": "TASS"}], "said_at": AS_OF},
        "TASS cites the Kremlin, which makes it depend on a condition on 27 January 2026.",
    ),
    ({"stance": "denies", "via": CHAIN}, "Reuters cites the Financial Times, which denies it."),
    ({"stance": "asserts", "via": CHAIN[:1]}, "Reuters says so."),
    ({"stance": "asserts"}, "Somebody says so."),
    (
        {"stance": "asserts", "via": [{"name": "The Times", "relation": "speaks to"}], "speaker": {"name": "Ada"}},
        "The Times speaks to Ada.",
    ),
    (
        {"stance": "asserts", "via": [{"name": "AFP", "relation": "By phone!"}], "speaker": {"name": "Ada"}},
        "AFP (By phone!) cites Ada.",
    ),
    (
        {"stance": "confirms", "speaker": {"name": "Ada"}, "paraphrase": "It is so", "quote": "yes"},
        "Ada confirms it: It is so. In the words reported: “yes”.",
    ),
    (
        {"stance": "denies", "via": [{"name": "A"}, {"name": "B"}, {"name": "C"}], "speaker": {"name": "Ada"}},
        "A cites B, which cites C, which cites Ada, who denies it.",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), STATEMENTS, ids=[sentence for _, sentence in STATEMENTS])
def test_a_statement_says_who_said_it_through_whom(given, sentence):
    assert words.statement(Statement.model_validate({"id": "s", **given})).striptags() == sentence


REQUESTS = [
    (
        {"asked_by": "Reuters", "asked": "White House", "asked_at": AS_OF, "channel": "e-mail"},
        "Asked by Reuters on 27 January 2026 by e-mail, the White House had not responded as of 27 January 2026, 14:05 UTC.",
    ),
    (
        {"asked_by": "Financial Times", "asked": "the Ministry of Works", "outcome": "declined"},
        "Asked by the Financial Times, the Ministry of Works declined to comment.",
    ),
    (
        {"asked_by": "AFP", "asked": "Anna Kelly", "channel": "in person", "outcome": "answered", "reply": "“No.”"},
        "Asked by AFP in person, Anna Kelly answered: “No.”",
    ),
    ({"asked_by": "AFP", "asked": "Ada", "outcome": "answered"}, "Asked by AFP, Ada answered."),
    (
        {"asked_by": "AFP", "asked": "Ada", "outcome": "declined", "reply": "not today"},
        "Asked by AFP, Ada declined to comment, saying “not today”.",
    ),
    (
        {"asked_by": "AFP", "asked": "Ada", "deadline": AS_OF},
        "Asked by AFP, Ada had not responded as of 27 January 2026, 14:05 UTC; the deadline was 27 January 2026, 14:05 UTC.",
    ),
]


@pytest.mark.parametrize(("given", "sentence"), REQUESTS, ids=[sentence for _, sentence in REQUESTS])
def test_a_request_for_comment_says_who_asked_and_what_came_of_it(given, sentence):
    assert words.request(RequestForComment.model_validate({"id": "r", **given}), AS_OF).striptags() == sentence


def test_of_several_askers_each_is_told_its_own_answer():
    asked = [
        RequestForComment(id="1", asked_by="Reuters", asked="White House"),
        RequestForComment(id="2", asked_by="Financial Times", asked="white house", outcome="answered", reply="No"),
        RequestForComment(id="3", asked_by="AFP", asked="White House", outcome="declined"),
        RequestForComment(id="4", asked_by="AFP", asked="Ada", outcome="declined"),
    ]
    assert [sentence.striptags() for sentence in words.requests(asked, AS_OF)] == [
        "Asked by Reuters, the White House had not responded to Reuters as of 27 January 2026, 14:05 UTC.",
        "Asked by the Financial Times, the white house answered the Financial Times: “No”.",
        "Asked by AFP, the White House declined to comment to AFP.",
        "Asked by AFP, Ada declined to comment.",
    ]


def test_three_outlets_that_cite_one_report_are_one_source():
    statements = [
        Statement(id=name, stance="asserts", unnamed=Unnamed(**TALKS), via=[{"name": name}, CHAIN[1]])
        for name in ("Reuters", "AFP", "AP")
    ]
    denial = Statement(id="d", stance="denies", speaker=Party(**KELLY))
    silent = RequestForComment(id="1", asked_by="Reuters", asked="White House")
    answered = RequestForComment(id="2", asked_by="Reuters", asked="Kremlin", outcome="answered")
    assert words.sum_of([*statements, denial], [silent, answered]) == (
        "All of it goes back to one source; denied on the record by one; no answer from one."
    )
    assert words.sum_of([*statements, denial], [silent], languages()["de"]) == (
        "Alles geht auf eine einzige Quelle zurück; eine Seite bestreitet es namentlich; eine Seite hat nicht geantwortet."
    )
    another = Statement(id="x", stance="confirms", speaker=Party(name="Ada"))
    assert words.sum_of([*statements, another], []) == "Two independent sources say so."
    assert words.sum_of([denial], []) == "Nobody is known to say so; denied on the record by one."


def test_how_many_stand_behind_a_claim_is_said_plainly_in_each_language():
    ada = Statement(id="a", stance="asserts", speaker=Party(name="Ada"))
    rumour = Statement(id="r", stance="asserts", paraphrase="It was heard.")
    told = {
        (ada,): ("One source says so.", "Das sagt eine einzige Quelle."),
        (ada, ada): ("All of it goes back to one source.", "Alles geht auf eine einzige Quelle zurück."),
        (rumour,): ("Who said so first is not known.", "Wer das zuerst gesagt hat, ist nicht bekannt."),
        (ada, rumour): (
            "Known sources of it: one; where the rest comes from is not known.",
            "Bekannte Quellen dafür: eine; woher das Übrige stammt, ist nicht bekannt.",
        ),
    }
    for statements, lines in told.items():
        assert tuple(str(words.sum_of(statements, [], languages()[tag])) for tag in ("en", "de")) == lines
        assert tally(statements, []).in_words == lines[0], "the desk says the same"


def test_names_stay_text_and_keep_to_themselves():
    hostile = "<img src=x onerror=alert(1)>"
    sentence = words.statement(Statement(id="s", stance="denies", speaker=Party(name=hostile), quote=hostile))
    assert "<img" not in sentence
    assert sentence.count("<bdi>&lt;img") == 2


def test_numbers_are_written_as_newspapers_do():
    assert [str(words._number(n, words.ENGLISH)) for n in (0, 1, 12, 13, 4000)] == [
        "no",
        "one",
        "twelve",
        "13",
        "4,000",
    ]


def test_what_came_in_another_language_says_so_within_a_sentence_and_what_the_desk_put_in_the_page_s_own_does_not():
    german = languages()["de"]
    english = {
        "count": 8,
        "described_as": "people familiar with the talks",
        "reason": "they are not allowed to speak to the press",
        "basis": "they were in the room with the minister",
    }
    put = {"described_as": "Personen, die mit den Gesprächen vertraut sind", "count": 8}
    told = {"id": "s", "stance": "asserts", "via": CHAIN, "quote": "it depends on what they want"}
    given = [Statement.model_validate({**told, "unnamed": group}) for group in (english, put)]
    first, second = words.statements(given, german, "en-GB")
    assert '<bdi lang="en-GB">people familiar with the talks</bdi>' in first.text
    assert '<bdi lang="en-GB">it depends on what they want</bdi>' in first.text
    assert first.aside.count('<bdi lang="en-GB">') == 2
    assert "<bdi>Personen, die mit den Gesprächen vertraut sind</bdi>" in second.text
    assert "<bdi>Reuters</bdi>" in first.text, "a name has no language"
    for spoken in (None, "de", "de-AT"):
        assert "lang=" not in "".join(one.text + one.aside for one in words.statements(given, german, spoken)), spoken
