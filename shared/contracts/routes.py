"""Where each message goes."""

from typing import NamedTuple

from shared.contracts.kinds import Message
from shared.contracts.messages import (
    CaseMoved,
    CasesMoved,
    ClaimSubmitted,
    CorrectionsUrged,
    DisputeMoved,
    EarlierCheckTaken,
    HistoryHeadNoted,
    NoticePosted,
    NoticePublished,
    OpinionsCounted,
    PagesViewed,
    PolicyPosted,
    RemarkMade,
    ScalePosted,
    SenderDecided,
    SenderJudged,
    SourcesNamed,
    SourceVisited,
    VerdictApproved,
    VerdictDisputed,
    VerdictPublished,
    WorkNoted,
)
from shared.contracts.stories import SentencesPicked, StoryBrought, StoryReceived


class Receiver(NamedTuple):
    """A queue, and the dotted name of the job on it."""

    queue: str
    job: str


ROUTES: dict[type[Message], tuple[Receiver, ...]] = {
    ClaimSubmitted: (Receiver("review", "services.review.jobs.claim_submitted"),),
    SourceVisited: (Receiver("review", "services.review.jobs.source_visited"),),
    SourcesNamed: (Receiver("intake", "services.intake.jobs.sources_named"),),
    EarlierCheckTaken: (Receiver("review", "services.review.jobs.earlier_taken"),),
    StoryReceived: (Receiver("review", "services.review.jobs.story_received"),),
    SenderJudged: (Receiver("intake", "services.intake.jobs.sender_judged"),),
    SenderDecided: (Receiver("review", "services.review.jobs.sender_decided"),),
    StoryBrought: (Receiver("intake", "services.intake.jobs.story_brought"),),
    SentencesPicked: (Receiver("intake", "services.intake.jobs.sentences_picked"),),
    CaseMoved: (
        Receiver("intake", "services.intake.jobs.case_moved"),
        Receiver("publish", "services.publish.jobs.case_moved"),
    ),
    CasesMoved: (
        Receiver("intake", "services.intake.jobs.cases_moved"),
        Receiver("publish", "services.publish.jobs.cases_moved"),
    ),
    WorkNoted: (Receiver("intake", "services.intake.jobs.work_noted"),),
    VerdictApproved: (Receiver("publish", "services.publish.jobs.verdict_approved"),),
    NoticePosted: (Receiver("publish", "services.publish.jobs.notice_posted"),),
    PolicyPosted: (Receiver("publish", "services.publish.jobs.policy_posted"),),
    ScalePosted: (Receiver("publish", "services.publish.jobs.scale_posted"),),
    HistoryHeadNoted: (Receiver("publish", "services.publish.jobs.history_head_noted"),),
    NoticePublished: (Receiver("review", "services.review.jobs.notice_published"),),
    PagesViewed: (Receiver("review", "services.review.jobs.pages_viewed"),),
    VerdictDisputed: (Receiver("review", "services.review.jobs.verdict_disputed"),),
    OpinionsCounted: (Receiver("review", "services.review.jobs.opinions_counted"),),
    RemarkMade: (Receiver("review", "services.review.jobs.remark_made"),),
    CorrectionsUrged: (Receiver("publish", "services.publish.jobs.corrections_urged"),),
    DisputeMoved: (Receiver("publish", "services.publish.jobs.dispute_moved"),),
    VerdictPublished: (
        Receiver("review", "services.review.jobs.verdict_published"),
        Receiver("intake", "services.intake.jobs.verdict_published"),
    ),
}
