"""Who says what, who was asked, and how the desk puts it: entered as records, drawn, and carried to readers."""

import re
from html import unescape
from uuid import UUID

import pytest
from databases import ON_ONE
from pydantic import ValidationError
from review_desk import VERDICT, submit
from sqlmodel import select

from services.review import queries, workflow
from services.review.models import Statement
from services.review.schemas import AlsoIn, AskIn, DescribeIn, ReplyIn, StatementIn, StrikeIn
from shared.contracts import Party, RequestForComment
from shared.contracts import Statement as Told
from shared.errors import Forbidden, NotAllowed, NotFound

WAY = [{"name": "Reuters", "relation": "cites"}, {"name": "Financial Times"}]
EIGHT = StatementIn(
    stance="asserts", via=WAY, known_to="Ada",
    unnamed={"count": 8, "described_as": "people familiar with the talks", "basis": "took part"},
)  # fmt: skip
KELLY = StatementIn(stance="denies", via=WAY, quote="totally false", speaker={"name": "Anna Kelly"})
ASKED = AskIn(asked="White House", asked_by="Reuters", channel="e-mail")


@pytest.fixture
def case_of(review, ada):
    """`case_of(case_id)`: the case as the API gives it to Ada."""

    def found(case_id):
        with review.reading() as session:
            return queries.get_case(session, case_id, ada)

    return found


def test_what_came_with_a_claim_is_taken_over_once_and_stays_as_the_desk_changed_it(
    review, submitted, case_of, do, ada
):
    given = {
        "statements": (Told(id="s1", stance="asserts", speaker=Party(name="Harbour Board")),),
        "requests_for_comment": (RequestForComment(id="r1", asked_by="Courier", asked="Mayor"),),
    }
    first = submitted(**given)
    with review.transaction() as session:
        workflow.open_cases(session, [first])
    [came] = case_of(first.claim_id).statements
    assert (came.speaker.name, came.by) == ("Harbour Board", None)
    do(first.claim_id, "statement", ada, put_right({"statement_id": came.id}))
    more = Told(id="s2", stance="denies", speaker=Party(name="Mayor"))
    again = submitted(claim_id=first.claim_id, revision=2, **given | {"statements": (*given["statements"], more)})
    with review.transaction() as session:
        workflow.open_case(session, again)
    case = case_of(first.claim_id)
    assert [one.speaker.name for one in case.statements] == ["Anna Kelly", "Mayor"]
    assert len(case.requests_for_comment) == 1


def test_one_utterance_confirms_one_claim_and_denies_another(make_case, do, ada, case_of):
    first, second = make_case("It was shut."), make_case("It was open.")
    found = KELLY.model_copy(update={"also": [AlsoIn(case_id=second, stance="confirms")]})
    do(first, "statement", ada, found)
    [here], [there] = case_of(first).statements, case_of(second).statements
    assert (here.stance, there.stance) == ("denies", "confirms")
    assert [(one.case_id, one.text, one.stance) for one in here.also] == [(second, "It was open.", "confirms")]
    assert case_of(second).history[-1].action == "statement"


def test_a_claim_that_cannot_be_written_on_keeps_the_whole_utterance_out(make_case, make_checked, do, ada, case_of):
    first, checked = make_case(), make_checked()
    with pytest.raises(NotAllowed):
        do(first, "statement", ada, KELLY.model_copy(update={"also": [AlsoIn(case_id=checked, stance="confirms")]}))
    assert case_of(first).statements == []


def test_editing_keeps_what_stood_before_in_the_history(make_case, do, ada, case_of):
    case_id = make_case()
    do(case_id, "statement", ada, KELLY)
    [entered] = case_of(case_id).statements
    changed = put_right({"statement_id": entered.id, "quote": "false"})
    do(case_id, "statement", ada, changed)
    case = case_of(case_id)
    assert [one.quote for one in case.statements] == ["false"]
    assert case.history[-1].details["before"]["quote"] == "totally false"


