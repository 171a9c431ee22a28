"""Requests to addresses that somebody else chose, which must not be turned against our own network.

Only http and https, only public addresses, only the address that was checked (a name may resolve to another one a moment
later), each redirect checked anew, no proxies, no credentials, a limit in bytes and one in seconds for all of it. The
operator may name private hosts that are meant: `host:port`.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress, filter_host
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.exceptions import HTTPError

from shared.clock import now

USER_AGENT = "Factdesk/1 (+fact-check desk; fetches what a claim points to)"
PORTS = {"http": 80, "https": 443}
AT_ONCE = 16_384  # bytes; compressed, they may become a thousand times as many
LONGEST_CONNECT = 5.0  # seconds
LONGEST_WAIT = 86_400.0  # seconds that a server may ask us to wait
AS_GET = (301, 302, 303)  # redirects that turn a POST into a GET (RFC 9110, 15.4)


class Refused(Exception):
    """We won't fetch this: where it leads, or what came, is not allowed. Trying again would not help."""


class Unreachable(Exception):
    """It could not be fetched now: no such name, no answer, not in time."""


class Fetched(NamedTuple):
    """An answer. `headers` by their names in small letters; `url` after redirects; `address` is who answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    address: str


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout: float = 10.0,
    most_bytes: int = 5_000_000,
    cut: bool = False,
    into: IO[bytes] | None = None,
    redirects: int = 5,
    private_hosts: Collection[str] = (),
) -> Fetched:
    """Fetch a URL within `timeout` seconds, all told. With `redirects=0` a redirect is an answer like any other. More than
    `most_bytes` is refused, or with `cut` not read. With `into` it goes to a file, whole, and the body is empty.

    Raises Refused or Unreachable.
    """
    deadline = time.monotonic() + timeout
    with _Session(private_hosts) as session, _closing_at(deadline, session):
        for _ in range(redirects + 1):
            _check_form(url, private_hosts)
            with _answer(session, method, url, headers or {}, body, deadline) as answer:
                location = answer.headers.get("Location")
                if not (redirects and answer.is_redirect and location):
                    content = _read(answer, most_bytes, cut, deadline, into)
                    found = {name.lower(): value for name, value in answer.headers.items()}
                    return Fetched(answer.status_code, found, content, url, session.address)
            url = _joined(url, location)
            if answer.status_code in AS_GET and method != "HEAD":
                method, body = "GET", None
    raise Refused(f"It redirects more than {redirects} times.")


def _joined(url: str, location: str) -> str:
    """Where a redirect leads. Raises Refused."""
    try:
        return urljoin(url, location)
    except ValueError:
        raise Refused("It redirects to what is not an address.") from None


def check_destination(url: str, private_hosts: Collection[str] = ()) -> None:
    """See whether a URL could be fetched, without fetching it: when it is entered, say. Where it leads may change, so that
    `fetch` looks again. Raises Refused or Unreachable."""
    _check_form(url, private_hosts)
    parts = urlsplit(url)
    if _is_meant(url, private_hosts):
        return
    _public_address(parts.hostname or "", parts.port or PORTS[parts.scheme])


def connect(url: str, *, timeout: float, private_hosts: Collection[str] = ()) -> socket.socket:
    """A connection to where a URL leads, by the same rules: for what speaks through it by itself. Raises Refused or Unreachable."""
    _check_form(url, private_hosts)
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    address = host if _is_meant(url, private_hosts) else _public_address(host, port)
    try:
        return socket.create_connection((address, port), min(timeout, LONGEST_CONNECT))
    except (OSError, UnicodeError):
        raise Unreachable("The connection failed.") from None


def host_of(url: str) -> str:
    """The host and port that a URL leads to, as private hosts are named: `cms.internal:443`."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


