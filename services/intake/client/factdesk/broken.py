"""What went wrong on the way to the desk, in words: libraries tell it by the names of their exceptions."""

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProtocolError

NO_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION")


def words_of(error: BaseException) -> str:
    """Why no answer came."""
    if isinstance(error, requests.Timeout):
        return "it took too long"
    causes = list(_causes(error))
    if any(isinstance(one, ssl.SSLError) and one.reason in NO_TLS for one in causes):
        return "it does not speak https there, or not as it is spoken here"
    for kind, words in (
        (NameResolutionError, "its name is not known, or names can't be looked up from here"),
        (ConnectionRefusedError, "nothing takes connections there"),
        ((ProtocolError, ConnectionError), "the connection broke off"),
    ):
        if any(isinstance(one, kind) for one in causes):
            return words
    return str(causes[-1]).rsplit(": ", 1)[-1] or type(error).__name__


def is_never_sent(error: BaseException) -> bool:
    """Whether no connection came about."""
    kinds = (requests.exceptions.ConnectTimeout, NewConnectionError)
    return any(isinstance(one, kinds) for one in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what it is said to come from: as its cause, its reason or its first argument."""
    waiting, seen = [error], set[int]()
    while waiting:
        one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        inner = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        waiting += [cause for cause in inner if isinstance(cause, BaseException)]
