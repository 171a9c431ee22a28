"""`factdesk listen`: what is signed is passed on once; nothing else is."""

import base64
import http.client
import json
import socket
import sys
from datetime import UTC, datetime, timedelta

import pytest
import requests
from click.testing import CliRunner
from listener import BODY, SECRET
from standardwebhooks import Webhook

from factdesk.command import cli

OTHER = "whsec_" + base64.b64encode(b"b" * 32).decode()


def test_what_is_signed_is_printed_once(listen):
    listener = listen()
    assert [listener.send("msg_1"), listener.send("msg_2"), listener.send("msg_1")] == [204, 204, 204]
    assert listener.lines() == [{"id": name, **json.loads(BODY)} for name in ("msg_1", "msg_2")]


def test_what_is_not_signed_is_refused(listen):
    listener = listen()
    old, early = (datetime.now(UTC) + timedelta(minutes=minutes) for minutes in (-6, 6))
    answers = [
        listener.send(secret=OTHER),
        listener.send(at=old),
        listener.send(at=early),
        listener.send(**{"webhook-signature": "nonsense"}),
        listener.send(**{"webhook-signature": "v1,@@@"}),
        listener.send(**{"webhook-timestamp": "yesterday"}),
        listener.send(**{"webhook-id": "another"}),
        listener.send(body="not json"),
        listener.send(body="[1]"),
        requests.post(listener.url, data=b"\xff", headers={"webhook-id": "x"}, timeout=240).status_code,
    ]
    assert answers == [401] * 10
    assert listener.lines() == []
    assert "refused with 401" in listener.complaints


def test_two_secrets_hold_while_one_is_changed(listen):
    listener = listen("--secret", SECRET, "--secret", OTHER)
    assert [listener.send("msg_1"), listener.send("msg_2", secret=OTHER)] == [204, 204]
    both = Webhook(SECRET).sign("msg_3", datetime.now(UTC), BODY)
    assert listener.send("msg_3", secret=OTHER, **{"webhook-signature": f"v1,AAAA v2,xyz {both}"}) == 204
    assert len(listener.lines()) == 3


def test_requests_that_are_no_webhooks_are_answered(listen):
    listener = listen()
    assert requests.get(listener.url, timeout=240).status_code == 405
    host, port = listener.url.removeprefix("http://").split(":")
    for headers, status in (({"Transfer-Encoding": "chunked"}, 411), ({"Content-Length": "2000000"}, 413),
                            ({"Content-Length": "-1"}, 411)):  # fmt: skip
        connection = http.client.HTTPConnection(host, int(port), timeout=240)
        connection.putrequest("POST", "/")
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()
    with socket.create_connection((host, int(port))) as broken:
        broken.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
    assert listener.send() == 204
    assert len(listener.lines()) == 1


def test_it_ends_after_so_many(listen):
    listener = listen("--count", "2")
    assert [listener.send("msg_1"), listener.send("msg_1"), listener.send("msg_2")] == [204, 204, 204]
    assert listener.process.wait(240) == 0
    assert len(listener.lines()) == 2


def test_a_program_gets_each_and_what_it_does_not_take_comes_again(listen, tmp_path):
    program = tmp_path / "take.py"
    program.write_text(
        "import os, pathlib, sys\n"
        "seen = pathlib.Path(sys.argv[1])\n"
        "first = not seen.exists()\n"
        "with seen.open('a', encoding='utf-8') as file:\n"
        "    file.write(os.environ['WEBHOOK_TYPE'] + ' ' + sys.stdin.buffer.read().decode() + '\\n')\n"
        "sys.exit(1 if first else 0)\n"
    )
    seen = tmp_path / "seen file"
    listener = listen("--forward-exec", f"'{sys.executable}' {program} '{seen}'")
    assert [listener.send(), listener.send(), listener.send()] == [500, 204, 204]
    assert len(listener.lines()) == 1
    assert "ended with 1" in listener.complaints
    told = seen.read_text(encoding="utf-8").splitlines()
    assert len(told) == 2
    assert told[1].startswith('verdict.published {"id": "msg_1"')


def test_a_program_that_is_not_there_loses_nothing(listen):
    listener = listen("--forward-exec", "/nowhere/tell-the-cms")
    assert listener.send() == 500
    assert listener.lines() == []


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_ä", "whsec_a"])
def test_a_secret_that_is_none_is_refused(secret):
    result = CliRunner().invoke(cli, ["listen", "--port", "0", "--secret", secret])
    assert result.exit_code == 2
    assert "whsec_" in result.stderr


def test_a_port_that_is_taken_is_said_to_be():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = CliRunner().invoke(cli, ["listen", "--secret", SECRET, "--port", str(taken.getsockname()[1])])
    assert result.exit_code == 1
    assert "can't be had" in result.stderr
