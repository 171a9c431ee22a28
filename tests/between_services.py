"""Services in this process, and what carries their messages to one another without a relay."""

import json

from sqlmodel import select

from deploy.reconcile import to_lift
from services.intake import archive, blocking
from services.intake import ledger as intake_ledger
from services.intake import workflow as intake_workflow
from services.publish import disputes as site_disputes
from services.publish import ledger as site_ledger
from services.publish import scales
from services.publish import workflow as site
from services.review import ledger, workflow
from shared import contracts
from shared.errors import NotFound
from shared.ledger import differences, known_newer

LEDGERS = {"review": ledger, "publish": site_ledger, "intake": intake_ledger}
VERBS = {
    "publish": {
        contracts.VerdictApproved: site.publish,
        contracts.CaseMoved: site.note_case_moved,
        contracts.NoticePosted: site.post_notice,
        contracts.DisputeMoved: site_disputes.note_moved,
        contracts.CorrectionsUrged: site.note_urged,
        contracts.ScalePosted: scales.keep,
    },
    "review": {
        contracts.ClaimSubmitted: workflow.open_case,
        contracts.VerdictPublished: workflow.note_published,
        contracts.NoticePublished: workflow.note_notice_published,
        contracts.VerdictDisputed: workflow.note_disputed,
        contracts.SenderDecided: workflow.note_decided,
    },
    "intake": {
        contracts.CaseMoved: intake_workflow.note_case_moved,
        contracts.WorkNoted: intake_workflow.note_work,
        contracts.VerdictPublished: intake_workflow.note_verdict_published,
        contracts.SourcesNamed: archive.note_named,
        contracts.SenderJudged: blocking.heed,
    },
}


class Road:
    """Carries messages between these services, each once."""

    def __init__(self, *services):
        self.services, self.carried = {one.name: one for one in services}, set()

    @property
    def publish(self):
        return self.services["publish"]

    def carry(self):
        """All that waits, there and back. What is refused is left out, as if it were parked."""
        while any(self._carry(giver, queue) for giver in self.services.values() for queue in self.services):
            pass

    def _carry(self, giver, queue):
        outbox = giver.outbox
        with giver.reading() as session:
            rows = session.exec(select(outbox).where(outbox.queue == queue).order_by(outbox.id)).all()
        new = [row for row in rows if (giver.name, row.id) not in self.carried]
        for row in new:
            self.carried.add((giver.name, row.id))
            for contract, verb in VERBS[queue].items():
                if contract.topic == row.topic:
                    try:
                        with self.services[queue].transaction() as session:
                            verb(session, contract.model_validate_json(row.payload))
                    except NotFound:
                        pass
        return new

    def missing(self):
        """What reconciling finds missing between them."""
        return self._here(differences(self._lines()))

    def newer(self):
        """What reconciling finds to be known newer than it is told."""
        return self._here(known_newer(self._lines()))

    def resend(self):
        """As `reconcile --resend` does."""
        missing, newer = self.missing(), self.newer()
        for name, service in self.services.items():
            with service.transaction() as session:
                told = set(LEDGERS[name].told(session))
                for one in missing:
                    if one in told:
                        LEDGERS[name].tell_again(session, one)
        with self.services["review"].transaction() as session:
            for one in to_lift(newer, missing):
                ledger.lift(session, one)
        self.carry()

    def _lines(self):
        lines = []
        for name, service in self.services.items():
            with service.reading() as session:
                lines += [
                    json.dumps({"side": side, **one._asdict()})
                    for side in ("told", "known")
                    for one in getattr(LEDGERS[name], side)(session)
                ]
        return lines

    def _here(self, entries):
        return [one for one in entries if one.queue in self.services]
