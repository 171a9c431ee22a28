"""The sample desk: a wire story entered as records, and a few invented claims taken as far as a page.

It comes in by the same doors as everything else: intake's API with a key, the desk's API with people's tokens.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

FOLDER = Path(__file__).parent
PATIENCE = 240  # seconds for one step; on a machine with other work, the workers take a minute to load
Say = Callable[[str], None]


class SampleFailed(RuntimeError):
    """A door answered otherwise than it should."""


def load(local: dict[str, Any], say: Say) -> None:
    """Bring the sample into the desk that `local.json` describes. Safe to run again."""
    desk = SampleDesk(local)
    ids = desk.submit_all(say)
    desk.tell_the_story(ids, say)


class SampleDesk:
    """The people of the sample, acting by the desk's API."""

    def __init__(self, local: dict[str, Any]) -> None:
        self._local = local
        people = local["people"]
        self.checker, self.colleague = [p for p in people if "checker" in p["roles"]][:2]
        self.editor = next(p for p in people if "editor" in p["roles"])
        self._http = requests.Session()

    def submit_all(self, say: Say) -> dict[str, str]:
        """Submit every claim; their ids by external id."""
        wire = json.loads((FOLDER / "wire-story.json").read_text())
        invented = json.loads((FOLDER / "invented.json").read_text())
        ids = {}
        for claim in invented["claims"]:
            ids[claim["external_id"]] = self._post("claims", claim, claim["external_id"])["id"]
        common = {"story": wire["story"], "claimed_at": wire["story"]["published_at"]}
        told = {name: value for name, value in wire["story"].items() if name != "external_id"}
        item = {"uri": wire["story"]["external_id"], "body": wire["body"], "language": "en"} | told
        claims = [common | claim for claim in wire["claims"]]
        story = self._post("stories", {"item": item, "claims": claims}, "wire-story")
        for claim, result in zip(claims, story["results"], strict=True):
            ids[claim["external_id"]] = result["id"]
        say(f"  a story and {len(ids)} claims submitted")
        return ids

    def _post(self, what: str, body: Any, name: str) -> Any:
        answer = self._http.post(
            f"{self._local['intake']}/v1/{what}",
            json=body,
            headers={"Authorization": f"Bearer {self._local['api_key']}", "Idempotency-Key": f"sample-{name}"},
            timeout=30,
        )
        return _good(answer)

    def tell_the_story(self, ids: dict[str, str], say: Say) -> None:
        """Take the claims to where they are to stand. Steps that were done before are passed over."""
        for claim_id in ids.values():
            self.wait(claim_id, lambda case: case is not None)
        say("  all of them in the queue")
        self.work_on_the_wire_story(ids)
        self.check(ids["port-3"], "port-3")
        for name, reason in ACTS["closed"].items():
            self.act(self.editor, ids[name], "close", reason)
        say("  some of them taken, checked, closed")
        self.publish_and_correct(ids["port-1"])
        self.publish(ids["port-2"], "port-2")
        self.publish_and_reopen(ids["port-6"])
        say("  three verdicts published, one of them corrected, one being checked again")

    def work_on_the_wire_story(self, ids: dict[str, str]) -> None:
        """Some of the wire story's claims are being worked on, one has been checked."""
        first = ids["wire-1"]
        self.act(self.checker, first, "take")
        self.add_evidence(first, "wire-1")
        question = self.note(self.checker, first, ACTS["notes"]["question"])
        self.note(self.editor, first, ACTS["notes"]["answer"], question)
        self.act(self.colleague, ids["wire-2"], "take")
        self.check(ids["wire-7"], "wire-7")

    def publish_and_correct(self, claim_id: str) -> None:
        """A verdict, and a correction that changes its rating."""
        self.publish(claim_id, "port-1")
        self.reopen(claim_id, "correction", ACTS["correction"])
        self.publish(claim_id, "port-1 corrected", revision=2)

    def publish_and_reopen(self, claim_id: str) -> None:
        """A verdict that readers see marked as being checked again."""
        self.publish(claim_id, "port-6")
        self.reopen(claim_id, "update", ACTS["reopened"])

    def publish(self, claim_id: str, name: str, revision: int = 1) -> None:
        """Check and approve, and wait until readers can read it."""
        if self.case(claim_id)["published_revision"] >= revision:
            return
        self.check(claim_id, name)
        self.act(self.editor, claim_id, "approve")
        self.wait(claim_id, lambda case: case["published_revision"] >= revision and case["state"] == "published")

    def reopen(self, claim_id: str, kind: str, note: str) -> None:
        """Take up a verdict that has had no more than its first revision."""
        if self.case(claim_id)["revision"] == 1:
            self.act(self.checker, claim_id, "reopen", {"kind": kind, "note": note})

    def check(self, claim_id: str, name: str) -> None:
        """Take it, add the evidence, give the verdict."""
        if "check" in self.case(claim_id)["allowed"]:
            self.act(self.checker, claim_id, "take")
            self.add_evidence(claim_id, name)
            self.act(self.checker, claim_id, "check", ACTS["verdicts"][name])

    def add_evidence(self, claim_id: str, name: str) -> None:
        """What is not there already."""
        there = {item["title"] for item in self.case(claim_id)["evidence"]}
        for item in ACTS["evidence"][name]:
            if item["title"] not in there:
                self.act(self.checker, claim_id, "evidence", item)

    def note(self, person: dict[str, Any], claim_id: str, text: str, reply_to: str | None = None) -> str:
        """Write a note, unless it is there already; its id."""
        if not self._notes(claim_id, text):
            self.act(person, claim_id, "note", {"text": text, "reply_to": reply_to})
        found: str = self._notes(claim_id, text)[0]["id"]
        return found

    def _notes(self, claim_id: str, text: str) -> list[dict[str, Any]]:
        return [note for note in self.case(claim_id)["notes"] if note["text"] == text]

    def act(self, person: dict[str, Any], claim_id: str, name: str, body: Any = None) -> bool:
        """Do something as somebody; False if the case does not allow it, as when it was done before."""
        case = self.case(claim_id, person)
        if name not in case["allowed"]:
            return False
        answer = self._http.post(
            f"{self._local['review']}/v1/cases/{claim_id}/{name}",
            json=body or {},
            headers={"Authorization": f"Bearer {person['token']}", "If-Match": case["etag"]},
            timeout=30,
        )
        _good(answer)
        return True

    def case(self, claim_id: str, person: dict[str, Any] | None = None) -> Any:
        """The case as somebody sees it."""
        answer = self._ask_for(claim_id, person)
        return _good(answer)

    def wait(self, claim_id: str, until: Callable[[Any], bool]) -> Any:
        """Until the case is so; raises SampleFailed when that takes too long."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            answer = self._ask_for(claim_id)
            case = None if answer.status_code == 404 else _good(answer)
            if case is not None and until(case):
                return case
            time.sleep(0.05)
        raise SampleFailed(f"The claim {claim_id} did not arrive where it should; look into the logs of the workers.")

    def _ask_for(self, claim_id: str, person: dict[str, Any] | None = None) -> requests.Response:
        token = (person or self.checker)["token"]
        return self._http.get(
            f"{self._local['review']}/v1/cases/{claim_id}", headers={"Authorization": f"Bearer {token}"}, timeout=30
        )


def _good(answer: requests.Response) -> Any:
    if not answer.ok:
        raise SampleFailed(f"{answer.request.method} {answer.url} answered {answer.status_code}: {answer.text[:500]}")
    return answer.json()


ACTS: dict[str, Any] = json.loads((FOLDER / "acts.json").read_text())
