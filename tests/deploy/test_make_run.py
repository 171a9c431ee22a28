"""`make run`: starts, starts again, and stops without leaving anything behind."""

import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path

import pytest
import requests
from desk import PATIENCE, Desk

from deploy import sample
from deploy.layout import ROOT, Layout
from deploy.supervisor import WEB

pytestmark = pytest.mark.xdist_group("desk")

COMPLAINT = re.compile(r'Traceback|"ERROR"|\[(ERROR|CRITICAL)\]|exited:|FATAL')
DONE_TO_IT = ("state", "revision", "etag", "submissions", "tags", "assignee", "kind", "status", "due_at")


@pytest.fixture(scope="module")
def first(copies, tmp_path_factory):
    """A first start, with the sample story, which has come in. It goes on running: no test stops it."""
    desk = Desk(copies.python)
    desk.start(tmp_path_factory.mktemp("run"))
    desk.wait_for(lambda: "Ctrl-C" in desk.said(), "the sample did not come in")
    desk.complaints = _complaints(desk)  # before a test kills anything
    yield desk
    desk.stop()


def _complaints(desk):
    """What the logs hold that nobody should have to read, by file."""
    return {
        file.name: complaints
        for file in sorted(desk.layout.logs.iterdir())
        if (complaints := [line for line in file.read_text().splitlines() if COMPLAINT.search(line)])
    }


@pytest.fixture(scope="module")
def other(made_desk, tmp_path_factory):
    """A second desk, and where it is. `second` starts it."""
    desk, folder = Desk(), tmp_path_factory.mktemp("second")
    shutil.copytree(made_desk, folder, dirs_exist_ok=True)
    yield desk, folder
    if desk.runs:
        desk.stop()


@pytest.fixture
def second(other):
    """A desk that tests stop in every way; it runs when one of them begins."""
    desk, folder = other
    if not desk.runs:
        desk.start(folder, SAMPLE="no")
    return desk


def processes_of(folder):
    """Names of the running processes that were told to use a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes().split(b"\0")
            if f"VAR={folder}".encode() in told and (process / "stat").read_text().rsplit(")")[-1].split()[0] != "Z":
                found.append((process / "comm").read_text().strip())
        except OSError:
            continue  # it has ended meanwhile, or is not ours
    return found


def post_claim(desk):
    """Post a claim with the desk's own key; returns its id."""
    answer = requests.post(
        f"{desk.local['intake']}/v1/claims", json={"text": "The bridge was closed."}, headers=key_of(desk), timeout=240
    )
    assert answer.status_code == 201
    return answer.json()["id"]


def claims_of(desk):
    """The ids of the claims of the desk's own key."""
    found = requests.get(f"{desk.local['intake']}/v1/claims", headers=key_of(desk), timeout=240).json()
    return [claim["id"] for claim in found["data"]]


def key_of(desk):
    return {"Authorization": f"Bearer {desk.local['api_key']}"}


def test_the_sample_desk_has_something_in_every_state(first):
    token = {"Authorization": f"Bearer {first.local['people'][0]['token']}"}
    rows = requests.get(f"{first.local['review']}/v1/queue?limit=200", headers=token, timeout=240).json()["data"]
    states = [row["state"] for row in rows]
    assert {state: states.count(state) >= 2 for state in set(states)} == {
        "unverified": True, "checked": True, "published": True, "closed": True,
    }  # fmt: skip
    assert "correction" in requests.get(f"{first.local['publish']}/corrections", timeout=240).text.lower()
    again = [row for row in rows if row["text"].startswith("The night ferry")]
    case = requests.get(f"{first.local['review']}/v1/cases/{again[0]['id']}", headers=token, timeout=240).json()
    assert (case["state"], case["published_revision"], case["revision"]) == ("unverified", 1, 2), "being checked again"
    for name in ("intake", "publish"):
        assert "ample desk" in requests.get(f"{first.local[name]}/", timeout=240).text
    assert "ample desk" in requests.get(f"{first.local['review']}/sign-in", timeout=240).text


def test_a_first_start_complains_of_nothing(first):
    assert first.complaints == {}


def test_the_sample_brought_in_again_changes_nothing(first):
    def known():
        rows = requests.get(f"{first.local['review']}/v1/queue?limit=200", headers=token, timeout=240).json()["data"]
        cases = {row["id"]: {name: row[name] for name in DONE_TO_IT} for row in rows}  # how long each waits goes on
        return cases, [first.run(name, "ledger").stdout for name in ("intake", "review", "publish")]

    token = {"Authorization": f"Bearer {first.local['people'][0]['token']}"}
    first.wait_for(lambda: first.reconcile().returncode == 0, "messages are still on their way")
    before = known()
    sample.load(first.local, say=lambda words: None)
    assert known() == before


