"""How often somebody may have something searched for: it costs more than a page that lies there."""

from flask import request

from services.publish.service import service
from shared.rates import Rates

_rates = Rates()


def spend() -> None:
    """Count a search of whoever asks. Raises TooManyRequests."""
    _rates.spend(request.remote_addr or "", service.settings.searches_per_minute)