def test_struck_out_it_stays_readable_and_stands_no_more(make_case, do, ada, case_of, review):
    case_id = make_case()
    do(case_id, "statement", ada, KELLY)
    do(case_id, "ask", ada, ASKED)
    case = case_of(case_id)
    do(case_id, "strike", ada, StrikeIn(statement_id=UUID(case.statements[0].id), reason="another Kelly"))
    do(case_id, "strike", ada, StrikeIn(request_id=UUID(case.requests_for_comment[0].id), reason="not sent"))
    case = case_of(case_id)
    assert (case.statements[0].struck_reason, case.requests_for_comment[0].struck_by) == ("another Kelly", "Ada")
    with review.reading() as session:
        assert workflow.standing_statements(session, case_id) == workflow.standing_requests(session, case_id) == []
    with pytest.raises(NotFound, match="struck out"):
        do(case_id, "statement", ada, put_right({"statement_id": case.statements[0].id}))


def test_what_readers_get_is_what_stands_at_the_desk_and_never_who_knows_a_source(
    make_case, do, ada, eve, evidence, messages, case_of
):
    case_id = make_case("It was shut.", statements=(Told(id="s1", stance="asserts", speaker=Party(name="Ben")),))
    do(case_id, "strike", ada, StrikeIn(statement_id=UUID(case_of(case_id).statements[0].id), reason="he did not"))
    do(case_id, "statement", ada, EIGHT)
    do(case_id, "ask", ada, ASKED)
    do(case_id, "describe", ada, DescribeIn(wording="The bridge was shut on four days.", hedge="likely"))
    for title in "ab":
        do(case_id, "evidence", ada, evidence(title))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    [told] = [m["message"] for m in messages() if m["topic"] == "verdict.approved.v1"]
    assert told["wording"] == "The bridge was shut on four days."
    assert (told["claim"]["text"], told["claim"]["hedge"]) == ("It was shut.", "likely")
    assert [one["unnamed"]["count"] for one in told["claim"]["statements"]] == [8]
    assert [one["asked"] for one in told["claim"]["requests_for_comment"]] == ["White House"]
    assert "known_to" not in str(told)
    assert "Ada" not in str(told["claim"])


def test_who_entered_a_statement_had_a_hand_in_the_verdict(make_case, do, people, evidence):
    case_id = make_case()
    do(case_id, "statement", people["eve"], KELLY)
    for title in "ab":
        do(case_id, "evidence", people["ada"], evidence(title))
    do(case_id, "check", people["ada"], VERDICT)
    with pytest.raises(Forbidden):
        do(case_id, "approve", people["eve"])
    assert do(case_id, "approve", people["root"]).waits_for_site


def test_a_reply_can_come_while_a_verdict_waits_and_after_it_was_published(
    make_case, do, ada, eve, evidence, confirm, case_of
):
    case_id = make_case()
    do(case_id, "ask", ada, ASKED)
    for title in "ab":
        do(case_id, "evidence", ada, evidence(title))
    do(case_id, "check", ada, VERDICT)
    do(case_id, "approve", eve)
    confirm(case_id)
    [request] = case_of(case_id).requests_for_comment
    do(case_id, "reply", ada, ReplyIn(request_id=request.id, outcome="answered", text="It was one day."))
    [answered] = case_of(case_id).requests_for_comment
    assert (answered.outcome, answered.reply) == ("answered", "It was one day.")
    assert answered.replied_at is not None


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({"stance": "asserts"}, "who said it"),
        ({"stance": "asserts", "speaker": {"name": "A"}, "unnamed": {"described_as": "b"}}, "not both"),
        ({"stance": "asserts", "speaker": {"name": "A"}, "known_to": "Ada"}, "names its speaker"),
        ({"stance": "shrugs", "speaker": {"name": "A"}}, "stance"),
    ],
)
def test_a_statement_that_says_nothing_is_refused(found, why):
    with pytest.raises(ValidationError, match=why):
        StatementIn.model_validate(found)


