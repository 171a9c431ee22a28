"""Two people take one claim at the same moment, five hundred times, by the desk's real web processes, on both databases.

    make races [ROUNDS=500]

Half of the rounds are for the one claim that both want, half for the next one that the desk hands out, of which there is one. Each
time one of them has it, and the other is told so. Exits with 1 if something of it is not so.
"""

import os
import secrets
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import requests
from databases import PostgresServer, create_database
from desk import free_ports

from services.review import auth, workflow
from services.review.models import Case, Person
from services.review.service import service
from services.review.settings import Settings
from shared.clock import new_id, now
from shared.contracts import ClaimRecord, ClaimSubmitted, Submission
from shared.migrations import migrate

ROOT = Path(__file__).parents[2]
ROUNDS = int(os.environ.get("ROUNDS", "500"))
PROCESSES = "2"  # web processes, so that no lock within one decides
PATIENCE = 120  # seconds for an answer


def main():
    faults = []
    with tempfile.TemporaryDirectory(prefix="factdesk-races-", dir="/tmp") as folder:
        faults += race("SQLite", folder, f"sqlite:///{folder}/review.sqlite3")
        server = PostgresServer()
        try:
            faults += race("PostgreSQL", folder, create_database(server.admin_url, "races"))
        finally:
            service.database.close()
            server.stop()
    for fault in faults:
        print(f"NOT SO: {fault}")
    sys.exit(1 if faults else 0)


def race(where, folder, url):
    """All rounds on one database. Returns what was not as it has to be."""
    port, secret = free_ports(), secrets.token_hex(16)
    settings = Settings(
        database_url=url, secret_key=secret, public_base_url=f"http://127.0.0.1:{port}", redis_url=f"unix://{folder}/none.sock",
        log_level="ERROR",
    )  # fmt: skip
    service.start(settings)
    migrate(service.database, service.migrations)
    people, faults, seen = [make_person(name) for name in ("Ada", "Bo")], [], Counter()
    with gunicorn(settings, port) as address:
        for number in range(ROUNDS):
            claim_id = make_claim(number)
            path = "/v1/queue/next" if number % 2 else f"/v1/cases/{claim_id}/take"
            answers = at_once(address, path, people, number)
            codes = sorted(answers.values())
            seen[f"{path.rpartition('/')[2]}: {codes}"] += 1
            if codes.count(200) != 1 or codes[-1] not in (204, 409):
                faults.append(f"{where}, round {number}: {answers}")
            elif (holder := holder_of(claim_id)) != next(name for name, code in answers.items() if code == 200):
                faults.append(f"{where}, round {number}: {answers}, but {holder} has it")
    print(f"{where}: {ROUNDS} rounds, {dict(sorted(seen.items()))}", flush=True)
    return faults


@contextmanager
def gunicorn(settings, port):
    """The desk's web processes, as they are run."""
    told = {
        "REVIEW_DATABASE_URL": settings.database_url, "REVIEW_PUBLIC_BASE_URL": settings.public_base_url,
        "SECRET_KEY": settings.secret_key, "REDIS_URL": settings.redis_url, "LOG_LEVEL": settings.log_level,
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy/gunicorn.conf.py"), "-b", f"127.0.0.1:{port}",
         "services.review.app:create_app()"],
        cwd=ROOT, env=os.environ | told | {"WEB_CONCURRENCY": PROCESSES},
    )  # fmt: skip
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(PATIENCE)


def wait_for(url, process):
    """Until it answers, or has ended."""
    while process.poll() is None:
        try:
            return requests.get(url, timeout=PATIENCE)
        except requests.ConnectionError:
            threading.Event().wait(0.1)
    sys.exit("The web processes did not start.")


def make_person(name):
    with service.transaction() as session:
        person = Person(name=name, email=f"{name.lower()}@desk.example", password_hash="-", roles=["checker"])
        session.add(person)
        session.flush()
        http = requests.Session()
        http.headers["Authorization"] = f"Bearer {auth.make_token(session, person, 'races')}"
    return name, http


def make_claim(number):
    told = ClaimSubmitted(
        claim_id=new_id(), revision=1, submitted_at=now(), claim=ClaimRecord(text=f"Claim {number}."),
        submissions=(Submission(id=new_id(), newsroom="Courier", submitted_at=now()),),
    )  # fmt: skip
    with service.transaction() as session:
        workflow.open_cases(session, [told])
    return told.claim_id


def at_once(address, path, people, number):
    """What each of them is answered."""
    start, answers = threading.Barrier(len(people)), {}

    def ask(name, http):
        start.wait()
        answers[name] = http.post(f"{address}{path}", json={}, timeout=PATIENCE).status_code

    threads = [threading.Thread(target=ask, args=one) for one in people[:: 1 if number % 4 < 2 else -1]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def holder_of(claim_id):
    with service.reading() as session:
        case = session.get_one(Case, claim_id)
        return session.get_one(Person, case.assignee_id).name if case.assignee_id else None


if __name__ == "__main__":
    main()
