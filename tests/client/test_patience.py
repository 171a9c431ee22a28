"""What the client does when no answer comes, or one that is none of a desk's."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from served import cut_after, drop, refuse, served

import factdesk
from factdesk import Client, Invalid, NotAnswered, UnexpectedAnswer
from factdesk.patience import retry_after


@pytest.mark.parametrize("trouble", [drop, cut_after(0)])
def test_a_claim_whose_answer_is_lost_is_sent_again_and_taken_in_once(desk, way, stored, trouble):
    way.troubles += [trouble] * 3
    sent = desk.submit("Bus 7 was late.")
    assert sent.is_replayed
    assert sent.is_new, "its first answer was 201"
    assert set(stored().values()) == {1}
    assert len({key for *_, key in way.asked}) == 1
    assert len(way.asked) == 4


def test_retry_after_is_waited_for(desk, way, clock, stored):
    way.troubles += [refuse("503 Unavailable", Retry_After="7"), refuse("429 Too Many", Retry_After="3")]
    assert desk.submit("Bus 7 was late.").is_new
    assert clock.pauses == [7, 3]
    assert set(stored().values()) == {1}


def test_errors_of_a_proxy_are_tried_again_ever_more_slowly(desk, way, clock):
    way.troubles += [refuse("502 Bad Gateway"), refuse("500 Oops"), refuse("504 Late"), refuse("503 Busy")]
    desk.submit("Bus 7 was late.")
    assert clock.pauses == [0.25, 0.5, 1.0, 2.0]


def test_what_carries_no_key_is_not_repeated_where_the_desk_may_have_done_it(desk, way, clock):
    way.troubles += [refuse("503 Unavailable", Retry_After="5")]
    with pytest.raises(factdesk.TryLater) as caught:
        desk.webhooks.rotate_secret("ep_1")
    assert caught.value.may_be_done
    assert (len(way.asked), clock.pauses) == (1, [])


def test_patience_ends(desk, way, clock):
    way.troubles += [refuse("502 Bad Gateway")] * 100
    with pytest.raises(factdesk.TryLater) as caught:
        desk.submit("Bus 7 was late.")
    assert caught.value.status == 502
    assert (caught.value.may_be_done, "What stands before the desk" in caught.value.detail) == (True, True)
    assert 40 < clock.now <= 60


def test_a_connection_that_breaks_is_said_to_in_words(desk, way, clock):
    way.troubles += [drop] * 100
    with pytest.raises(NotAnswered) as caught:
        desk.submit("Bus 7 was late.")
    assert str(caught.value) == f"{desk.base_url} does not answer: the connection broke off"
    assert caught.value.may_be_done


def test_what_the_desk_wants_one_to_wait_for_too_long_is_raised_at_once(desk, way, clock):
    way.troubles.append(refuse("503 Unavailable", Retry_After="3600"))
    with pytest.raises(factdesk.TryLater) as caught:
        desk.submit("Bus 7 was late.")
    assert (caught.value.retry_after, clock.pauses) == (3600, [])


def test_nobody_at_the_address_is_said_when_patience_ends(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with Client(address, "fdk_x", patience=clock.patience(5)) as desk, pytest.raises(NotAnswered) as caught:
            desk.submit("Bus 7 was late.")
    assert str(caught.value) == f"{address} does not answer: nothing takes connections there"
    assert caught.value.may_be_done is False
    assert 3 < sum(clock.pauses) < 5


def test_who_says_nothing_is_left_after_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        address = f"http://127.0.0.1:{mute.getsockname()[1]}"
        with Client(address, "fdk_x", timeout=0.05, patience=0.2) as desk, pytest.raises(NotAnswered, match="too long"):
            desk.submit("Bus 7 was late.")


def test_an_answer_that_drips_for_ever_is_left_when_patience_ends(clock):
    def drip(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        while True:
            clock.now += 10
            yield b" " * 8192

    with (
        served(drip) as address,
        Client(address, "fdk_x", patience=clock.patience()) as desk,
        pytest.raises(NotAnswered, match="in time"),
    ):
        desk.status("x")


def test_what_can_not_be_repeated_safely_is_not(desk, way, clock):
    way.troubles += [drop]
    with pytest.raises(NotAnswered):
        desk.webhooks.create("https://cms.example.org/factdesk")
    assert (len(way.asked), clock.pauses) == (1, [])
    way.troubles += [refuse("500 Oops")]
    with pytest.raises(factdesk.TryLater):
        desk.webhooks.create("https://cms.example.org/factdesk")


def test_what_never_reached_the_desk_is_repeated_in_any_case(clock):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        with Client(address, "fdk_x", patience=clock.patience(5)) as desk, pytest.raises(NotAnswered):
            desk.webhooks.create("https://cms.example.org/factdesk")
    assert clock.pauses


def test_a_server_that_speaks_no_tls_is_tried_again_and_said_to_be_none(address, clock):
    secure = address.replace("http:", "https:")
    with Client(secure, "fdk_x", patience=clock.patience(1)) as desk, pytest.raises(NotAnswered):
        desk.me()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("5", 5), (" 0 ", 0), ("-1", None), ("soon", None), ("٣", None), (None, None), ("1.5", None), ("9" * 400, 999999999),
     (format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True), 0)],
)  # fmt: skip
def test_retry_after_is_a_number_or_a_date(header, seconds):
    assert retry_after(header) == seconds


def test_retry_after_as_a_date_is_seconds_from_now():
    later = datetime.now(UTC) + timedelta(seconds=100)
    assert 95 < retry_after(format_datetime(later, usegmt=True)) <= 100


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (("200 OK", [], b"<html>Welcome"), "not JSON"),
        (("200 OK", [], b"[" * 200_000), "not JSON"),
        (("200 OK", [], b"[]"), "an object"),
        (("200 OK", [], b'{"id": 3}'), "Claim.id"),
        (("200 OK", [], b'{"id": "x", "state": "unverified"}'), "no text"),
        (("200 OK", [], b'{"id": "x", "state": "u", "text": "t", "changed_at": "soon"}'), "changed_at"),
        (("302 Found", [("Location", "https://elsewhere.example")], b""), "elsewhere.example"),
    ],
)
def test_what_is_no_answer_of_a_desk_is_said_to_be_none(answer, words):
    status, headers, body = answer

    def stranger(environ, start_response):
        start_response(status, headers)
        return [body]

    with served(stranger) as address, Client(address, "fdk_x") as desk, pytest.raises(UnexpectedAnswer, match=words):
        desk.status("x")


def test_a_refusal_that_is_nested_too_deeply_is_no_desk_s():
    def stranger(environ, start_response):
        start_response("400 Bad Request", [])
        return [b"[" * 200_000]

    with served(stranger) as address, Client(address, "fdk_x") as desk, pytest.raises(Invalid, match="not a desk's"):
        desk.status("x")


def test_a_line_of_results_that_is_nested_too_deeply_is_none():
    def stranger(environ, start_response):
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        start_response("200 OK", [("Content-Type", "application/x-ndjson")])
        return [b"[" * 200_000 + b"\n"]

    with (
        served(stranger) as address,
        Client(address, "fdk_x") as desk,
        pytest.raises(UnexpectedAnswer, match="no result"),
    ):
        list(desk.submit_batch(["Bus 7 was late."]))


def test_https_where_none_is_spoken_is_said_in_words(way, address, clock):
    address = address.replace("http:", "https:")
    with Client(address, "fdk_x", patience=clock.patience(5)) as desk, pytest.raises(NotAnswered) as caught:
        desk.status("x")
    assert str(caught.value) == f"{address} does not answer: it does not speak https there, or not as it is spoken here"
