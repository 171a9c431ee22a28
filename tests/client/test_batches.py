"""Many claims through the client: in order, each once, whatever becomes of the connection."""

import json

import pytest
from served import cut_after, drop, refuse, served

import factdesk
from factdesk import Client, NotAnswered, UnexpectedAnswer, batches


def buses(count):
    return [{"text": f"Bus {number} was late."} for number in range(count)]


def test_each_claim_has_its_result_in_order(desk, stored):
    claims = [
        "One bus was late.",
        {"text": ""},
        {"text": "Two were.", "urgency": 2},
        "ONE bus was late",
        {"text": "x y", "a": 1},
    ]
    found = list(desk.submit_many(claims))
    assert [(one.number, one.status, one.ok, one.is_new) for one in found] == [
        (1, 201, True, True), (2, 422, False, False), (3, 201, True, True), (4, 200, True, False), (5, 422, False, False),
    ]  # fmt: skip
    assert found[0].id == found[3].id
    assert found[1].errors[0].pointer == "#/text"
    assert found[4].errors[0].pointer == "#/a"
    assert stored()["claims"] == 2


def test_claims_are_read_as_they_are_sent(desk, way):
    read = []

    def source():
        for claim in buses(25):
            read.append(claim)
            yield claim

    found = desk.submit_many(source(), most=10)
    assert next(found).number == 1
    assert len(read) <= 11
    assert [one.number for one in found] == list(range(2, 26))
    assert len(way.asked) == 3
    assert len({key for *_, key in way.asked}) == 3


def test_nothing_is_sent_for_nothing(desk, way):
    assert list(desk.submit_many([])) == list(desk.submit_batch([])) == list(desk.submit_batch([None])) == []
    assert way.asked == []


def test_the_same_claims_again_under_their_key_are_taken_in_once(desk, stored):
    first = list(desk.submit_many(buses(25), key="night-1", most=10))
    before = stored()
    again = list(desk.submit_many(buses(25), key="night-1", most=10))
    assert [one.id for one in again] == [one.id for one in first]
    assert {one.replayed for one in again} == {True}
    assert stored() == before


@pytest.mark.parametrize("trouble", [drop, cut_after(0), cut_after(1), cut_after(137), cut_after(299)])
def test_an_answer_that_breaks_off_goes_on_where_it_broke(desk, way, stored, trouble):
    way.troubles += [trouble, trouble]
    found = list(desk.submit_many([*buses(299), {"text": ""}]))
    assert [one.number for one in found] == list(range(1, 301))
    assert [one.status for one in found] == [201] * 299 + [422]
    assert stored() == {"claims": 299, "submissions": 299, "idempotency_keys": 299}


def test_lines_that_are_to_come_later_come_later(desk, way, clock, service, monkeypatch, stored):
    """As when the outbox fills up in the middle of a batch."""

    def busy(environ, start_response, app):
        answer = b"".join(app(environ, start_response)).splitlines()
        told = [json.loads(line) for line in answer]
        told[1] = {"line": 2, "status": 503, "detail": "Too many wait.", "errors": []}
        return [b"".join(json.dumps(one).encode() + b"\n" for one in told)]

    way.troubles += [busy, busy]
    found = list(desk.submit_many(buses(4)))
    assert [(one.number, one.status, one.replayed) for one in found] == [
        (1, 201, False), (2, 201, True), (3, 201, False), (4, 201, False),
    ]  # fmt: skip
    assert len(clock.pauses) == 1 + 1
    assert stored()["submissions"] == 4


def test_lines_that_can_not_be_taken_in_now_are_told_so_when_patience_ends(clock, way):
    def full(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [])
        return [b'{"line": 1, "status": 503, "detail": "Too many wait."}\n']

    with served(full) as address, Client(address, "fdk_x", patience=clock.patience(10)) as desk:
        (found,) = desk.submit_many(["Bus 7 was late."])
    assert (found.status, found.detail, found.is_passing) == (503, "Too many wait.", True)
    assert clock.now > 5


def test_what_came_before_the_connection_was_lost_for_good_is_told(desk, way):
    way.troubles += [cut_after(10)] + [drop] * 100
    found = desk.submit_many(buses(30))
    got = [next(found).number for _ in range(10)]
    assert got == list(range(1, 11))
    with pytest.raises(NotAnswered):
        next(found)


def test_patience_begins_anew_with_each_line_that_comes(desk, way, clock):
    for _ in range(5):
        way.troubles += [cut_after(2), *[refuse("503 Busy", Retry_After="25")] * 2]
    assert len(list(desk.submit_many(buses(30)))) == 30
    assert clock.now > 120


def test_a_request_that_is_refused_whole_stops_it(desk, way, address, make_key):
    with Client(address, make_key("Reader", "claims:read")) as reader, pytest.raises(factdesk.Forbidden):
        list(reader.submit_many(buses(3)))


def test_what_can_not_be_sent_is_a_result_like_others(desk, way, monkeypatch):
    monkeypatch.setattr(batches, "MOST_BYTES", 5_000)
    found = list(
        desk.submit_many(["Bus 1 was late.", {"text": float("nan")}, "\ud800", "x" * 6_000, "Bus 2 was late."])
    )
    assert [(one.number, one.status) for one in found] == [(1, 201), (2, 422), (3, 422), (4, 413), (5, 201)]
    assert all(one.detail for one in found[1:4])


def test_large_claims_are_sent_in_smaller_requests(desk, way, monkeypatch):
    monkeypatch.setattr(batches, "MOST_BYTES", 5_000)
    assert [one.status for one in desk.submit_many(f"{n} " + "word " * 400 for n in range(7))] == [201] * 7
    assert len(way.asked) == 4


def test_a_place_that_is_passed_over_leaves_the_others_theirs(desk, stored):
    first = list(desk.submit_batch(buses(3), key="night-1"))
    again = list(desk.submit_batch([None, buses(3)[1], None], key="night-1"))
    assert [(one.number, one.id, one.replayed) for one in again] == [(2, first[1].id, True)]
    assert stored()["submissions"] == 3


def test_limits_are_said(desk):
    with pytest.raises(ValueError, match="10,000"):
        desk.submit_batch([None] * 10_001)
    for most in (0, 10_001):
        with pytest.raises(ValueError, match="10,000"):
            next(desk.submit_many(["x"], most=most))


@pytest.mark.parametrize(
    "line", [b"hello\n", b"[]\n", b'{"line": "a", "status": 201}\n', b'{"line": 9, "status": 201}\n']
)
def test_lines_that_are_no_results_are_an_unexpected_answer(line):
    def stranger(environ, start_response):
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [])
        return [line]

    with served(stranger) as address, Client(address, "fdk_x") as desk, pytest.raises(UnexpectedAnswer, match="line"):
        list(desk.submit_many(["Bus 7 was late."]))
