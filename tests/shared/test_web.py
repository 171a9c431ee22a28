"""Requests are read so that no two parsers could differ, and every error is a problem that helps."""

import io
import sqlite3
from contextlib import closing
from urllib.parse import unquote

import hotel
import psycopg
import pytest
from flask import jsonify
from pydantic import AwareDatetime, BaseModel, ConfigDict
from sqlalchemy import text, update

from shared import web
from shared.errors import NotAllowed


class Guest(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    nights: int = 1
    arrives: AwareDatetime | None = None


@pytest.fixture
def client(service):
    app = web.new_app("hotel", service)

    @app.post("/v1/guests")
    def check_in():
        return jsonify(web.read_json(Guest).model_dump(mode="json"))

    @app.get("/v1/refused")
    def refuse():
        raise NotAllowed("The room is taken.", allowed=["wait"])

    @app.get("/v1/bug")
    def fail():
        raise RuntimeError("the secret is in here")

    @app.get("/v1/full")
    def fill():
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("PRAGMA max_page_count = 1")
            connection.execute("CREATE TABLE a (b)")

    @app.get("/v1/wrong")
    def ask_wrongly():
        with service.reading() as session:
            session.execute(text("SELECT nothing FROM nowhere"))

    @app.get("/v1/away")
    def ask_nobody():
        psycopg.connect("postgresql://nobody@/nothing?host=/nowhere")

    @app.get("/v1/no-room")
    def write():
        with open("/dev/full", "w") as full:
            full.write("a")

    app.get("/rooms/<name>", endpoint="room")(lambda name: name)
    app.get("/receipts/<token>", endpoint="receipt")(lambda token: token)
    return app.test_client()


def post(client, body, content_type="application/json", **more):
    return client.post("/v1/guests", data=body, content_type=content_type, **more)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b'{"name": NaN}', b'{"name": -Infinity}', b'{"nights": 1e400}', b'{"name": "a", "name": "b"}',
        b'{"name": "\\ud800"}', b'{"name": "\xff"}', b"\xef\xbb\xbf{}", '{"name": "a"}'.encode("utf-16"),
        b"[" * 2000, b"[" * 100_000, b'{"nights": ' + b"9" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_is_not_json_is_a_bad_request(client, body):
    answer = post(client, body)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]


def test_a_number_that_is_too_large_is_not_sent_back(client):
    detail = post(client, '{"nights": 7' + "0" * 50_000 + ".5}").json["detail"]
    assert detail == "The body is not JSON as it is read here: a number is too large."


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ('{"name": 1}', "#/name"),
        ('{"name": "a", "nights": "2"}', "#/nights"),
        ('{"name": "a", "nights": true}', "#/nights"),
        ('{"name": "a", "role": "admin"}', "#/role"),
        ('{"name": "a", "arrives": "2026-01-27T00:00:00"}', "#/arrives"),
        ("{}", "#/name"),
        ("[]", "#"),
        ('"text"', "#"),
    ],
)
def test_what_does_not_hold_names_the_field(client, body, pointer):
    answer = post(client, body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]
    assert not any(words in answer.text for words in ("Input", "String", "Field required"))  # pydantic's


def test_a_body_of_another_kind_or_compressed_is_refused(client):
    assert post(client, "{}", "text/plain").status_code == 415
    assert post(client, "{}", headers={"Content-Encoding": "gzip"}).status_code == 415


