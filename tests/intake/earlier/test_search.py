"""Earlier checks are found by their words, alike on both databases; and by people, on a page."""

import re

import pytest
from reviews_of_others import review

from services.intake.app import create_app
from services.intake.earlier import Given, searching, take_all
from services.intake.earlier.reviews import read_review
from services.intake.earlier.words import phrases, searchable
from services.intake.pages import earlier as page
from services.intake.service import service as intake
from shared.rates import Rates

CLAIMS = {
    "bridge": "The bridges were closed on 1,100 days.",
    "short": "A bridge closed.",
    "who": "WHO says that US tap water is safe",
    "bruecke": "Die Brücke war gesperrt",
    "vaccine": "新冠疫苗含有芯片",
    "covid": "COVID-19 came from a lab",
    "hindi": "पानी में ज़हर है",
    "arabic": "اللُّقاح خطير",
    "korean": "백신은 위험하다",
}


@pytest.fixture
def known(service):
    """The claims above, each at an address of its own, with a headline and a claimant."""
    with intake.transaction() as session:
        made = [
            review(name, claimReviewed=claim, headline=f"Number {name[0]}{len(name)}") for name, claim in CLAIMS.items()
        ]
        take_all(session, [Given(read_review(one).check, "a test") for one in made])


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("bridge", ["short", "bridge"]), ("BRIDGES closing", ["short", "bridge"]), ("1100 days", ["bridge"]), ("1,100", ["bridge"]),
        ('"bridge closed"', ["short"]), ('"closed bridge"', []), ("who", ["who"]), ("us water", ["who"]), ("brucke", ["bruecke"]),
        ("BRÜCKE", ["bruecke"]), ("疫苗", ["vaccine"]), ("苗疫", []),
        ("covid 19", ["covid"]), ("Covid-19", ["covid"]), ("covid19", []),

        ("पानी", ["hindi"]), ("لقاح", []), ("اللقاح", ["arabic"]), ("백신은", ["korean"]), ("bridge marten", ["short", "bridge"]),
        ("number h5", ["hindi"]), ("nothing like it", []), ("the of and", []),
         ("days on which the bridge was shut", ["bridge", "short"]),
    ],
)  # fmt: skip
def test_words_are_found(known, find, words, names):
    assert [url.rsplit("/", 1)[1] for url in find(words)] == names


@pytest.mark.parametrize(
    ("share", "names"), [(1.0, ["bridge", "short"]), (0.15, ["bridge"]), (0.0, ["bridge", "short"])]
)
def test_among_many_checks_one_of_the_rarest_words_has_to_be_there(known, find, monkeypatch, share, names):
    monkeypatch.setattr(searching, "MANY", 1)
    monkeypatch.setattr(searching, "RARE", share)
    assert [url.rsplit("/", 1)[1] for url in find("bridge days nowhere")] == names
    assert find("nowhere at all") == []


def test_what_was_said_in_the_claim_counts_more_than_in_the_headline(service, find):
    with intake.transaction() as session:
        made = [
            review(1, claimReviewed="The dam broke", headline="A flood there"),
            review(2, claimReviewed="A flood there", headline="The dam broke"),
        ]
        take_all(session, [Given(read_review(one).check, "a test") for one in made])
    assert find("dam") == [review(1)["url"], review(2)["url"]]


def test_words_are_made_alike():
    assert searchable("L’été, ﬁne №5; 1.234.567 Straße") == "l ete fine no5 1234567 strasse"
    assert phrases('a "b c" “d-e” f "" g"h') == ["a", "b c", "d e", "f", "g", "h"]
    assert len(phrases(" ".join(map(str, range(100))))) == 40
    assert phrases("x" * 1_000) == ["x" * 200]


@pytest.fixture
def read(service, monkeypatch):
    """A person's browser: `read("?q=bridge")`."""
    monkeypatch.setattr(page, "_rates", Rates())
    client = create_app(service.settings).test_client()
    return lambda query="", **headers: client.get(f"/earlier-checks{query}", headers=headers)


def test_a_person_finds_a_check_and_where_to_read_it(known, read):
    answer = read("?q=bridge+days")
    assert answer.status_code == 200
    assert "The bridges were closed on 1,100 days." in answer.text
    assert '<a href="https://checks.example.org/bridge"' in answer.text
    for words in (
        "Mostly false",
        "Ellery Checks",
        '<time datetime="2024-05-04">4 May 2024</time>',
        "claimed by Jo Marten",
    ):
        assert words in answer.text
    assert "a test" not in answer.text, "where it was imported from is the desk's business"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "Schon geprüft" in read("?q=bridge&lang=de").text
    assert 'href="?q=bridge&amp;lang=de"' in read("?q=bridge").text


def test_a_person_is_told_when_nothing_holds_all_the_words_or_any(known, read):
    assert "None holds all of these words" in read("?q=bridge+mermaid").text
    assert "Nothing was found" in read("?q=mermaid").text
    assert read("?q=%21").status_code == 422
    assert "Write at least one word" in read("?q=%21").text
    empty = read()
    assert (empty.status_code, "Nothing was found" in empty.text) == (200, False)
    assert 'href="/earlier-checks"' in create_app(intake.settings).test_client().get("/").text


def test_a_person_turns_the_pages(service, read):
    with intake.transaction() as session:
        take_all(session, [Given(read_review(review(n)).check, "a test") for n in range(45)])
    seen, query = [], "?q=ferry&lang=en"
    while query:
        text = read(query).text
        seen += re.findall(r'<a href="(https://checks[^"]*)', text)
        following = re.search(r'<a href="/earlier-checks(\?[^"]*cursor=[^"]*)"', text)
        query = following and following[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 45
    assert read("?q=ferry&cursor=x").status_code == 404


def test_what_strangers_wrote_is_text_on_the_page(service, read):
    evil = '"><script>alert(1)</script>{{ 7*7 }}'
    made = review(
        1,
        claimReviewed=f"Ferry 5 < 6 {evil}",
        headline=evil,
        author={"name": f"<b>A</b>{evil}", "url": "javascript:alert(1)"},
    )
    with intake.transaction() as session:
        take_all(session, [Given(read_review(made).check, "a test")])
    text = read("?q=ferry").text
    assert "<script" not in text
    assert "javascript:" not in text
    assert "49" not in text
    assert "<script>" not in read("?q=%22%3E%3Cscript%3Ealert(1)").text


def test_too_many_searches_from_one_network_are_put_off(known, read, still, monkeypatch):
    monkeypatch.setattr(page, "SEARCHES", 3)
    for _ in range(3):
        assert read("?q=bridge").status_code == 200
    answer = read("?q=bridge")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 60
    assert read().status_code == 200, "the form itself costs nothing"
