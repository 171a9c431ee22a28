"""Forms that anybody may send, without an account: what keeps programs out, and makes a form that was sent twice count once.

A field that people leave empty, and a signed text of the time at which the form was shown. No cookie is needed: other sites can
send such a form only as often as anybody can.
"""

import secrets

from itsdangerous import BadSignature, TimestampSigner

QUICKEST = 2  # seconds between seeing a form and sending it
OLDEST = 24 * 3600


class Suspect(ValueError):
    """A form was not sent as people send it; `why` is "robot", "old" or "quick"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class OpenForm:
    """One form; what was signed for another does not hold."""

    def __init__(self, secret_key: str, purpose: str) -> None:
        self._signer = TimestampSigner(secret_key, salt=purpose)

    def show(self) -> str:
        """What the form carries along: a name for this showing of it, the time, and their signature."""
        return self._signer.sign(secrets.token_urlsafe(16)).decode()

    def read(self, carried: str, left_empty: str) -> str:
        """The name of the showing that a sent form comes from. Raises Suspect."""
        if left_empty:
            raise Suspect("robot")
        try:
            name, shown = self._signer.unsign(carried, max_age=OLDEST, return_timestamp=True)
        except BadSignature:
            raise Suspect("old") from None
        if self._signer.get_timestamp() - int(shown.timestamp()) < QUICKEST:
            raise Suspect("quick")
        return name.decode()
