"""Readers and programs find checks by their words: the closest first, with what is misspelt understood."""

import pytest
from click.testing import CliRunner
from errand_runner import do_errands
from sqlalchemy import text

from services.publish import jobs, queries, search
from services.publish.cli import cli
from services.publish.search import Asked, find
from shared.clock import new_id
from shared.matching import indexing
from shared.matching.words import stems

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}


@pytest.fixture
def make_check(receive, make_verdict):
    """`make_check("The headline", "the claim", text="…")`: publish a check with these words and no others."""

    def make(headline, claim="A claim.", claimant=None, tags=(), language="en", claim_id=None, revision=1, **more):
        words = {"summary": "S.", "text": "T.", "unknown": None, "wording": None, "evidence": []} | more
        record = {
            "text": claim, "claimant": {"name": claimant, "title": None, "organization": None} if claimant else None,
            "tags": list(tags), "statements": [], "requests_for_comment": [], "language": language,
        }  # fmt: skip
        return receive(make_verdict(claim_id, revision, headline=headline, claim=record, **words))

    return make


@pytest.fixture
def read(service):
    """Have the models read what was published."""
    return lambda: do_errands(service, early=True)


@pytest.fixture
def found(service):
    """`found("words")`: headlines, the closest first."""

    def ask(question, **more):
        with service.reading() as session:
            positions = find(session, Asked(question, **more)).positions
            return [row.headline for row in queries.checks_at(session, positions)]

    return ask


def test_a_topic_is_found_in_the_site_s_language_whatever_the_check_is_written_in(make_check, found):
    make_check("Die Linie fuhr an elf Tagen", "Das Schiff fuhr nie.", tags=["Ferry"], language="de")
    make_check("Etwas anderes", tags=["Schools"], language="de")
    make_check("The ferry ran on eleven days")
    assert found("ferry") == found("Ferries") == ["The ferry ran on eleven days", "Die Linie fuhr an elf Tagen"]


def test_words_are_found_in_any_form_and_any_letters(make_check, found):
    make_check("The bridge was closed for four days", "Four closures in 1,100 days")
    make_check("Ministère: le café est fermé")
    make_check("Бridge работает", "Мост закрыт")
    make_check("桥梁关闭四天", "大桥")
    assert found("closing bridges") == ["The bridge was closed for four days"]
    assert found("closure 1100") == ["The bridge was closed for four days"]
    assert found("CAFE ferme") == ["Ministère: le café est fermé"]
    assert found("мост") == ["Бridge работает"]
    assert found("关闭") == ["桥梁关闭四天"]
    assert found("bridg") == found('"four days"') == ["The bridge was closed for four days"]
    assert found('"days four"') == []


def test_the_closest_comes_first(make_check, found):
    make_check("A long story", text="The harbour stands in the text alone.")
    make_check(
        "Nothing new", "The harbour is closed, said somebody who also said much else about other things in town."
    )
    make_check("Harbour closed", "The harbour is closed.")
    make_check("The mayor and a harbour", "Something else.")
    assert found("harbour")[0] == "Harbour closed"
    assert found("harbour")[-1] == "A long story"
    assert len(found("harbour")) == 4
    assert found("harbour closed") == ["Harbour closed", "Nothing new"]


@pytest.mark.parametrize("typo", ["vacine", "vaccime", "vaccinne", "vacicne", "Vaccin"])
def test_a_misspelt_word_is_understood(make_check, found, typo):
    make_check("The vaccine is safe")
    make_check("The machine is safe")
    assert found(f"{typo} safe") == ["The vaccine is safe"]


def test_a_whole_sentence_finds_what_speaks_of_the_same(make_check, found):
    make_check("The river did not turn green", "The river turned green overnight")
    make_check("The bus was late", "Bus four was late")
    assert found("is it true that the river in Westport has turned green?") == ["The river did not turn green"]
    assert found("what would they have said") == []


