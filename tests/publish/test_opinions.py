"""Whether readers found it useful: counted, and nothing of them kept."""

import re

import pytest
from sqlmodel import select

from services.publish import ledger
from services.publish.models import Opinion, Outbox
from services.publish.pages import opinions
from shared.clock import new_id
from shared.contracts import OpinionsCounted
from shared.rates import HOUR, Rates
from shared.repeats import Repeats


@pytest.fixture(autouse=True)
def nobody_has_answered(monkeypatch):
    monkeypatch.setattr(opinions, "_rates", Rates(HOUR))
    monkeypatch.setattr(opinions, "_presses", Repeats(3600))


def test_an_answer_is_counted_for_the_revision_that_stands(receive, reader, make_verdict):
    claim_id = new_id()
    check = receive(make_verdict(claim_id))
    page = reader.get(f"/checks/{check.path}").text
    place = re.search(r'action="https?://[^/"]+(/checks/[^"]+/useful)"', page)[1]
    sent = reader.post(place, data={"useful": "yes"})
    assert (sent.status_code, sent.headers["Location"]) == (303, f"{place}?said=yes&revision=1")
    assert "Set-Cookie" not in sent.headers
    thanks = reader.get(place)
    assert "Thank you" in thanks.text
    assert thanks.headers["Cache-Control"] == "no-store"
    reader.post(place, data={"useful": "no", "website": "https://spam.example"})  # a program's
    assert reader.get(f"/v1/checks/{claim_id}").json["useful"] == {"yes": 1, "no": 0}
    receive(make_verdict(claim_id, 2))
    assert reader.get(f"/v1/checks/{claim_id}").json["useful"] == {"yes": 0, "no": 0}


def test_an_answer_to_a_page_that_has_moved_is_counted(receive, reader, make_verdict, service):
    claim = new_id()
    former = receive(make_verdict(claim, headline="It was closed on four days")).path
    check = receive(make_verdict(claim, 2, kind="correction", change="One day.", headline="It was closed on one day"))
    answer = reader.post(f"/checks/{former}/useful", data={"useful": "yes"})
    assert (answer.status_code, answer.location) == (303, f"/checks/{check.path}/useful?said=yes&revision=2")
    assert reader.get(f"/checks/{former}/useful").status_code == 200


def test_one_network_answers_a_few_times_and_nothing_is_known_of_it(receive, reader, make_verdict, service, still):
    claim_id = new_id()
    place = f"/checks/{receive(make_verdict(claim_id)).path}/useful"
    for number in range(6):
        answer = reader.post(place, data={"useful": "no"}, headers={"User-Agent": f"Phone {number}"})
        assert answer.status_code == 303
    assert reader.get(f"/v1/checks/{claim_id}").json["useful"] == {"yes": 0, "no": 3}
    assert set(Opinion.model_fields) == {"claim_id", "revision", "is_useful", "count"}


def test_a_button_that_is_pressed_twice_counts_once_and_another_answer_counts(receive, reader, make_verdict):
    claim_id = new_id()
    place = f"/checks/{receive(make_verdict(claim_id)).path}/useful"
    for useful in ("no", "no", "yes"):
        assert reader.post(place, data={"useful": useful}).status_code == 303
    assert reader.get(f"/v1/checks/{claim_id}").json["useful"] == {"yes": 1, "no": 1}


def test_the_desk_is_told_what_was_counted_of_every_revision(receive, reader, make_verdict, service):
    claim_id = new_id()
    place = f"/checks/{receive(make_verdict(claim_id)).path}/useful"
    reader.post(place, data={"useful": "yes"})
    receive(make_verdict(claim_id, 2))
    reader.post(place, data={"useful": "no"})
    with service.reading() as session:
        rows = session.exec(select(Outbox).where(Outbox.topic == OpinionsCounted.topic).order_by(Outbox.id)).all()
        told = [OpinionsCounted.model_validate_json(row.payload) for row in rows]
        entries = [one for one in ledger.told(session) if one.topic == OpinionsCounted.topic]
    assert [one.revision for one in told] == [1, 2]
    assert [(one.verdict_revision, one.useful, one.not_useful) for one in told[-1].opinions] == [(1, 1, 0), (2, 0, 1)]
    assert [(one.key, one.revision) for one in entries] == [(str(claim_id), 2)]
    with service.transaction() as session:
        ledger.tell_again(session, entries[0])
    with service.reading() as session:
        rows = session.exec(select(Outbox).where(Outbox.topic == OpinionsCounted.topic).order_by(Outbox.id)).all()
    assert OpinionsCounted.model_validate_json(rows[-1].payload) == told[-1]


@pytest.mark.parametrize(("path", "answer", "status"), [("", "maybe", 400), ("", None, 400), ("x", "yes", 404)])
def test_what_is_no_answer_is_refused(receive, reader, make_verdict, path, answer, status):
    place = f"/checks/{receive(make_verdict()).path}{path}/useful"
    assert reader.post(place, data={"useful": answer} if answer else {}).status_code == status
