"""The public record.

Owns verdict pages and every revision that readers ever saw, the lists that lead to them, and the pages on how the newsroom works.
Sends `VerdictPublished`, `NoticePublished`, `VerdictDisputed`, `OpinionsCounted`, `RemarkMade`. Receives `VerdictApproved`,
`NoticePosted`, `PolicyPosted`, `ScalePosted`, `CaseMoved`, `CasesMoved`, `DisputeMoved`.
"""
