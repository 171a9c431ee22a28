"""Messages of other systems, such as a messaging platform's bot, as claims: by a mapping, without code for any platform.

Platforms send again what was not answered with 200, and send much that is no claim. So a message is taken in once by its
`external_id`, and what holds no text is passed over. Who wrote a message is not stored: no field takes it.
"""

import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select
from werkzeug.datastructures import Headers

from services.intake import inbound_log, posting
from services.intake.auth import account_of
from services.intake.idempotency import Answer, Name
from services.intake.inbound_log import LONGEST_BEGINNING, Became
from services.intake.models import InboundHook, Newsroom
from services.intake.posting import Post
from services.intake.quotas import Account
from services.intake.schemas import ClaimIn, InboundHookIn, InboundHookOut, InboundOut, InboundRefusedOut
from services.intake.service import service
from services.intake.workflow import Given
from shared import pressing
from shared.clock import new_id, now
from shared.errors import NotAllowed, NotFound, Problem, Unauthenticated
from shared.outbox import Trace
from shared.web import validated

MOST_HOOKS = 50  # of one newsroom
MOST_MESSAGES = 1_000  # in one request
MILLISECONDS = 1e11  # from here on a number is one of thousandths: as seconds it would lie three thousand years ahead


class Read(NamedTuple):
    """A message as a claim, and its name at its sender; or why it is none. Neither: there is no text in it."""

    claim: ClaimIn | None = None
    external_id: str | None = None
    refused: str | None = None
    beginning: str | None = None
    holds: str = ""  # the names of what it holds instead of text


def add_hook(
    session: Session, found: InboundHookIn, newsroom_id: UUID, seed: bytes | None = None
) -> tuple[InboundHook, str]:
    """A new address, and its token. What was made from this `seed` a moment ago is that address. Raises NotAllowed when the
    newsroom has as many as it may have, or the seed was used long ago."""
    session.get_one(Newsroom, newsroom_id, with_for_update=True)  # so that two at once are counted
    seed = seed or secrets.token_bytes(32)
    mine = list_hooks(session, newsroom_id)
    if made := next((one for one in mine if one.token_hash == _digest(_token_of(one.id, seed))), None):
        pressing.refuse_later(made.made_at)
        return made, _token_of(made.id, seed)
    if len(mine) >= MOST_HOOKS:
        raise NotAllowed(f"A newsroom may have {MOST_HOOKS} inbound hooks. Delete one first.")
    hook_id = new_id()
    token = _token_of(hook_id, seed)
    hook = InboundHook(id=hook_id, newsroom_id=newsroom_id, token_hash=_digest(token), **found.model_dump())
    session.add(hook)
    session.flush()
    return hook, token


def _token_of(hook_id: UUID, seed: bytes) -> str:
    """Of this address alone: a form that is sent again after its address was removed brings no old token back."""
    return urlsafe_b64encode(hmac.digest(seed, hook_id.bytes, "sha256")).decode().rstrip("=")


def list_hooks(session: Session, newsroom_id: UUID) -> list[InboundHook]:
    """A newsroom's addresses, the oldest first."""
    mine = select(InboundHook).where(InboundHook.newsroom_id == newsroom_id).order_by(col(InboundHook.id))
    return list(session.exec(mine).all())


def remove_hook(session: Session, hook_id: UUID, newsroom_id: UUID) -> None:
    """Take nothing more there. Raises NotFound."""
    hook = session.get(InboundHook, hook_id, with_for_update=True)
    if hook is None or hook.newsroom_id != newsroom_id:
        raise NotFound("You have no inbound hook with this id.")
    inbound_log.forget(session, hook_id)
    session.delete(hook)


def get_hook(session: Session, hook_id: UUID, newsroom_id: UUID) -> InboundHook:
    """A newsroom's own address. Raises NotFound."""
    hook = session.get(InboundHook, hook_id)
    if hook is None or hook.newsroom_id != newsroom_id:
        raise NotFound("You have no inbound hook with this id.")
    return hook


def note_refused(session: Session, hook_id: UUID, problem: Problem) -> None:
    """A whole request was refused, though its sender showed the token: nothing in it could be read."""
    if hook := session.get(InboundHook, hook_id, with_for_update=True):
        hook.used_at, hook.error = now(), problem.detail
        inbound_log.note(session, hook_id, [Became("refused", detail=problem.detail)])


def describe(hook: InboundHook) -> InboundHookOut:
    """An address as its newsroom sees it."""
    url = f"{service.settings.public_base_url}/v1/inbound/{hook.id}"
    return InboundHookOut(**hook.model_dump(include=set(InboundHookOut.model_fields)), url=url)


def open_hook(session: Session, hook_id: UUID, headers: Headers) -> InboundHook:
    """The address, if the sender shows its token. Raises NotFound or Unauthenticated."""
    hook = session.get(InboundHook, hook_id)
    if hook is None:
        raise NotFound("There is no inbound hook at this address.")
    given = headers.get(hook.header, "")
    if hook.header.lower() == "authorization":
        given = given.partition(" ")[2]
    if not hmac.compare_digest(hook.token_hash, _digest(given.strip())):
        raise Unauthenticated(f"Send this hook's token in the header {hook.header}.")
    return hook