def test_a_body_that_is_too_large_is_refused(client):
    answer = post(client, b" " * 5_000_000)
    assert answer.status_code == 413
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(("size", "status"), [(100, 200), (1_000_000, 413), (5_000_000, 413)])
def test_a_body_sent_in_chunks_is_read_whole_or_refused(client, size, status):
    body = b'{"name": "Ada"}'.ljust(size)
    answer = client.post(
        "/v1/guests", input_stream=io.BytesIO(body), content_type="application/json", headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    assert answer.status_code == status


@pytest.mark.parametrize(("failure", "status"), [(TimeoutError, 408), (OSError, 400), (KeyError, 400)])
def test_a_body_that_the_server_cannot_read_to_its_end_is_the_sender_s_problem(client, failure, status):
    class Broken(io.BytesIO):
        def read(self, *_):
            raise failure("by the server")

    answer = client.post(
        "/v1/guests", input_stream=Broken(b"{}"), content_type="application/json", headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )  # fmt: skip
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize("length", [len(b'{"name": "Ada"}') + 1, 900_000])
def test_a_body_that_is_shorter_than_was_announced_is_not_taken_for_a_whole_one(client, length):
    answer = client.post(
        "/v1/guests", input_stream=io.BytesIO(b'{"name": "Ada"}'), content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": str(length)},
    )  # fmt: skip
    assert (answer.status_code, answer.json["detail"]) == (
        400,
        "The body broke off: it is shorter than its Content-Length says.",
    )


def test_what_is_wrong_with_json_is_told_to_who_sent_it(client):
    for body, words in (
        (
            b'\xef\xbb\xbf{"name": "Ada"}',
            "begins with a byte-order mark, as JSON does not (RFC 8259, 8.1). Send it without.",
        ),
        (
            b'{"name": ' + b"9" * 5_000 + b"}",
            "not JSON as it is read here: it holds a whole number of more than 4,300 digits.",
        ),
    ):
        answer = post(client, body)
        assert (answer.status_code, answer.json["detail"].endswith(words)) == (400, True), answer.json


def test_a_problem_carries_its_members_and_the_request_id(client):
    answer = client.get("/v1/refused", headers={"X-Request-ID": "desk-7"})
    assert answer.status_code == 409
    assert answer.json == {
        "type": "about:blank", "title": "Conflict", "status": 409, "detail": "The room is taken.",
        "instance": "/v1/refused", "allowed": ["wait"], "request_id": "desk-7",
    }  # fmt: skip
    assert answer.headers["X-Request-ID"] == "desk-7"


def test_a_bug_is_loud_in_the_log_and_quiet_in_the_answer(client, caplog):
    answer = client.get("/v1/bug")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "the secret is in here" in caplog.text


@pytest.mark.parametrize(
    ("what", "says", "later"),
    [("away", "The database does not answer.", "5"), ("full", "no room left", "60"), ("no-room", "no room left", "60")],
)
def test_a_database_that_is_away_and_a_full_disk_are_no_bugs(client, caplog, what, says, later):
    answer = client.get(f"/v1/{what}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, later)
    assert says in answer.json["detail"]
    assert "unable to answer" in caplog.text


def test_a_wrong_statement_is_a_bug(client):
    assert client.get("/v1/wrong").status_code == 500


def test_unknown_addresses_and_methods_are_problems_too(client):
    assert client.get("/v1/nowhere").status_code == 404
    answer = client.delete("/v1/guests")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "OPTIONS, POST"
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"] == "This address does not answer to DELETE, only to OPTIONS and POST."


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/version/", "/version"), ("/version//?a=1&b=%2F", "/version?a=1&b=%2F"), ("/rooms/s%C3%BCd%0A/", "/rooms/s%C3%BCd%0A"),
        ("/rooms/evil.example//", "/rooms/evil.example"),
    ],
)  # fmt: skip
def test_an_address_with_a_slash_at_its_end_leads_to_the_one_without(client, asked, place):
    answer = client.get(asked)
    assert (answer.status_code, answer.location) == (301, place)
    assert client.head(asked).location == place


@pytest.mark.parametrize("asked", ["/nothing/", "/%5Cevil.example/", "//evil.example/", "/v1/guests/"])
def test_a_slash_behind_nothing_leads_nowhere(client, asked):
    machine = {"Accept": "application/json"}
    assert client.get("/", environ_overrides={"PATH_INFO": unquote(asked)}, headers=machine).status_code == 404
    assert client.post("/version/", headers=machine).status_code == 404


def test_an_address_with_many_slashes_is_not_one_of_another_host(client):
    assert client.get("/", environ_overrides={"PATH_INFO": "//version/"}).location == "/version"


def test_a_token_is_in_no_log_however_its_address_ends(client, caplog):
    with caplog.at_level("INFO", "shared.web"):
        assert client.get("/receipts/of-one-guest/").location == "/receipts/of-one-guest"
    assert "of-one-guest" not in caplog.text


def test_what_no_database_can_be_asked_for_is_not_there(client):
    for address in ("/receipts/%00", "/receipts/a%00b/", "/%00"):
        assert client.get(address, headers={"Accept": "application/json"}).status_code == 404, address


def test_every_answer_has_the_security_headers(client):
    for path in ("/healthz", "/v1/nowhere"):
        headers = client.get(path).headers
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client):
    answer = client.get("/healthz", headers={"X-Request-ID": "x y"})
    assert answer.headers["X-Request-ID"] != "x y"


def test_ready_means_database_and_migrations_not_redis(client):
    answer = client.get("/readyz")
    assert answer.status_code == 503  # these tables were not made by migrations
    assert answer.json["checks"]["database"] == "ok"
    assert answer.json["checks"]["redis"] == "ok"


def test_messages_that_are_late_are_told_before_they_are_given_up_on_and_the_service_is_ready_all_the_same(
    client, service, reserve
):
    with service.transaction() as session:
        session.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.execute(
            text("INSERT INTO alembic_version VALUES ('0000')")
        )  # as if migrated: the hotel has no migrations
    reserve("101", "102")
    for tries, told, figure in ((4, "ok", 0), (5, "late: 1 sent in vain 5 times or more, the oldest written 20", 1)):
        with service.transaction() as session:
            session.execute(update(hotel.Outbox).where(hotel.Outbox.key == "101").values(tries=tries))
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json["checks"]["messages"].startswith(told)
        assert f"factdesk_outbox_late {figure}.0" in client.get("/metrics").text
    with service.transaction() as session:
        session.execute(update(hotel.Outbox).values(queue="hotel-errands"))
    assert client.get("/readyz").json["checks"]["messages"] == "ok", "other people's machines may be away for long"


def test_the_metrics_show_what_waits_in_the_outbox(client, reserve):
    reserve("101", "102")
    assert 'factdesk_outbox_pending{queue="hotel"} 2.0' in client.get("/metrics").text
