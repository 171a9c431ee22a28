"""Takes claims in.

Owns submissions, receipts, API keys.
Sends `ClaimSubmitted`. Receives `CaseMoved`, `VerdictPublished`.
"""
