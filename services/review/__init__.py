"""Where people check claims.

Owns cases, notes, evidence, verdicts, people, the history.
Sends `VerdictApproved`, `CaseMoved`, `CasesMoved`, `WorkNoted`, `NoticePosted`, `DisputeMoved`, `SentencesPicked`, `SourcesNamed`,
`SenderJudged`.
Receives `ClaimSubmitted`, `SourceVisited`, `StoryReceived`, `EarlierCheckTaken`, `VerdictPublished`, `NoticePublished`,
`VerdictDisputed`, `OpinionsCounted`, `RemarkMade`, `SenderDecided`.
"""
