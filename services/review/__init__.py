"""Where people check claims.

Owns cases, notes, evidence, verdicts, people, the history.
Sends `VerdictApproved`, `CaseMoved`. Receives `ClaimSubmitted`, `SourceVisited`, `VerdictPublished`.
"""
