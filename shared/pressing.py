"""Buttons that make something and show its secret, once: who presses one twice, as by a double click, has made one and sees
its secret.

A browser shows what the second press brings, and no secret is kept in readable form to be shown by it. So a secret that is made by
a form is derived, by the services' secret key, from what was sent: the second press derives the same one, and finds by it what the
first has made. What was sent holds the form's token, which is signed, and of this browser and the second at which the form was
shown. A secret is shown again for two minutes, in the same session alone; after that, it is said that it was made.
"""

import hmac
import json
from datetime import datetime, timedelta
from uuid import UUID

from flask import request

from shared.clock import now
from shared.errors import NotAllowed

AGAIN_FOR = timedelta(minutes=2)


def seed_of(secret_key: str, session_id: UUID) -> bytes:
    """32 bytes that nobody else can tell, the same for the same words from the same showing of a form in this session. Who goes
    back and writes something else makes something else."""
    sent = json.dumps([str(session_id), request.path, *request.form.items(multi=True)]).encode()
    return hmac.digest(secret_key.encode(), b"made by a form: " + sent, "sha256")


def refuse_later(made_at: datetime, gone_at: datetime | None = None) -> None:
    """Raises NotAllowed unless what an earlier press has made was made a moment ago, and is still in use."""
    if gone_at is not None or made_at < now() - AGAIN_FOR:
        raise NotAllowed(
            "This form has made it already, and its secret is not shown again. Open the page anew to make another."
        )
