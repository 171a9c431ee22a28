"""Signing in by the newsroom's own provider (OpenID Connect): the code flow with PKCE, state and nonce, by Authlib.

The provider's documents and keys are fetched when somebody first signs in, with a limit in seconds. State, nonce and PKCE's
verifier stand in the browser's signed cookie.
"""

import logging
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, current_app, redirect
from flask import session as cookie
from flask.typing import ResponseReturnValue
from joserfc.errors import JoseError
from requests import RequestException

from services.review.auth.sessions import open_session
from services.review.service import service, transaction
from services.review.settings import Settings
from services.review.workflow.identities import Told, recognise, role_of
from shared.errors import Problem, Unauthenticated, Unavailable

log = logging.getLogger(__name__)

TIMEOUT = 10  # seconds for each of the provider's answers
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
AWAY = "The newsroom's sign-in can't be reached just now. Sign in by your password, or try again in a minute."
NOT_DONE = "The newsroom's sign-in did not come to its end. Try again."


def start_provider(app: Flask, settings: Settings) -> None:
    """Make the provider known to the app, if one is set."""
    if not settings.oidc_issuer:
        return
    app.extensions["provider"] = OAuth(app).register(
        "newsroom",
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.oidc_scopes,
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
        },
    )


def provider_name() -> str | None:
    """What the newsroom's sign-in is called; None if there is none."""
    return service.settings.oidc_name if service.settings.oidc_issuer else None


def go_to_provider(back: str) -> ResponseReturnValue:
    """Send the browser to the provider; afterwards it goes `back` to a page of ours. Raises Unavailable."""
    try:
        answer: ResponseReturnValue = _client().authorize_redirect(_return_address())
    except (RequestException, AuthlibBaseError, ValueError, KeyError) as error:
        log.warning("the provider can't be asked: %s", type(error).__name__)
        raise Unavailable(AWAY, retry_after=60) from error
    cookie["provider_next"] = back
    return answer


def come_from_provider() -> ResponseReturnValue:
    """Open a session for whom the provider's answer is about. Raises Unauthenticated, Forbidden or Unavailable."""
    back = str(cookie.get("provider_next", "/"))
    claims = _claims()
    settings = service.settings
    groups = claims.get(settings.oidc_role_claim, []) if settings.oidc_role_claim else []
    told = Told(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")).strip().casefold(),
        is_verified=claims.get("email_verified") is True,
        name=str(claims.get("name") or claims.get("email", "")).strip()[:100],
        role=role_of([groups] if isinstance(groups, str) else groups, settings.oidc_roles),
        has_groups=bool(settings.oidc_role_claim),
    )
    try:
        with transaction() as session:
            open_session(session, recognise(session, told, settings.oidc_domains), "provider")
    except Problem as problem:
        log.warning("whom the provider let in was refused: %s", problem.title)
        raise
    return redirect(back)


def _claims() -> dict[str, Any]:
    """What the provider says, once it was seen that it says it: signature, issuer, audience, nonce, time."""
    try:
        token = _client().authorize_access_token()
    except RequestException as error:
        log.warning("the provider can't be asked: %s", type(error).__name__)
        raise Unavailable(AWAY, retry_after=60) from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
        log.warning("the provider's answer does not hold: %s", type(error).__name__)
        raise Unauthenticated(NOT_DONE) from error
    found = token.get("userinfo")
    if not found or found.get("iss") != service.settings.oidc_issuer:
        log.warning("the provider's answer does not hold: not the issuer that is set")
        raise Unauthenticated(NOT_DONE)
    return dict(found)


def _client() -> FlaskOAuth2App:
    client: FlaskOAuth2App = current_app.extensions["provider"]
    metadata = client.load_server_metadata()
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
    return client


def _return_address() -> str:
    return service.settings.public_base_url.rstrip("/") + "/sign-in/provider/back"
