"""Where people check claims.

Owns cases, notes, evidence, verdicts, people, the history.
Sends `VerdictApproved`, `CaseMoved`, `NoticePosted`, `DisputeMoved`, `SentencesPicked`, `SourcesNamed`.
Receives `ClaimSubmitted`, `SourceVisited`, `StoryReceived`, `VerdictPublished`, `NoticePublished`, `VerdictDisputed`.
"""
