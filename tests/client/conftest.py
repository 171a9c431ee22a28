"""The client against intake as it is, served on loopback on both databases."""

import pytest
from click.testing import CliRunner
from listener import Listener
from served import Way, served
from sqlmodel import func, select

from factdesk import Client, Patience
from factdesk.command import cli
from services.intake import auth
from services.intake.app import create_app
from services.intake.models import Claim, IdempotencyKey, Submission
from services.intake.service import service as intake


@pytest.fixture
def settings():
    """What a test's own fixture may change."""
    return {}


@pytest.fixture
def service(start_service, settings):
    return start_service("intake", **settings)


@pytest.fixture
def make_key(service):
    def make(newsroom="Wire Desk", *scopes, **limits):
        with intake.transaction() as session:
            return auth.make_key(session, newsroom, "its system", list(scopes or auth.SCOPES), **limits)

    return make


@pytest.fixture
def api_key(make_key):
    return make_key()


@pytest.fixture
def way(service):
    """What stands between the client and intake: `way.troubles.append(drop)`."""
    return Way(create_app(service.settings))


@pytest.fixture
def address(way):
    with served(way) as url:
        yield url


class Clock:
    """Time that passes when one waits."""

    def __init__(self):
        self.now = 0.0
        self.pauses = []

    def sleep(self, seconds):
        self.pauses.append(seconds)
        self.now += seconds

    def patience(self, seconds=60.0):
        return Patience(seconds, sleep=self.sleep, clock=lambda: self.now, chance=lambda: 1.0)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def desk(address, api_key, clock):
    with Client(address, api_key, patience=clock.patience()) as client:
        yield client


@pytest.fixture
def stored(service):
    """How many claims, submissions and keys there are."""

    def count():
        with intake.reading() as session:
            return {
                table.__tablename__: session.exec(select(func.count()).select_from(table)).one()
                for table in (Claim, Submission, IdempotencyKey)
            }

    return count


@pytest.fixture
def run(address, api_key, monkeypatch, tmp_path):
    """`run("submit", "…")`: the command, in a folder of its own, told of the desk by its environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FACTDESK_URL", address)
    monkeypatch.setenv("FACTDESK_API_KEY", api_key)

    def command(*words, given=None, **options):
        return CliRunner(**options).invoke(cli, [str(word) for word in words], input=given)

    return command


@pytest.fixture
def listen():
    """`listen("--count", "2")`: the command, listening."""
    started = []

    def start(*options, **more):
        started.append(Listener(*options, **more))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


@pytest.fixture
def write(tmp_path):
    """`write("claims.csv", content)`: that file's path."""

    def to(name, content):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return to


@pytest.fixture
def records(service):
    """The stored claims, by their text."""

    def look():
        with intake.reading() as session:
            return {one.record.text: one.record for one in session.exec(select(Claim))}

    return look
