"""What can happen at intake: claims are submitted; review and publish tell what became of them."""

from services.intake.workflow.erasure import erase_submission, find_submission
from services.intake.workflow.outcomes import note_case_moved, note_cases_moved, note_verdict_published, note_work
from services.intake.workflow.picked import take_brought, take_picked
from services.intake.workflow.senders import decide, tell_decided
from services.intake.workflow.submitting import (
    Given,
    Submitted,
    blocked,
    draft_new,
    finish,
    submit,
    submit_all,
    submit_for_reader,
    tell_submitted,
)

__all__ = [
    "Given",
    "Submitted",
    "blocked",
    "decide",
    "draft_new",
    "erase_submission",
    "find_submission",
    "finish",
    "note_case_moved",
    "note_cases_moved",
    "note_verdict_published",
    "note_work",
    "submit",
    "submit_all",
    "submit_for_reader",
    "take_brought",
    "take_picked",
    "tell_decided",
    "tell_submitted",
]