def test_an_answer_needs_words():
    with pytest.raises(ValidationError, match="text has to hold it"):
        ReplyIn(request_id="01a20d48-47cd-7039-9f95-049d5c66d7de", outcome="answered")


def test_all_of_it_is_entered_and_edited_by_forms(desk, make_case, case_of):
    ada = desk("ada")
    case_id, other = make_case(story=story()), make_case("Another.", story=story())
    answer = submit(
        ada, case_id, "statement", **{
            "stance": "asserts", "via": "Reuters (cites) < Financial Times", "said_at": "2026-01-26",
            "unnamed.described_as": "people", "unnamed.count": "8", "also": f"denies {other}",
        }
    )  # fmt: skip
    assert answer.status_code == 302
    assert answer.location.endswith("#h-who")
    [said] = case_of(case_id).statements
    assert [(hop.name, hop.relation) for hop in said.via] == [("Reuters", "cites"), ("Financial Times", None)]
    assert (said.unnamed.count, f"{said.said_at:%Y-%m-%d}") == (8, "2026-01-26")
    assert case_of(other).statements[0].stance == "denies"
    times = {"asked_at": "2026-01-27T09:00", "deadline": "2026-01-27T14:05", "zone": "Europe/Berlin"}
    submit(ada, case_id, "ask", asked="White House", asked_by="Reuters", **times)
    [asked] = case_of(case_id).requests_for_comment
    assert f"{asked.deadline:%H:%M %Z}" == "13:05 UTC"
    submit(ada, case_id, "describe", **{"wording": "Put so.", "claimant.name": "Financial Times"})
    page = ada.get(f"/cases/{case_id}").text
    assert ">Put so.</h1>" in page
    assert 'value="Reuters (cites) &lt; Financial Times"' in page, "the form to edit it holds what was entered"
    assert "8 people" in re.search(r'<figure class="ways">.*?</figure>', page, re.S).group()
    assert "All of it goes back to one source; no answer from one." in page


def test_editing_by_the_form_loses_nothing_that_the_form_does_not_show(desk, make_case, do, ada, case_of):
    case_id = make_case()
    speaker = {"name": "Anna Kelly", "same_as": "https://people.example/kelly"}
    exact = {"stance": "denies", "speaker": speaker, "said_at": "2026-01-27T14:05:00Z", "quote": "false"}
    do(case_id, "statement", ada, StatementIn.model_validate(exact))
    do(case_id, "ask", ada, ASKED)
    [request] = case_of(case_id).requests_for_comment
    do(case_id, "reply", ada, ReplyIn(request_id=UUID(request.id), outcome="declined", at="2026-01-27T15:00:00Z"))
    browser = desk("ada")
    [said] = case_of(case_id).statements
    browser.post(
        f"/cases/{case_id}/statement",
        data=sent_as_shown(browser, case_id, "statement_id", said.id) | {"quote": "untrue"},
    )
    [edited] = case_of(case_id).statements
    assert edited.model_dump(include=set(Told.model_fields)) == said.model_dump(include=set(Told.model_fields)) | {
        "quote": "untrue"
    }
    answer = browser.post(
        f"/cases/{case_id}/ask", data=sent_as_shown(browser, case_id, "request_id", request.id, "ask")
    )
    assert answer.status_code == 302
    [kept] = case_of(case_id).requests_for_comment
    assert (kept.outcome, f"{kept.replied_at:%H:%M}") == ("declined", "15:00")


