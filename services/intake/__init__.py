"""Takes claims in.

Owns submissions, receipts, API keys, the archive of what claims point to, earlier checks.
Sends `ClaimSubmitted`, `SourceVisited`, `EarlierCheckTaken`, `SenderDecided`.
Receives `CaseMoved`, `CasesMoved`, `WorkNoted`, `VerdictPublished`, `SourcesNamed`, `SenderJudged`.
"""
