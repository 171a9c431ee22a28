"""Simulated people at a desk's API. Each sees only what the desk shows, and writes down what it was told."""

import random
import threading
import time
from collections import Counter, defaultdict

import requests

EVIDENCE = {
    "kind": "document",
    "title": "Harbour log",
    "publisher": "Harbour Office",
    "stance": "refutes",
    "public": True,
}
VERDICT = {
    "rating": "false",
    "headline": "It was one day",
    "summary": "The log shows one.",
    "text": "The **log** shows one.",
}


class Book:
    """What everybody writes down together: who holds which claim, what happened, and what must never have happened."""

    def __init__(self):
        self._lock = threading.Lock()
        self._holders = defaultdict(set)  # by claim: those who were told that it is theirs, and have not let it go
        self.done = Counter()
        self.refused = Counter()
        self.faults = []

    def took(self, claim_id, name):
        with self._lock:
            self._holders[claim_id].add(name)
            if len(self._holders[claim_id]) > 1:
                self.faults.append(f"{claim_id} was given to {' and '.join(sorted(self._holders[claim_id]))}")

    def letting_go(self, claim_id, name):
        """Before asking: from the moment at which the desk has done it, another may have it."""
        with self._lock:
            self._holders[claim_id].discard(name)

    def note(self, what, answer, expected=(200, 204)):
        with self._lock:
            if answer.status_code in expected:
                self.done[what] += 1
            else:
                self.refused[f"{what}: {answer.status_code}"] += 1
            if answer.status_code >= 500:
                self.faults.append(f"{what}: {answer.status_code} {answer.text[:200]}")

    def fault(self, words):
        with self._lock:
            self.faults.append(words)


class Somebody(threading.Thread):
    """One person, who works until the shift ends."""

    def __init__(self, desk, person, book, until):
        super().__init__(name=person["name"], daemon=True)
        self.url, self.book, self.until = desk.local["review"], book, until
        self.http = requests.Session()
        self.http.headers["Authorization"] = f"Bearer {person['token']}"
        self.chance = random.Random(person["name"])

    def run(self):
        while time.monotonic() < self.until:
            try:
                self.work()
            except Exception as error:  # noqa: BLE001 - a thread that dies would look like one that had nothing to do
                self.book.fault(f"{self.name}: {type(error).__name__}: {error}")
                return

    def post(self, path, body=None, etag=None):
        headers = {"If-Match": etag} if etag else {}
        return self.http.post(f"{self.url}/v1{path}", json=body or {}, headers=headers, timeout=60)

    def get(self, path, **query):
        return self.http.get(f"{self.url}/v1{path}", params=query, timeout=60).json()

    def act(self, case, act, body=None):
        """An act on the version of the case that was seen last. Gives the case after it, None if it was refused."""
        answer = self.post(f"/cases/{case['id']}/{act}", body, case["etag"])
        self.book.note(act, answer)
        return answer.json() if answer.ok else None

    def think(self):
        time.sleep(self.chance.uniform(0.02, 0.2))


class Checker(Somebody):
    """Takes what comes next, or what stands first in the list as everybody sees it; checks it, gives it back, hands it on."""

    def work(self):
        case = self.take()
        if case is None:
            self.think()
            return
        self.book.took(case["id"], self.name)
        for steps in (("note", {"text": "Asked the office."}), ("evidence", EVIDENCE), ("evidence", EVIDENCE)):
            self.think()
            case = self.act(case, *steps)
            if case is None:
                return
        if self.chance.random() < 0.15:
            self.book.letting_go(case["id"], self.name)
            self.act(case, "release")
            return
        self.book.letting_go(case["id"], self.name)
        case = self.act(case, "check", VERDICT)
        if case is not None and self.chance.random() < 0.2:  # nobody publishes alone, whatever they try
            answer = self.post(f"/cases/{case['id']}/approve", {}, case["etag"])
            if answer.ok:
                self.book.fault(f"{self.name}, a checker, approved {case['id']}")
            self.book.note("approve by a checker", answer, (403, 409, 412))

    def take(self):
        if self.chance.random() < 0.6:
            answer = self.post("/queue/next")
            self.book.note("next", answer)
            return answer.json() if answer.status_code == 200 else None
        rows = [row for row in self.get("/queue", state="unverified", limit=5)["data"] if row["can_be_taken"]]
        if not rows:
            return None
        answer = self.post(f"/cases/{rows[0]['id']}/take", {}, rows[0]["etag"])  # as several do at once
        self.book.note("take", answer)
        return answer.json() if answer.ok else None


class Editor(Somebody):
    """Approves what others checked, sends some back, checks some claims as well and then tries to approve them alone."""

    def work(self):
        rows = self.get("/queue", state="checked", limit=40)["data"]
        rows = [row for row in rows if not row["waits_for_site"]]
        if not rows or self.chance.random() < 0.05:
            self.check_and_approve_alone()
            return
        case = self.get(f"/cases/{self.chance.choice(rows)['id']}")
        if "approve" not in case["allowed"]:
            return
        if self.chance.random() < 0.1:
            self.act(case, "return", {"note": "The second log, please."})
        else:
            self.act(case, "approve")

    def check_and_approve_alone(self):
        answer = self.post("/queue/next")
        if answer.status_code != 200:
            self.think()
            return
        case = answer.json()
        self.book.took(case["id"], self.name)
        for act, body in (("evidence", EVIDENCE), ("evidence", EVIDENCE)):
            case = case and self.act(case, act, body)
        if case is None:
            return
        self.book.letting_go(case["id"], self.name)
        case = self.act(case, "check", VERDICT)
        if case is not None:
            answer = self.post(f"/cases/{case['id']}/approve", {}, case["etag"])
            if answer.ok:
                self.book.fault(f"{self.name} approved {case['id']} alone")
            self.book.note("approve alone", answer, (403, 412))