def test_other_words_and_other_languages_find_what_is_said(make_check, found, read):
    make_check("No, vaccines do not cause autism", "Vaccines cause autism.", tags=["Health"], rating=FALSE)
    make_check("Unemployment is low, but not the lowest", "Unemployment fell to its lowest level in ten years.")
    make_check("The council plans no ban", "The council wants to ban diesel cars in the old town from June.")
    make_check("The jobless march", "The jobless march to the town hall.")
    read()
    assert found("Are vaccinations responsible for autism?") == ["No, vaccines do not cause autism"]
    assert found("jobless rate lowest in a decade")[0] == "Unemployment is low, but not the lowest"
    assert found("Stimmt es, dass Dieselautos in der Altstadt verboten werden?") == ["The council plans no ban"]
    assert found("vacination causes autsim")[0] == "No, vaccines do not cause autism"
    assert found('"vaccinations" autism') == ["No, vaccines do not cause autism"]  # it has one of the two
    assert found("is the moon made of green cheese?") == []
    assert found("Are vaccinations responsible for autism?", under={"topic": "health", "rating": "false"}) != []
    assert found("Are vaccinations responsible for autism?", under={"topic": "traffic"}) == []
    assert found("Are vaccinations responsible for autism?", first=2) == []


@pytest.mark.parametrize("encoder", ["off", "/nowhere/encoder.sock"])
def test_without_the_models_the_words_find(make_check, found, service, encoder):
    make_check("The river did not turn green", "The river turned green overnight")
    service.start(service.settings.model_copy(update={"match_encoder": encoder}))
    assert found("Did the river really turn green in one night?") == ["The river did not turn green"]


def test_the_index_is_made_again_by_command(make_check, found, read, service, monkeypatch):
    monkeypatch.setattr(service, "start_process", lambda: None)  # it is started already
    make_check("No, vaccines do not cause autism", "Vaccines cause autism.")
    make_check("The bridge", claim_id=new_id())
    read()
    with service.transaction() as session:
        session.execute(text("DELETE FROM check_words"))
        indexing.empty(session, search.index.tables)
    assert found("bridge") == found("vaccinations are responsible for autism") == []
    done = CliRunner().invoke(cli, ["matching", "rebuild", "--vectors"])
    assert done.exit_code == 0, done.output
    assert found("bridge") == ["The bridge"]
    assert found("vaccinations are responsible for autism") == ["No, vaccines do not cause autism"]
    assert CliRunner().invoke(cli, ["matching", "status"]).output.startswith("2 texts, 0 wait for minilm")


def test_an_index_that_was_lost_is_made_again_by_itself(make_check, found, read, service):
    make_check("No, vaccines do not cause autism", "Vaccines cause autism.")
    read()
    with service.transaction() as session:
        indexing.empty(session, search.index.tables)
    jobs.order_encoding()
    read()
    assert found("vaccinations are responsible for autism") == ["No, vaccines do not cause autism"]


def test_filters_all_have_to_hold(make_check, found, service):
    make_check("Bridge one", tags=["Traffic"], rating=FALSE, claimant="Jo Marten")
    make_check("Bridge two", tags=["Traffic", "Money"], language="fr")
    third = make_check("Bridge three", tags=["Money"], rating=FALSE)
    assert set(found("bridge", under={"topic": "traffic"})) == {"Bridge one", "Bridge two"}
    assert found("bridge", under={"topic": "traffic", "rating": "false"}) == ["Bridge one"]
    assert found("bridge", under={"claimant": "jo-marten"}) == ["Bridge one"]
    assert found("", under={"rating": "false"}) == ["Bridge three", "Bridge one"]
    with service.reading() as session:
        first, last = queries.places_between(session, third.first_published_at, None)
    assert found("bridge", first=first, last=last) == ["Bridge three"]