def sent_as_shown(browser, case_id, field, item_id, act="statement"):
    """The fields of an item's form as the page shows them."""
    page = browser.get(f"/cases/{case_id}").text
    forms = re.findall(rf'<form method="post" action="/cases/{case_id}/{act}".*?</form>', page, re.S)
    form = next(one for one in forms if f'name="{field}" value="{item_id}"' in one)
    fields = {
        name: unescape(value) for name, value in re.findall(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)
    }
    for name, inner in re.findall(r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        fields[name] = chosen.group(1) if chosen else ""
    for name, words in re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        fields[name] = unescape(words)
    return fields


def test_the_desks_words_keep_only_what_they_put_otherwise(make_case, do, ada, look, desk):
    case_id = make_case("It was shut.", claimant={"name": "Mayor"}, hedge="likely")
    found = {"wording": "It was shut.", "claimant": {"name": "Mayor"}, "hedge": "signalled"}
    do(case_id, "describe", ada, DescribeIn.model_validate(found))
    assert look(case_id).described == {"hedge": "signalled"}


def test_what_was_typed_is_kept_beside_the_field_that_is_wrong(desk, make_case):
    ada = desk("ada")
    case_id = make_case()
    answer = submit(ada, case_id, "statement", **{"stance": "asserts", "via": "x" * 400, "paraphrase": "kept words"})
    assert answer.status_code == 422
    assert "kept words" in answer.text
    assert 'id="statement-via-error"' in answer.text
    wrong_time = submit(ada, case_id, "ask", asked="a", asked_by="b", deadline="2026-01-27T14:05", zone="Mars/Base")
    assert wrong_time.status_code == 422
    assert 'id="ask-deadline-error"' in wrong_time.text


@pytest.mark.parametrize(
    ("who", "read"),
    [
        ("Anna Kelly", ("Anna Kelly", None, None)),
        ("Anna Kelly, deputy press secretary , White House", ("Anna Kelly", "deputy press secretary", "White House")),
        ("Jo Marten, mayor", ("Jo Marten", "mayor", None)),
        ("8 people familiar with the talks", (8, "people familiar with the talks")),
        ("Eight people familiar with the talks", (8, "people familiar with the talks")),
        ("a senior Ukrainian official", (1, "senior Ukrainian official")),
        ("several officials", (None, "several officials")),
        ("Two", ("Two", None, None)),
        ("Anton Deputy", ("Anton Deputy", None, None)),
        ("A Day, Mayor", ("A Day", "Mayor", None)),
        ("Ten Hag, coach, Kesh United", ("Ten Hag", "coach", "Kesh United")),
        ("A Ukrainian official, speaking in private", (1, "Ukrainian official, speaking in private")),
        ("3 Ukrainians, two of them soldiers", (3, "Ukrainians, two of them soldiers")),
    ],
)
@ON_ONE
def test_who_said_it_is_read_from_one_line(desk, make_case, case_of, who, read):
    case_id = make_case()
    given = {
        "stance": "asserts",
        "who": who,
        "unnamed.reason": "" if isinstance(read[0], str) else "They fear for their jobs.",
    }
    assert submit(desk("ada"), case_id, "statement", **given).status_code == 302
    [said] = case_of(case_id).statements
    if isinstance(read[0], str):
        assert (said.speaker.name, said.speaker.title, said.speaker.organization) == read
    else:
        assert (said.unnamed.count, said.unnamed.described_as) == read
        assert said.unnamed.reason == "They fear for their jobs."


def test_a_storys_sources_are_typed_once_and_offered_on_its_other_claims(desk, make_case, do, ada):
    told = {"story": {"headline": "Bridge shut", "publisher": "Courier"}}
    first, second, elsewhere = make_case(**told), make_case("Another.", **told), make_case("Of no story.")
    do(first, "statement", ada, EIGHT)
    do(first, "ask", ada, ASKED)
    odd = StatementIn(stance="asserts", speaker={"name": "Marten, Jo", "title": "mayor"}, via=[{"name": "Radio"}])
    named = {"name": "Anna Kelly", "title": "deputy press secretary", "organization": "White House"}
    do(first, "statement", ada, KELLY.model_copy(update={"speaker": Party(**named)}))
    do(first, "statement", ada, odd)
    browser = desk("ada")

    def offered(case_id, field):
        page = browser.get(f"/cases/{case_id}").text
        return re.findall(r'value="([^"]*)"', page.split(f'<datalist id="{field}">')[1].split("</datalist>")[0])

    said = "8 people familiar with the talks"
    assert said in offered(second, "speakers") == offered(first, "speakers")
    assert "Anna Kelly, deputy press secretary, White House" in offered(second, "speakers")
    assert "Marten, Jo, mayor" not in offered(second, "speakers"), "it would be read as the name Marten"
    assert "Radio" in offered(second, "ways")
    assert {ASKED.asked, ASKED.asked_by} <= set(offered(second, "names"))
    assert offered(elsewhere, "speakers") == offered(elsewhere, "ways") == []


NO_FORMS_OF_OURS = (
    {"who": "x" * 900}, {"who": "8 x", "speaker.name": "y"}, {"speaker": "x", "who": ","}, {"who": "Jo", "speaker.name.x": "1"},
    {"speaker": "x", "speaker.name": "y"}, {"speaker.name": "y", "speaker": "x"}, {"speaker.name.x": "1"}, {".": "x"},
    {"via": "<<;;←"}, {"via.0.name": "x"}, {"also": "x y"}, {"also": "denies not-an-id"}, {"statement_id": "x"},
    {"said_at": "2026-13-45"}, {"said_at": "2026-01-01", "said_at_was": "2026-01-01 and more"},
    {"unnamed.count": "9" * 400, "unnamed.described_as": "x"}, {"quote": "a\x00b"}, {"zone": "../../etc/passwd"},
    {"via": f"x{' ' * 200_000}y"},  # read from each of its spaces anew, it would take minutes
)  # fmt: skip


@pytest.mark.parametrize("act", ["statement", "ask", "describe", "plan", "reply"])
def test_a_form_that_no_page_of_ours_made_is_refused_and_nothing_breaks(desk, make_case, look, act):
    ada = desk("ada")
    for form in NO_FORMS_OF_OURS:
        case_id = make_case()
        answer = submit(ada, case_id, act, **form)
        assert answer.status_code in (302, 404, 422), form
        assert answer.status_code == 302 or look(case_id).version == 1, form


def test_markup_and_endless_words_in_a_picture_are_words(desk, make_case):
    ada = desk("ada")
    case_id = make_case("<script>alert(1)</script>" + "w" * 300)
    submit(
        ada, case_id, "statement", **{"stance": "denies", "speaker.name": "</svg><script>x</script>", "via": "ש" * 250}
    )
    page = ada.get(f"/cases/{case_id}").text
    assert "<script>x" not in page
    assert "<script>alert" not in page


def test_rows_of_one_utterance_are_rows_of_their_own(review, make_case, do, ada):
    first, second = make_case(), make_case()
    do(first, "statement", ada, KELLY.model_copy(update={"also": [AlsoIn(case_id=second, stance="denies")]}))
    with review.reading() as session:
        rows = session.exec(select(Statement)).all()
    assert len({row.id for row in rows}) == 2
    assert len({row.utterance_id for row in rows}) == 1


def put_right(changed):
    return StatementIn.model_validate(KELLY.model_dump() | changed)


def story():
    return {"url": "https://wire.example/guarantees", "headline": "Guarantees"}


def test_where_only_the_day_is_known_it_is_that_day_in_every_zone(make_case, do, ada, desk):
    """An hour that nobody gave would be shown in the zone of whoever reads, and be the day before in half of the world."""
    case_id = make_case()
    for said_at in ("2026-01-26T00:00:00Z", "2026-01-27T14:05:00Z"):
        given = {"stance": "denies", "speaker": {"name": "Jo"}, "said_at": said_at}
        do(case_id, "statement", ada, StatementIn.model_validate(given))
    page = desk("ada").get(f"/cases/{case_id}").text
    assert '<time datetime="2026-01-26" data-day>26 Jan 2026</time>' in page
    assert '<time class="at" datetime="2026-01-27T14:05:00Z"' in page
