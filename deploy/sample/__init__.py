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
PATIENCE = 60  # seconds for one step
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
        common = {"language": "en", "story": wire["story"], "claimed_at": wire["story"]["published_at"]}
        claims = [common | claim for claim in wire["claims"]] + invented["claims"]
        ids = {}
        for claim in claims:
            answer = self._http.post(
                f"{self._local['intake']}/v1/claims",
                json=claim,
                headers={
                    "Authorization": f"Bearer {self._local['api_key']}",
                    "Idempotency-Key": f"sample-{claim['external_id']}",
                },
                timeout=30,
            )
            ids[claim["external_id"]] = _good(answer)["id"]
        say(f"  {len(ids)} claims submitted")
        return ids

    def tell_the_story(self, ids: dict[str, str], say: Say) -> None:
        """Take the claims to where they are to stand. Steps that were done before are passed over."""
        for claim_id in ids.values():
            self.wait(claim_id, lambda case: case is not None)
        say("  all of them in the queue")
        self.work_on_the_wire_story(ids)
        self.publish_and_correct(ids["port-1"])
        self.publish(ids["port-2"], EVIDENCE["port-2"], VERDICTS["port-2"])
        self.check(ids["port-3"], EVIDENCE["port-3"], VERDICTS["port-3"])
        self.close(ids["port-4"], "not_checkable", "Beauty is not on record.")
        say("  two verdicts published, one of them corrected")

    def work_on_the_wire_story(self, ids: dict[str, str]) -> None:
        """Some of the wire story's claims are being worked on, one has been checked, one closed."""
        first = ids["wire-1"]
        if self.act(self.checker, first, "take"):
            self.act(self.checker, first, "evidence", EVIDENCE["wire-1"][0])
            self.act(self.checker, first, "note", {"text": "Elena, have we asked the State Department as well?"})
            question = self.case(first)["notes"][0]["id"]
            self.act(self.editor, first, "note", {"text": "Not yet. Please do, by e-mail.", "reply_to": question})
        self.act(self.colleague, ids["wire-2"], "take")
        self.check(ids["wire-7"], EVIDENCE["wire-7"], VERDICTS["wire-7"])
        self.close(ids["wire-8"], "not_checkable", "What Kyiv wants can't be checked from outside.")

    def publish_and_correct(self, claim_id: str) -> None:
        """A verdict, and a correction that changes its rating."""
        self.publish(claim_id, EVIDENCE["port-1"], VERDICTS["port-1"])
        case = self.wait(claim_id, lambda case: case["state"] in ("published", "unverified", "checked"))
        if case["published_revision"] == 1 and case["state"] == "published":
            self.act(self.checker, claim_id, "reopen", {"kind": "correction", "note": CORRECTION})
            self.act(self.checker, claim_id, "evidence", EVIDENCE["port-1 corrected"][0])
        self.publish(claim_id, [], VERDICTS["port-1 corrected"], revision=2)

    def publish(self, claim_id: str, evidence: list[Any], verdict: Any, revision: int = 1) -> None:
        """Check and approve, and wait until readers can read it."""
        if self.case(claim_id)["published_revision"] >= revision:
            return
        self.check(claim_id, evidence, verdict)
        self.act(self.editor, claim_id, "approve")
        self.wait(claim_id, lambda case: case["published_revision"] >= revision)

    def check(self, claim_id: str, evidence: list[Any], verdict: Any) -> None:
        """Take it, add the evidence, give the verdict."""
        if "check" not in self.case(claim_id)["allowed"]:
            return
        self.act(self.checker, claim_id, "take")
        for item in evidence:
            self.act(self.checker, claim_id, "evidence", item)
        self.act(self.checker, claim_id, "check", verdict)

    def close(self, claim_id: str, reason: str, note: str) -> None:
        self.act(self.editor, claim_id, "close", {"reason": reason, "note": note})

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


_ACTS = json.loads((FOLDER / "acts.json").read_text())
EVIDENCE: dict[str, list[Any]] = _ACTS["evidence"]
VERDICTS: dict[str, Any] = _ACTS["verdicts"]
CORRECTION: str = _ACTS["correction"]
