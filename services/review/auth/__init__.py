"""Who is asking: people by a session of their browser, or by a personal token.

The signed cookie holds only a random id; the table of sign-ins says whether it still holds, and the person's row what
they may do, at each request. So signing out, revoking and a change of roles take effect at once.
"""

from sqlmodel import Session

from services.review.auth.guessing import tidy_failures
from services.review.auth.passkeys import new_challenge, sign_in_by_passkey, site, take_challenge, tidy_passkeys
from services.review.auth.provider import come_from_provider, go_to_provider, provider_name, start_provider
from services.review.auth.sessions import (
    IDLE,
    WAITS_FOR,
    WRONG,
    WRONG_CODE,
    ask_password_link,
    confirm_self,
    current_person,
    current_sign_in,
    lacks_factor,
    note_way,
    open_again,
    open_session,
    pass_code,
    revoke_sign_ins,
    seed_of_press,
    sign_in,
    sign_out,
    tidy_sessions,
    waiting_session,
)
from services.review.auth.tokens import make_token, revoke_token, token_owner

__all__ = [
    "IDLE",
    "WAITS_FOR",
    "WRONG",
    "WRONG_CODE",
    "ask_password_link",
    "come_from_provider",
    "confirm_self",
    "current_person",
    "current_sign_in",
    "go_to_provider",
    "lacks_factor",
    "make_token",
    "new_challenge",
    "note_way",
    "open_again",
    "open_session",
    "pass_code",
    "provider_name",
    "revoke_sign_ins",
    "revoke_token",
    "seed_of_press",
    "sign_in",
    "sign_in_by_passkey",
    "sign_out",
    "site",
    "start_provider",
    "take_challenge",
    "tidy",
    "token_owner",
    "waiting_session",
]


def tidy(session: Session) -> None:
    """Forget sessions that ended long ago and wrong tries that no longer count."""
    tidy_sessions(session)
    tidy_failures(session)
    tidy_passkeys(session)
