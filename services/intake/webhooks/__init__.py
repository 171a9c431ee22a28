"""Newsrooms' systems are told what became of claims, by signed webhooks (Standard Webhooks 1.0).

`events` what is told, with the change · `fanning` who is told · `sending` one try · `health` what an endpoint's answers
lead to · `signatures` · `endpoints` what newsrooms do with them · `reading` what they see of it · `errands` what is done
after a commit · `tidying`.
"""

from services.intake.webhooks.endpoints import (
    add_endpoint,
    change_endpoint,
    list_all,
    list_endpoints,
    own_endpoint,
    ping,
    remove_endpoint,
    replay,
    rotate_secret,
)
from services.intake.webhooks.events import Standing, tell_change, tell_delayed
from services.intake.webhooks.fanning import release, send_on
from services.intake.webhooks.health import Outcome
from services.intake.webhooks.reading import describe_delivery, describe_endpoint, get_delivery, list_deliveries
from services.intake.webhooks.sending import Sending, begin_all, finish_all
from services.intake.webhooks.tidying import tidy
from services.intake.webhooks.trying import attempt, check_address

__all__ = [
    "Outcome",
    "Sending",
    "Standing",
    "add_endpoint",
    "attempt",
    "begin_all",
    "change_endpoint",
    "check_address",
    "describe_delivery",
    "describe_endpoint",
    "finish_all",
    "get_delivery",
    "list_all",
    "list_deliveries",
    "list_endpoints",
    "own_endpoint",
    "ping",
    "release",
    "remove_endpoint",
    "replay",
    "rotate_secret",
    "send_on",
    "tell_change",
    "tell_delayed",
    "tidy",
]
