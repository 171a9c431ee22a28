"""Figures for Prometheus at `/metrics`: requests as they are answered, the outbox as it stands when asked."""

import time
from collections.abc import Iterator
from typing import Any

from flask import Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func
from sqlmodel import col, select

from shared.clock import now
from shared.outbox import late
from shared.service import Service

MOST_COUNTED = 10_000
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class Metrics:
    """One app's figures, in a registry of its own."""

    def __init__(self, service: Service[Any]) -> None:
        self._service = service
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "factdesk_http_request_duration_seconds",
            "Time from a request's arrival to its answer.",
            ("service", "method", "route", "status"),
            registry=self._registry,
        )
        self._by_kind: dict[tuple[str, str, int], Histogram] = {}  # to look one up there costs as much as to count
        self._registry.register(self)

    def observe(self, response: Response) -> Response:
        """After each request."""
        rule, method = request.url_rule, request.method
        route = rule.rule if rule else "none"
        self.count(
            method if method in METHODS else "other", route, response.status_code, time.perf_counter() - g.started
        )
        return response

    def count(self, method: str, route: str, status: int, took: float) -> None:
        """A request that was answered, and the seconds that it took."""
        kind = (method, route, status)
        if kind not in self._by_kind:
            self._by_kind[kind] = self._requests.labels(self._service.name, *kind)
        self._by_kind[kind].observe(took)

    def show(self) -> Response:
        """The page that Prometheus reads."""
        return Response(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The outbox's state, asked of the database at each scrape."""
        outbox = self._service.outbox
        with self._service.reading() as session:
            waiting = session.exec(
                select(col(outbox.queue), func.count(), func.min(col(outbox.written_at)))
                .where(
                    col(outbox.due_at).is_not(None), col(outbox.written_at) <= now()
                )  # not what is ordered for later
                .group_by(col(outbox.queue))
            ).all()
            late_count, _ = late(session, outbox, MOST_COUNTED)
            parked = session.exec(select(func.count()).where(col(outbox.parked_at).is_not(None))).one()
        pending = GaugeMetricFamily("factdesk_outbox_pending", "Messages without an acknowledgement.", labels=["queue"])
        oldest = GaugeMetricFamily("factdesk_outbox_oldest_age_seconds", "Age of the oldest of them.", labels=["queue"])
        for queue, count, since in waiting:
            pending.add_metric([queue], count)
            oldest.add_metric([queue], (now() - since).total_seconds())
        yield pending
        yield oldest
        yield GaugeMetricFamily("factdesk_outbox_late", "Messages sent five times or more in vain.", value=late_count)
        yield GaugeMetricFamily("factdesk_outbox_parked", "Messages given up on; replay them.", value=parked)

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing in advance: otherwise the registry would ask the database while the app is being made."""
        return []
