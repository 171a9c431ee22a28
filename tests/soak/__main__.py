"""20 checkers and 2 editors work a queue of 5,000 claims for ten minutes, on a desk of real processes.

    make soak [SECONDS=600] [CLAIMS=5000]

Afterwards it is looked whether anybody got another's claim, anything was published by one person, the history holds, the
services agree, and the clocks of every case add up. Exits with 1 if something of it is not so.
"""

import json
import os
import sqlite3
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import requests
from desk import Desk

from soak.people import Book, Checker, Editor

SECONDS = int(os.environ.get("SECONDS", "600"))
CLAIMS = int(os.environ.get("CLAIMS", "5000"))
CHECKERS, EDITORS = 20, 2
AT_ONCE = 500  # claims in a batch
SETTLE = 300  # seconds for what is on its way


def main():
    with tempfile.TemporaryDirectory(prefix="factdesk-soak-", dir="/tmp") as folder:
        desk = Desk()
        desk.start(folder, SAMPLE="no", WEB_THREADS="32")
        try:
            book = Book()
            fill(desk)
            people = staff(desk)
            began = time.monotonic()
            work(desk, people, book, began + SECONDS)
            took = time.monotonic() - began
            faults = book.faults + look_afterwards(desk, folder)
        finally:
            desk.stop()
    done = sum(book.done.values())
    print(f"{done} acts in {took:.0f} s, {done / took:.0f} a second: {dict(sorted(book.done.items()))}")
    print(f"refused, as it should be: {dict(sorted(book.refused.items()))}")
    for fault in faults:
        print(f"NOT SO: {fault}")
    sys.exit(1 if faults else 0)


def fill(desk):
    """Submit the claims, and wait until all of them are in the queue."""
    for start in range(0, CLAIMS, AT_ONCE):
        lines = [
            {"text": f"Claim {n}: the bridge was closed on {n} days."}
            for n in range(start, min(start + AT_ONCE, CLAIMS))
        ]
        headers = {"Authorization": f"Bearer {desk.local['api_key']}"}
        answer = requests.post(f"{desk.local['intake']}/v1/claims/batch", json=lines, headers=headers, timeout=120)
        assert answer.ok, answer.text
    desk.wait_for(
        lambda: count(desk.folder, "SELECT count(*) FROM cases") == CLAIMS, "the claims did not arrive", SETTLE
    )
    print(f"{CLAIMS} claims are in the queue", flush=True)


def staff(desk):
    """Everybody, with a token."""
    roles = ["checker"] * CHECKERS + ["editor"] * EDITORS

    def add(number):
        name, role = f"{roles[number].title()} {number}", roles[number]
        arguments = ("people", "add", "--name", name, "--email", f"p{number}@desk.example", "--role", role)
        made = desk.run("review", *arguments, "--token", "--json")
        assert made.returncode == 0, made.stderr
        return json.loads(made.stdout) | {"role": role}

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(add, range(len(roles))))


def work(desk, people, book, until):
    threads = [(Editor if one["role"] == "editor" else Checker)(desk, one, book, until) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 120)
        if thread.is_alive():
            book.fault(f"{thread.name} never came back")


def look_afterwards(desk, folder):
    """What is not as it has to be."""
    waiting = "SELECT count(*) FROM cases WHERE approved_at IS NOT NULL AND state = 'checked'"
    desk.wait_for(lambda: count(folder, waiting) == 0, "the site did not confirm everything", SETTLE)
    faults = []
    for name, done in (("history", desk.run("review", "verify")), ("reconcile", desk.reconcile())):
        print(f"{name}: {done.stdout.strip().splitlines()[-1]}")
        if done.returncode:
            faults.append(f"{name}: {done.stdout} {done.stderr}")
    with sqlite3.connect(f"file:{folder}/review.sqlite3?mode=ro", uri=True) as review:
        faults += published_by_one(review) + taken_twice(review) + clocks(review)
        states = dict(review.execute("SELECT state, count(*) FROM cases GROUP BY state").fetchall())
    shown = count(folder, "SELECT count(*) FROM checks WHERE revision > 0", "publish")
    print(f"cases: {states}; {shown} pages")
    if sum(states.values()) != CLAIMS or states.get("published", 0) != shown:
        faults.append(f"of {CLAIMS} claims: {states}, and {shown} pages")
    if not shown:
        faults.append("nothing was published: nobody has done anything")
    return faults


def published_by_one(review):
    alone = """SELECT v.case_id FROM verdicts v WHERE v.approved_at IS NOT NULL AND (v.approved_by IS NULL OR EXISTS
        (SELECT 1 FROM hands h WHERE h.case_id = v.case_id AND h.revision = v.revision AND h.person_id = v.approved_by))"""
    return [f"{case_id} was approved by somebody who had a hand in it" for (case_id,) in review.execute(alone)]


def taken_twice(review):
    """Between two takes of one claim, the history has to tell how it became free."""
    acts = "SELECT case_id, action, person_id FROM history WHERE case_id IS NOT NULL ORDER BY case_id, seq"
    faults, case, holder = [], None, None
    for case_id, action, person in review.execute(acts):
        if case_id != case:
            case, holder = case_id, None
        if action == "take":
            if holder is not None:
                faults.append(f"{case_id} was taken by {person} from {holder}")
            holder = person
        elif action in ("release", "offered again", "assign", "reopen"):
            holder = None
        elif action in ("evidence", "check") and holder not in (None, person):
            faults.append(f"{person} worked on {case_id}, which {holder} had taken")
    return faults


def clocks(review):
    """The spans of a case follow one another without gap or overlap from its submission on, and its sums are theirs."""
    faults = []
    cases = dict(review.execute("SELECT id, received_at FROM cases").fetchall())
    spans = """SELECT case_id, stage, began_at, ended_at, left_at, waited, worked FROM case_spans ORDER BY case_id, number"""
    last, spent = {}, {}
    for case_id, stage, began, ended, left, waited, worked in review.execute(spans):
        before = last.get(case_id)
        if _at(began) != (_at(before) if before else _at(cases[case_id])):
            faults.append(f"the clock of {case_id} has a gap or an overlap at {began}")
        seconds, hands = (_at(ended) - _at(began)).total_seconds() if ended else 0, stage in ("work", "reading")
        so_far = spent.setdefault(case_id, [0.0, 0.0])
        so_far[hands] += seconds
        if ended and (abs(so_far[0] - waited) > 0.01 or abs(so_far[1] - worked) > 0.01):
            faults.append(f"the clock of {case_id} says {waited} s and {worked} s after {so_far}")
        if left:
            del spent[case_id]
        last[case_id] = ended
    print(f"clocks: {len(last)} cases")
    return faults + [f"{one} has no clock" for one in cases.keys() - last.keys()]


def count(folder, statement, service="review"):
    with sqlite3.connect(f"file:{folder}/{service}.sqlite3?mode=ro", uri=True) as database:
        return database.execute(statement).fetchone()[0]


def _at(written):
    return datetime.fromisoformat(written) if written else None


if __name__ == "__main__":
    main()