def asked_wait(got: Fetched) -> float:
    """How many seconds the server asks us to wait: Retry-After in seconds or as a date (RFC 9110, 10.2.3)."""
    given = got.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdecimal():
        return min(float(given[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(given)
    except (ValueError, OverflowError):  # no date, or one of a year that no computer counts to
        return 0.0
    return min(max(0.0, (_aware(moment) - now()).total_seconds()), LONGEST_WAIT)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _check_form(url: str, private_hosts: Collection[str]) -> None:
    """What can be told from the URL alone. Raises Refused."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise Refused("It is not an address.") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise Refused("Only http and https addresses are fetched.")
    if parts.username is not None or parts.password is not None:
        raise Refused("An address that holds a user name or password is not fetched.")
    if port not in PORTS.values() and port < 1024 and not _is_meant(url, private_hosts):
        raise Refused(f"Port {port} is not fetched from.")


def _is_meant(url: str, private_hosts: Collection[str]) -> bool:
    """Whether the operator has named this host and port."""
    return host_of(url) in private_hosts


def _public_address(host: str, port: int) -> str:
    """The first address of a host, if it is public. Raises Refused or Unreachable."""
    try:
        found: str = filter_host(host, port, allow_loopback=False).strip("[]")
    except InvalidIPAddress:
        raise Refused(f"{host} is not on the public internet.") from None
    except (requests.RequestException, UnicodeError, ValueError):
        raise Unreachable(f"There is no host {host}.") from None
    if not _is_public(found):
        raise Refused(f"{host} is not on the public internet.")
    return found


def _is_public(address: str) -> bool:
    """Beyond what the library looks for: whatever is not known to be public."""
    found = ipaddress.ip_address(address)
    others = found.is_multicast or found.is_reserved  # of IPv6 that is what wraps an address of IPv4, too
    return found.is_global and not others and not getattr(found, "is_site_local", False)


class _Session(requests.Session):
    """One fetch: what it connects to is checked, and known while it lasts."""

    def __init__(self, private_hosts: Collection[str]) -> None:
        super().__init__()
        self.trust_env = False  # no proxies, which would connect for us unchecked, and no .netrc
        self.sockets: list[socket.socket] = []
        self.private_hosts = private_hosts
        self.address = ""
        self.mount("http://", _Checked(self, is_https_proto=False))
        self.mount("https://", _Checked(self, is_https_proto=True))
        self._meant = _Meant(self)

    def get_adapter(self, url: str) -> Any:
        return self._meant if _is_meant(url, self.private_hosts) else super().get_adapter(url)

    def watch(self, pool: Any) -> Any:
        """The pool, whose connections we hear of."""
        session = self

        class Watched(pool.ConnectionCls):  # type: ignore[misc]
            def connect(self) -> None:
                super().connect()
                session.sockets.append(self.sock)
                session.address = self.sock.getpeername()[0]

        pool.ConnectionCls = Watched
        return pool


class _Meant(HTTPAdapter):
    """For hosts that the operator has named."""

    def __init__(self, session: _Session) -> None:
        super().__init__()
        self._session = session

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        return self._session.watch(super().get_connection_with_tls_context(*arguments, **named))


class _Checked(IPFilterAdapter):  # type: ignore[misc]
    """For all others: connects to the public address that it has resolved, under the host's name."""

    def __init__(self, session: _Session, is_https_proto: bool) -> None:
        super().__init__(is_https_proto=is_https_proto)
        self._session = session

    def build_connection_pool_key_attributes(self, *arguments: Any, **named: Any) -> Any:
        host, rest = super().build_connection_pool_key_attributes(*arguments, **named)
        if not _is_public(host["host"].strip("[]")):
            raise InvalidIPAddress(host["host"])
        return host, rest

    def get_connection_with_tls_context(self, *arguments: Any, **named: Any) -> Any:
        return self._session.watch(super().get_connection_with_tls_context(*arguments, **named))


@contextmanager
def _closing_at(deadline: float, session: _Session) -> Iterator[None]:
    """Close the connections at the deadline: a server that sends a byte a second never lets a read time out."""

    def close() -> None:
        for one in session.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended already

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), close)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _answer(
    session: _Session, method: str, url: str, headers: Mapping[str, str], body: bytes | None, deadline: float
) -> Iterator[requests.Response]:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Unreachable("It took too long.")
    named = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"} | dict(headers)
    try:
        with session.request(
            method, url, data=body, headers=named, allow_redirects=False, stream=True,
            timeout=(min(left, LONGEST_CONNECT), left),
        ) as answer:  # fmt: skip
            yield answer
    except InvalidIPAddress:
        raise Refused(f"{urlsplit(url).hostname} is not on the public internet.") from None
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        late = time.monotonic() >= deadline
        raise Unreachable("It took too long." if late else _words(error)) from error


def _read(
    answer: requests.Response, most_bytes: int, cut: bool, deadline: float, into: IO[bytes] | None = None
) -> bytes:
    content, size = bytearray(), 0
    while part := answer.raw.read1(AT_ONCE, decode_content=True):
        size += len(part)
        if into is None:
            content += part
        else:
            into.write(part)
        if cut and size >= most_bytes:
            return bytes(content[:most_bytes])
        if size > most_bytes:
            raise Refused(f"It is larger than {most_bytes:,} bytes.")
        if time.monotonic() >= deadline:
            raise Unreachable("It took too long.")
    if time.monotonic() >= deadline:  # the connection was closed, by us perhaps
        raise Unreachable("It took too long.")
    return bytes(content)


def _words(error: Exception) -> str:
    """What went wrong, for the person who entered the address; never an address of our own network's."""
    if isinstance(error, requests.exceptions.SSLError):
        return "Its certificate does not hold."
    if isinstance(error, requests.exceptions.Timeout):
        return "It did not answer in time."
    if "resolve" in str(error):
        return "There is no such host."
    if isinstance(error, requests.ConnectionError):
        return "The connection failed."
    return "It could not be read."
