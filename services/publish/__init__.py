"""The public record.

Owns verdict pages and every revision that readers ever saw.
Sends `VerdictPublished`. Receives `VerdictApproved`, `CaseMoved`.
"""
