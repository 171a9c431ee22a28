"""Webhook endpoints: addresses of yours that are told of events (Standard Webhooks 1.0)."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from factdesk.given import written
from factdesk.pages import Pages
from factdesk.reading import read
from factdesk.records import Delivery, Endpoint
from factdesk.wire import Ask, Wire

DOOR = "/v1/webhook-endpoints"
JSON = {"Content-Type": "application/json"}


class Webhooks:
    """The endpoints of the key's newsroom. Needs a key with the scopes webhooks:read and webhooks:write."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def create(
        self, url: str, *, events: Sequence[str] = (), about: str | None = None, description: str | None = None
    ) -> Endpoint:
        """Add an endpoint. Its `secret` is told once. No events named: all that there are.

        `about` is own_claims (as usual) or all_verdicts. Not repeated if no answer comes: look at `list` then.
        """
        given = {"url": url, "events": list(events), "about": about, "description": description}
        return self._endpoint("POST", DOOR, {name: value for name, value in given.items() if value})

    def list(self) -> tuple[Endpoint, ...]:
        """Your endpoints, the oldest first."""
        return tuple(
            Pages(lambda _: self._wire.ask(Ask("GET", DOOR, is_door=True)).json(), lambda a, _: read(Endpoint, a), None)
        )

    def show(self, endpoint_id: str) -> Endpoint:
        """One endpoint. Raises NotFound."""
        return self._endpoint("GET", _path(endpoint_id))

    def change(self, endpoint_id: str, **fields: Any) -> Endpoint:
        """Change what is named: url, description, events, enabled. Raises NotFound."""
        return self._endpoint("PATCH", _path(endpoint_id), fields)

    def rotate_secret(self, endpoint_id: str) -> Endpoint:
        """Change the secret. The new one is told once; the one before signs along for a while. Raises NotFound."""
        return self._endpoint("POST", _path(endpoint_id, "rotate-secret"))

    def delete(self, endpoint_id: str) -> None:
        """Delete an endpoint. Raises NotFound."""
        self._wire.ask(Ask("DELETE", _path(endpoint_id)))

    def test(self, endpoint_id: str) -> Delivery:
        """Send a `test.ping`. Raises NotFound."""
        return self._delivery("POST", _path(endpoint_id, "test"))

    def deliveries(
        self, endpoint_id: str, *, status: str | None = None, cursor: str | None = None, page: int = 50
    ) -> Pages[Delivery]:
        """What was delivered, is being delivered or could not be, the newest first. `status` is waiting, held, delivered or
        given_up. Raises NotFound, when it is read."""

        def ask(place: str | None) -> Any:
            query = {"limit": page, "status": status, "cursor": place}
            chosen = {name: value for name, value in query.items() if value is not None}
            return self._wire.ask(Ask("GET", _path(endpoint_id, "deliveries"), chosen)).json()

        return Pages(ask, lambda one, _: read(Delivery, one), cursor)

    def delivery(self, endpoint_id: str, delivery_id: str) -> Delivery:
        """One delivery; its `raw` has what is sent and what was answered. Raises NotFound."""
        return self._delivery("GET", _path(endpoint_id, "deliveries", delivery_id))

    def replay(self, endpoint_id: str, delivery_id: str) -> Delivery:
        """Send a delivery again, with the same `webhook-id`. Raises NotFound or, if it is on its way, Conflict."""
        return self._delivery("POST", _path(endpoint_id, "deliveries", delivery_id, "replay"))

    def _endpoint(self, method: str, path: str, body: dict[str, Any] | None = None) -> Endpoint:
        return read(Endpoint, self._json(method, path, body))

    def _delivery(self, method: str, path: str) -> Delivery:
        return read(Delivery, self._json(method, path, None))

    def _json(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        if body is None:
            return self._wire.ask(Ask(method, path)).json()
        return self._wire.ask(Ask(method, path, body=written(body), headers=JSON, is_door=path == DOOR)).json()


def _path(*parts: str) -> str:
    return "/".join((DOOR, *(quote(part, safe="") for part in parts)))
