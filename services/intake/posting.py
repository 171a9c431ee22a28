"""Claims that systems post: each request's effect once, its answer kept, and many of them in one commit.

The first answer to a request with an `Idempotency-Key` is stored in the transaction of its effect, so that a repeat gets
it byte for byte, whatever has died in between.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session

from services.intake import idempotency, queries, quotas, workflow
from services.intake.idempotency import Answer, Name, Taken
from services.intake.quotas import Account
from services.intake.schemas import MatchOut
from services.intake.service import service, transaction
from services.intake.workflow import Given, Submitted
from shared.errors import Problem
from shared.rows import write_new
from shared.together import Together


class Post(NamedTuple):
    """A claim that is to be submitted; its request's key, if it has one, and its fingerprint; what may say the same, if it was
    looked for; and whether it is known, or to be expected, that it comes again, so that nothing new is made ready for it."""

    given: Given
    key: Name | None = None
    fingerprint: str = ""
    earlier: list[MatchOut] | None = None
    again: bool = False


def answer_all(session: Session, posts: Sequence[Post]) -> Sequence[Answer | Exception]:
    """Submit what was not submitted before. For each post in order: its answer, or the problem with it."""
    return _answer_new(session, posts) or _answer_any(session, posts)


def _answer_new(session: Session, posts: Sequence[Post]) -> Sequence[Answer] | None:
    """As is the rule: nothing of it came before, and the quotas have room. Then what to answer is known beforehand, and all is
    written in two steps. None if it is not so, and nothing is written."""
    keys = [one.key for one in posts if one.key]
    may_be = len(set(keys)) == len(keys) and not any(one.again for one in posts)
    drafted = workflow.draft_new(session, [one.given for one in posts]) if may_be else None
    if drafted is None:
        return None
    claims, draft = drafted
    answers = [_answer(done, one.earlier) for done, one in zip(draft.submitted, posts, strict=True)]
    kept = [(one.key, one.fingerprint, answer) for one, answer in zip(posts, answers, strict=True) if one.key]
    counted = _counted(dict(enumerate(one.given for one in posts)))
    spent = [quotas.spending(account, len(numbers)) for account, numbers in counted.items()]
    if not write_new(session, [idempotency.keeping(kept), *spent, claims]):
        return None
    workflow.finish(session, draft)
    return answers


def _answer_any(session: Session, posts: Sequence[Post]) -> list[Answer | Exception]:
    """Whatever has come before, or comes twice."""
    first: dict[Name, Post] = {}
    for one in posts:
        if one.key:
            first.setdefault(one.key, one)
    taken = idempotency.take_all(session, {key: one.fingerprint for key, one in first.items()})
    todo = [
        n
        for n, one in enumerate(posts)
        if one.key is None
        or (one is first[one.key] and taken[one.key].answer is None and taken[one.key].fingerprint == one.fingerprint)
    ]
    refused = _beyond_quota(session, {n: posts[n].given for n in todo})
    todo = [n for n in todo if n not in refused]
    submitted = workflow.submit_all(session, [posts[n].given for n in todo])
    answers = {n: _answer(one, posts[n].earlier) for n, one in zip(todo, submitted, strict=True)}
    kept = [(key, posts[n].fingerprint, answer) for n, answer in answers.items() if (key := posts[n].key)]
    idempotency.give_back(session, [key for n in refused if (key := posts[n].key)])
    idempotency.keep_all(session, kept)
    known = {key: row.answer for key, row in taken.items()} | {key: a._replace(replayed=True) for key, _, a in kept}
    return [answers.get(n) or refused.get(n) or _known_answer(one, taken, known) for n, one in enumerate(posts)]


def comes_again(session: Session, one: Post) -> bool:
    """Whether a request under its key was answered."""
    return one.key is not None and idempotency.is_taken(session, one.key)


def has_room(session: Session, one: Post) -> bool:
    """Whether its quota will take it, as far as can be told beforehand."""
    account = one.given.account
    return account is None or one.given.claim.test or quotas.has_room(session, account)


def _beyond_quota(session: Session, todo: Mapping[int, Given]) -> dict[int, Problem]:
    """Those that their quotas leave no room for: the last ones."""
    refused: dict[int, Problem] = {}
    for account, wanted in _counted(todo).items():
        allowed = quotas.spend(session, account, len(wanted))
        refused.update({n: quotas.used_up() for n in wanted[allowed:]})
    return refused


def _counted(todo: Mapping[int, Given]) -> dict[Account, list[int]]:
    """Which ones each account counts: in one order, for other processes lock accounts, too. What is only a try counts nowhere."""
    counted: dict[Account, list[int]] = defaultdict(list)
    for n, given in todo.items():
        if given.account and not given.claim.test:
            counted[given.account].append(n)
    return {account: counted[account] for account in sorted(counted, key=lambda one: one.key_id)}


def _known_answer(one: Post, taken: Mapping[Name, Taken], known: Mapping[Name, Answer | None]) -> Answer | Exception:
    """What another request under the same key was answered: the first answer if the request is the same."""
    if one.key is None or taken[one.key].fingerprint != one.fingerprint:
        return idempotency.reused()
    return known[one.key] or quotas.used_up()  # the first one under this key was beyond the quota


def _answer(submitted: Submitted, earlier: list[MatchOut] | None) -> Answer:
    receipt_url = f"{service.settings.public_base_url}/receipts/{submitted.receipt_token}"
    out = queries.describe_submitted(submitted, receipt_url, earlier)
    return Answer(201 if submitted.is_new else 200, out.model_dump_json().encode() + b"\n", out.url)


post = Together(transaction, answer_all)
