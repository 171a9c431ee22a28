"""A whole desk of real processes, as `make run` starts it, on each database."""

import time

import pytest
import requests
from databases import create_database
from desk import PATIENCE, Desk

SERVICES = ("intake", "review", "publish")


def start_desk(kind, folder, request, **environment):
    """A desk without the sample story, that sends again after a second rather than fifteen."""
    desk, made = Desk(request.getfixturevalue("copies").python), None
    if kind == "sqlite":
        made = request.getfixturevalue("made_desk")
    else:
        admin = request.getfixturevalue("postgres_admin_url")
        for name in SERVICES:
            environment[f"{name.upper()}_DATABASE_URL"] = create_database(admin, f"desk_{name}_{desk.port_base}")
    desk.start(folder, made, SAMPLE="no", RESEND_AFTER="1", **environment)
    return desk


def _on(kind):
    """Tests that run a desk go to one runner: two desks at once would wait for each other's processes."""
    return pytest.param(kind, marks=pytest.mark.xdist_group("desk"))


@pytest.fixture(scope="package", params=[_on("sqlite"), _on("postgresql")])
def desk(request, tmp_path_factory):
    """One desk of each kind for all journeys; each test brings claims of its own. Fourteen processes that wait for work cost a
    twentieth of a processor: they don't outlive the journeys."""
    running = start_desk(request.param, tmp_path_factory.mktemp("desk"), request)
    yield running
    running.stop()


@pytest.fixture
def until():
    """`until(lambda: …)`: ask again and again until the answer is true; returns it. Between what takes long to answer is as long a
    pause, in which the desk gets on with what is waited for."""

    def wait(ask, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while True:
            asked = time.monotonic()
            if answer := ask():
                return answer
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(max(0.05, time.monotonic() - asked))

    return wait


class Newsroom:
    """A newsroom's system: posts claims and asks what became of them."""

    def __init__(self, desk):
        self.url = desk.local["intake"]
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {desk.local['api_key']}"

    def post(self, claim, key=None):
        headers = {"Idempotency-Key": key} if key else {}
        return self.http.post(f"{self.url}/v1/claims", json=claim, headers=headers, timeout=240)

    def get(self, claim_id):
        return self.http.get(f"{self.url}/v1/claims/{claim_id}", timeout=240).json()


class Person:
    """Somebody at the desk, by the JSON door."""

    def __init__(self, desk, person):
        self.url = desk.local["review"]
        self.email = person["email"]
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {person['token']}"

    def case(self, claim_id):
        answer = self.http.get(f"{self.url}/v1/cases/{claim_id}", timeout=240)
        return answer.json() if answer.ok else None

    def queue(self, **query):
        found, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = self.http.get(f"{self.url}/v1/queue", params=query | more | {"limit": 200}, timeout=240).json()
            found += page["data"]
            cursor = page["next_cursor"]
            if not cursor:
                return found

    def act(self, claim_id, action, body=None):
        etag = self.case(claim_id)["etag"]
        return self.http.post(
            f"{self.url}/v1/cases/{claim_id}/{action}", json=body or {}, headers={"If-Match": etag}, timeout=240
        )


@pytest.fixture
def newsroom(desk):
    return Newsroom(desk)


@pytest.fixture
def people(desk):
    """The desk's people by role: the first checker, the editor, the admin; and `checkers`, all of them."""
    return {
        role: [Person(desk, p) for p in desk.local["people"] if role in p["roles"]]
        for role in ("checker", "editor", "admin")
    }


@pytest.fixture
def checker(people):
    return people["checker"][0]


@pytest.fixture
def editor(people):
    return people["editor"][0]
