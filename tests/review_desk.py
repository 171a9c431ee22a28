"""What several tests of review speak of."""

from datetime import UTC, datetime

from services.review.schemas import CheckIn

NOON = datetime(2026, 1, 27, 12, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
VERDICT = CheckIn(
    rating="false", headline="It was one day", summary="The log shows one.", text="The **log** shows one."
)
