"""One desk, as a newsroom's system speaks to it."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Self, Unpack
from urllib.parse import quote
from uuid import uuid4

from factdesk import batches
from factdesk.batches import MOST_LINES, Given
from factdesk.given import ClaimFields, written
from factdesk.pages import Pages
from factdesk.patience import Patience
from factdesk.reading import read
from factdesk.records import Change, Claim, EarlierCheck, Key, Match, Result, Story, Submitted
from factdesk.webhooks import Webhooks
from factdesk.wire import Answer, Ask, Wire

LONGEST_QUERY = 1_000  # characters, which an address holds in any script


class Client:
    """A desk's intake at `base_url`, asked with an API key.

    What can be repeated safely is: `timeout` is the most seconds to wait for a sign of life in one try, `patience` how
    long to go on trying. Every method may raise NotAnswered, UnexpectedAnswer and Problem. For one thread at a time;
    close it, or use it with `with`.
    """

    def __init__(
        self, base_url: str, api_key: str, timeout: float = 30.0, patience: Patience | float | None = None
    ) -> None:
        if not isinstance(patience, Patience):
            patience = Patience() if patience is None else Patience(seconds=patience)
        self._wire = Wire(base_url, api_key, timeout, patience)
        self.webhooks = Webhooks(self._wire)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Client({self._wire.base_url!r})"

    @property
    def base_url(self) -> str:
        """Where the desk is."""
        return self._wire.base_url

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def submit(self, text: str, *, key: str | None = None, **fields: Unpack[ClaimFields]) -> Submitted:
        """Submit a claim. Its fields are those of `POST /v1/claims`.

        It is taken in once, however often it has to be sent. `key` is the idempotency key; with one of your own a later call
        with the same claim gets the first answer. Raises Invalid, whose `errors` name the fields.
        """
        answer = self._post("/v1/claims", written({"text": text, **fields}), key)
        submitted = read(Submitted, answer.json())
        return replace(
            submitted, is_new=answer.status == 201, is_replayed=answer.headers.get("Idempotent-Replayed") == "true"
        )

    def submit_many(
        self, claims: Iterable[Given], *, key: str | None = None, most: int = MOST_LINES
    ) -> Iterator[Result]:
        """Submit claims of any number: mappings with the fields of `submit`, or texts. Gives each one's result, in order, as
        it comes. A claim that does not hold stops no other.

        Claims are read as they are sent, `most` (up to 10,000) in one request. With a `key` of your own the same claims may
        be sent again in the same order: what was taken in is not taken in twice.
        """
        if not 1 <= most <= MOST_LINES:
            raise ValueError(f"most has to be 1 to {MOST_LINES:,}")
        return batches.submit_many(self._wire, claims, key, most)

    def submit_batch(self, claims: Sequence[Given | None], *, key: str | None = None) -> Iterator[Result]:
        """Submit up to 10,000 claims in one request. With a `key`, a claim's own key is that and its place; None in a
        place passes over it, so that the others keep theirs."""
        return batches.submit_batch(self._wire, claims, key)

    def judge(self, claims: Iterable[Given], *, most: int = MOST_LINES) -> Iterator[Result]:
        """What the desk would say to claims of any number, which it takes in none of: `ok` is each one that holds. Raises
        NotOffered on a desk that can't tell."""
        return batches.judge(self._wire, claims, most)

    def status(self, claim_id: str, known: Claim | None = None) -> Claim:
        """What became of a claim of yours. Raises NotFound. `known`, from an earlier call, is given back if nothing changed."""
        headers = {"If-None-Match": known.etag} if known and known.etag else {}
        answer = self._wire.ask(Ask("GET", f"/v1/claims/{quote(claim_id, safe='')}", headers=headers))
        if known and answer.status == 304:
            return known
        return replace(read(Claim, answer.json()), etag=answer.headers.get("ETag"))

    def claims(
        self,
        state: str | None = None,
        since: datetime | str | None = None,
        *,
        external_id: str | None = None,
        cursor: str | None = None,
        page: int = 50,
    ) -> Pages[Claim]:
        """Your claims: the newest first or, with `since`, those that changed from then on, what changed first first; or those that
        you sent under a name of your own. Asked for page by page (of up to 200) as they are read."""

        def ask(place: str | None) -> Any:
            moment = since.isoformat() if isinstance(since, datetime) else since
            return self._get("/v1/claims", limit=page, state=state, since=moment, external_id=external_id, cursor=place)

        return Pages(ask, lambda one, _: read(Claim, one), cursor)

    def changes(self, cursor: str | None = None, *, page: int = 50) -> Pages[Change]:
        """Every change since a cursor, the oldest first, withdrawals included; from the first without one.

        Keep the iterator's `cursor` once you have read to the end, and begin with it next time: nothing is left out. Raises
        Gone where the desk was put back to an older state, which does not know the cursor (begin anew, without one), and NotOffered
        on a desk that has no such list.
        """
        return Pages(
            lambda place: self._get("/v1/changes", cursor=place, limit=page),
            lambda one, place: replace(read(Change, one), cursor=place),
            cursor,
        )

    def me(self) -> Key:
        """Whose key this is, what it may do and what it has left."""
        return read(Key, self._get("/v1/me"))

    def match(
        self,
        text: str,
        *,
        speaker: str | None = None,
        context: str | None = None,
        language: str | None = None,
        most: int = 10,
    ) -> tuple[Match, ...]:
        """Has this been checked? Claims of the desk and fact-checks that were published before, if they may say the same: the
        likeliest first, up to 50. Who said it, and what was said around it, help to find it. Raises NotOffered on a desk that
        can't tell."""
        asked = {"text": text, "speaker": speaker, "context": context, "language": language, "limit": most}
        if max(len(text), len(context or "")) <= LONGEST_QUERY:
            return self._matches("/v1/match", **asked)
        body = json.dumps({name: value for name, value in asked.items() if value is not None}).encode()
        found = self._post("/v1/match", body, None).json()
        return tuple(Pages(lambda _: found, lambda one, _: read(Match, one), None))

    def earlier_of(self, claim_id: str, *, most: int = 10) -> tuple[Match, ...]:
        """The same for a claim of yours. Raises NotFound."""
        return self._matches(f"/v1/claims/{quote(claim_id, safe='')}/earlier", limit=most)

    def earlier_checks(
        self, words: str | None = None, *, cursor: str | None = None, page: int = 50
    ) -> Pages[EarlierCheck]:
        """Fact-checks that were published before and hold these words, the closest first; without words, those that the desk took
        in last. Asked for page by page (of up to 200) as they are read. If none holds all of the words, they are those that hold
        some. Raises NotOffered on a desk that has none."""

        def ask(place: str | None) -> Any:
            return self._get("/v1/earlier-checks", q=words, limit=page, cursor=place)

        return Pages(ask, lambda one, _: read(EarlierCheck, one), cursor)

    def story(self, item: Mapping[str, Any] | str | bytes, *, key: str | None = None) -> Story:
        """Send a story: an ninjs item or the desk's own plain fields as a mapping, or a NewsML-G2 document as text. Raises
        NotOffered on a desk that takes none."""
        if isinstance(item, Mapping):
            return read(Story, self._post("/v1/stories", written(item), key).json())
        document = item.encode() if isinstance(item, str) else item
        return read(Story, self._post("/v1/stories", document, key, "application/xml").json())

    def _matches(self, path: str, **asked: str | int | None) -> tuple[Match, ...]:
        return tuple(Pages(lambda _: self._get(path, **asked), lambda one, _: read(Match, one), None))

    def _get(self, path: str, **query: str | int | None) -> Any:
        chosen = {name: value for name, value in query.items() if value is not None}
        return self._wire.ask(Ask("GET", path, chosen, is_door=True)).json()

    def _post(self, path: str, body: bytes, key: str | None, kind: str = "application/json") -> Answer:
        headers = {"Content-Type": kind, "Idempotency-Key": key or str(uuid4())}
        return self._wire.ask(Ask("POST", path, body=body, headers=headers, is_door=True))