def test_what_no_longer_stands_in_a_check_is_not_found_by_it(make_check, found, receive, make_verdict):
    claim = new_id()
    make_check("The ferry sank", "A ferry sank", claim_id=claim, text="Nobody saw the lighthouse.")
    make_check("The ferry did not sink", "A ferry sank", claim_id=claim, revision=2)
    assert found("lighthouse") == []
    assert found("ferry") == ["The ferry did not sink"]
    receive(make_verdict(claim, 3, kind="retraction", headline="The ferry did not sink", change="A forgery."))
    assert len(found("ferry")) == 1
    assert found("ferry", standing=True) == []


def test_tests_of_newsrooms_and_withheld_things_are_not_found(found, receive, make_verdict):
    receive(make_verdict(headline="Bridge test", claim={"test": True}))
    receive(make_verdict(headline="Ferry", withheld=["An answer that names a lighthouse keeper"]))
    assert found("bridge") == found("lighthouse") == []


@pytest.mark.parametrize(
    "question",
    ['"', '" "', "*", "a AND OR NOT", "NEAR(a b)", "under : x", "{about} : x", "a:*", "' || 1", "!", "& | ! ( )", "x" * 5000,
     "\u202e\u0000", "it's", "a-b", "^x", "-x", "💥", "ﷺ", "é" * 300, "1,2,3 4.5", "\\", "%_%"],
)  # fmt: skip
def test_no_question_breaks_the_search(make_check, found, question):
    make_check("The bridge")
    assert found(question) in ([], ["The bridge"])


def test_hits_are_marked_and_nothing_else_becomes_markup():
    wanted = frozenset(stems("closed bridge"))
    shown = search.marked("The <b>Bridges</b> were closing & more", wanted)
    assert shown == "The &lt;b&gt;<mark>Bridges</mark>&lt;/b&gt; were <mark>closing</mark> &amp; more"
    long = search.marked("word " * 100 + "bridge" + " word" * 100, wanted)
    assert "<mark>bridge</mark>" in long
    assert long.startswith("… ")
    assert len(long) < 320


def test_what_fits_best_comes_first_however_many_newer_checks_have_the_words(make_check, found, monkeypatch):
    """Of each question more are there than are looked at."""
    monkeypatch.setattr(search.finding, "CHOSEN", 4)
    make_check("Ferries stopped", "The ferries stopped", text="Nothing of mud.")
    make_check("Bridge closed", "The bridge was closed")
    make_check("Why trams were late at the bridge, and what the city says of them", "The harbour tram was late")
    for number in range(6):
        make_check(
            f"What was said in the long debate on day {number} of a bridge", f"Speech {number}", text="Ferries, closed."
        )
        make_check(
            f"A long report on what the council said on day {number} and was closed", f"Speech {number}", text="Mud."
        )
    assert found("bridge")[0] == "Bridge closed"
    assert found("closed bridge")[0] == "Bridge closed"
    assert found('"bridge closed"') == ["Bridge closed"]
    assert found("tram bridge") == ["Why trams were late at the bridge, and what the city says of them"]
    assert found("mud ferries") == ["Ferries stopped"]
    assert found("bridg")[0] == "Bridge closed", "also as the beginning of a word"
    assert found("bridge zeppelin")[0] == "Bridge closed", "also where some words are enough"


@pytest.mark.parametrize("named", [50, 0])
def test_the_last_word_may_be_a_beginning_of_what_stands_in_a_headline_or_only_in_a_text(
    make_check, found, monkeypatch, named
):
    """Whether what begins so is looked for word by word, or is too much for that."""
    monkeypatch.setattr(search.finding, "BEGUN", named)
    make_check("Why trams run late", "Trams run late", text="A zeppelin landed on the rails.")
    make_check("Bridges closed", "The bridge was closed")
    assert found("bridg") == ["Bridges closed"]
    assert found("closed bri") == ["Bridges closed"]
    assert found("zeppel") == ["Why trams run late"]
    assert found("trams zepp") == ["Why trams run late"]


def test_leafing_ends(make_check, found, monkeypatch):
    monkeypatch.setattr(search.finding, "MOST", 3)
    for number in range(5):
        make_check(f"Bridge {number}")
    assert found("bridge") == ["Bridge 4", "Bridge 3", "Bridge 2"]