def read_all(hook: InboundHook, body: Any) -> list[Read]:
    """The messages in a body; where there is none, what the body holds instead. Raises NotAllowed for more than are taken at
    once."""
    messages = list(_at(body, hook.each)) if hook.each else [body]
    if not messages:
        return [Read(holds=inbound_log.names_in(body))]
    if len(messages) > MOST_MESSAGES:
        raise NotAllowed(f"There are more than {MOST_MESSAGES:,} messages in one request.")
    return [_read(hook, one) for one in messages]


def take_in(session: Session, hook_id: UUID, messages: list[Read]) -> InboundOut:
    """Submit messages, each once. Raises NotFound if the address was removed meanwhile, Forbidden if the newsroom
    has no key any more that may submit."""
    hook = session.get(InboundHook, hook_id, with_for_update=True)
    if hook is None:
        raise NotFound("There is no inbound hook at this address.")
    newsroom = session.get_one(Newsroom, hook.newsroom_id)
    numbers = [n for n, one in enumerate(messages) if one.claim]
    account = account_of(session, newsroom.id)
    posts = [_post(hook, newsroom, account, messages[n]) for n in numbers]
    outcomes = dict(zip(numbers, posting.answer_all(session, posts), strict=True))
    wrong = {n: one.refused for n, one in enumerate(messages) if one.refused}
    wrong |= {n: one.detail for n, one in outcomes.items() if isinstance(one, Problem)}
    refused = [InboundRefusedOut(message=n + 1, detail=str(wrong[n])) for n in sorted(wrong)]
    out = InboundOut(
        taken=sum(isinstance(one, Answer) and not one.replayed for one in outcomes.values()),
        passed_over=sum(not one.claim and not one.refused for one in messages),
        refused=refused,
    )
    hook.used_at, hook.error = now(), refused[-1].detail if refused else hook.error
    hook.taken += out.taken
    hook.passed_over += out.passed_over
    inbound_log.note(session, hook_id, [_became(one, outcomes.get(n), wrong.get(n)) for n, one in enumerate(messages)])
    return out


def _became(message: Read, outcome: Answer | Problem | Exception | None, wrong: str | None) -> Became:
    if wrong is not None:
        beginning = message.claim.text[:LONGEST_BEGINNING] if message.claim else message.beginning
        return Became("refused", message.external_id, detail=wrong, beginning=beginning)
    if isinstance(outcome, Answer):
        claim_id = UUID(json.loads(outcome.body)["id"])
        return Became("again" if outcome.replayed else "taken", message.external_id, claim_id)
    return Became("passed_over", message.external_id, detail=f"No text. It holds: {message.holds or 'nothing'}")


def _post(hook: InboundHook, newsroom: Newsroom, account: Account, message: Read) -> Post:
    claim: Any = message.claim
    given = Given(claim, newsroom.id, newsroom.name, None, Trace.here(), account)
    if message.external_id is None:
        return Post(given)
    # with a space: no client's own key has one; the same message may be written another way when it comes again
    return Post(given, Name(newsroom.id, f"hook {hook.id} {_digest(message.external_id)}"), str(hook.id))


def _read(hook: InboundHook, message: Any) -> Read:
    fields: dict[str, Any] = {}
    for path, field in hook.mapping.items():
        value = next((found for one in path.split("|") for found in _at(message, one) if found not in (None, "")), None)
        if field == "claimed_at" and value is not None:
            fields[field] = _moment(value)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            _put(fields, field, str(value).strip())
    if not fields.get("text"):
        return Read(external_id=fields.get("external_id"), holds=inbound_log.names_in(message))
    try:
        claim = validated(ClaimIn, fields | ({"test": True} if hook.test else {}))
    except Problem as problem:
        return Read(None, fields.get("external_id"), problem.detail, fields["text"][:LONGEST_BEGINNING])
    return Read(claim, claim.external_id)


def _put(fields: dict[str, Any], field: str, value: str) -> None:
    name, _, rest = field.partition(".")
    if not rest:
        fields[name] = value
    elif name == "appearances":
        fields[name] = [{"url": value}]
    else:
        fields.setdefault(name, {})[rest] = value


def _at(body: Any, path: str) -> Iterator[Any]:
    """What stands at a path; with `*` more than one thing may."""
    found = [body]
    for step in path.split("."):
        found = [inner for one in found for inner in _step(one, step)]
    yield from found


def _step(one: Any, step: str) -> list[Any]:
    if step == "*":
        return one if isinstance(one, list) else []
    if isinstance(one, dict) and step in one:
        return [one[step]]
    if isinstance(one, list) and step.isdecimal() and int(step) < len(one):
        return [one[int(step)]]
    return []


def _moment(value: Any) -> Any:
    """A time as platforms write it: seconds since 1970, or thousandths of them, or RFC 3339. What is none is left as it is."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return value
    try:
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1_000 if seconds >= MILLISECONDS else seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return value.strip() if isinstance(value, str) else value


def _digest(words: str) -> str:
    return sha256(words.encode("utf-8", "replace")).hexdigest()