def test_commands_start_as_processes_of_their_own(first):
    environment = os.environ | {"VAR": str(first.folder), "PORT_BASE": str(first.port_base)}

    def says(target, words):
        done = subprocess.run(
            ["make", target], env=environment, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT
        )
        return (done.returncode, done.stderr) == (0, "") and words in done.stdout

    def is_quiet():
        """Asked of a copy of what is loaded: a process of its own takes seconds to say so."""
        return first.reconcile().returncode == 0

    first.wait_for(lambda: is_quiet() and says("reconcile", "0 differences"), "messages are still on their way")
    assert says("verify", "holds")


def test_the_file_for_scripts_is_for_its_owner_alone_and_says_what_was_promised(first):
    file = first.layout.local_file
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    local = json.loads(file.read_text())
    assert set(local) >= {"intake", "review", "publish", "redis", "api_key", "people"}
    assert local["api_key"].startswith("fdk_")
    roles = [role for person in local["people"] for role in person["roles"]]
    assert roles.count("checker") >= 2
    assert {"editor", "admin"} <= set(roles)
    assert all({"name", "email", "password", "token", "roles"} <= set(person) for person in local["people"])


def test_a_second_desk_in_the_same_folder_or_on_the_same_ports_is_refused(first, tmp_path):
    for var, says in ((first.folder, "runs in"), (tmp_path, f"Port {first.port_base}")):
        environment = os.environ | {"VAR": str(var), "PORT_BASE": str(first.port_base)}
        done = subprocess.run(
            ["make", "run"], env=environment, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT
        )
        assert done.returncode != 0
        assert says in done.stderr


def test_every_process_knows_the_folder_and_goes_by_its_program_s_name(first):
    found = processes_of(first.folder)
    assert {name: found.count(name) for name in WEB} == dict.fromkeys(WEB, 2)  # a master and a worker
    assert {"review-worker", "publish-errands", "scheduler"} <= set(found)


def test_a_program_shares_what_was_loaded(first):
    supervisord = (first.folder / "supervisord.pid").read_text().strip()
    assert len(list(Path(f"/proc/{supervisord}/task").iterdir())) == 1, (
        "a process with more threads is not to be copied"
    )
    told = Path(f"/proc/{first.pid('review-worker')}/smaps_rollup").read_text()
    size = {line.split(":")[0]: int(line.split()[1]) for line in told.splitlines()[1:]}
    assert size["Pss"] < size["Rss"] / 2


def test_what_no_service_can_read_is_answered_as_services_answer(first):
    for path, headers, status in (("/v1/match?text=" + "x" * 100_000, {}, 414), ("/", {"X": "x" * 100_000}, 431)):
        answer = requests.get(first.local["intake"] + path, headers=headers, timeout=240)
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status
        assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_what_dies_is_started_again(first):
    master = first.pid("publish-web")
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    assert first.kill("publish-web") == master
    first.wait_for(lambda: first.pid("publish-web") not in (0, master), "it stayed dead")
    first.wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers), "its worker lives on")
    first.wait_for(lambda: _answers(f"{first.local['publish']}/readyz"), "it does not answer")


def test_it_stops_and_starts_again_with_everything_that_was_there(second):
    posted = post_claim(second)
    local, there = second.local, claims_of(second)
    assert posted in there
    second.stop(signal.SIGINT)
    assert processes_of(second.folder) == []
    second.start(second.folder, command=["make", "run"], SAMPLE="no")
    assert (second.local, claims_of(second)) == (local, there)
    second.stop()  # the process of make alone is told
    assert processes_of(second.folder) == []


def test_when_the_launcher_is_killed_nothing_lives_on(second):
    second.process.kill()
    second.process.wait()
    _until_nothing_runs(second.folder)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", second.port_base)) != 0


def _answers(url):
    try:
        return requests.get(url, timeout=240).ok
    except requests.RequestException:
        return False


def test_a_first_start_that_was_interrupted_is_taken_up(other):
    desk, folder = other
    if desk.runs:
        desk.stop()
    local_file = Layout(folder, desk.port_base).local_file
    before = json.loads(local_file.read_text())
    local_file.unlink()  # as if it had been killed before it could write down whom it had made
    desk.start(folder, SAMPLE="no")
    door = f"{desk.local['review']}/v1/me"
    tokens = [person["token"] for local in (before, desk.local) for person in local["people"]]
    answers = [
        requests.get(door, headers={"Authorization": f"Bearer {one}"}, timeout=240).status_code for one in tokens
    ]
    assert answers == [401] * 4 + [200] * 4


def test_killed_and_started_at_once_it_waits_for_its_own_remains(second):
    second.process.kill()
    second.process.wait()
    second.start(second.folder, SAMPLE="no")
    assert "Waiting until" in second.said()
    assert {name: processes_of(second.folder).count(name) for name in WEB} == dict.fromkeys(WEB, 2)


def test_a_redis_does_not_outlive_a_supervisord_that_was_killed(second):
    os.kill(int((second.folder / "supervisord.pid").read_text()), signal.SIGKILL)
    assert second.process.wait(PATIENCE) == 1
    assert "Supervisord has ended" in second.said()
    _until_nothing_runs(second.folder)


def _until_nothing_runs(folder):
    deadline = time.monotonic() + PATIENCE
    while left := processes_of(folder):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)
