"""A browser of the Chromium family, spoken to through a pipe by the DevTools protocol: no port is opened for it.

Its flags close what a page doesn't need. The page has a context of its own, whose requests all go to the proxy, those to loopback
as well; names are resolved there alone. What the browser itself would like to ask its maker goes to a proxy that isn't there.
"""

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from select import select
from typing import Any
from urllib.parse import urlsplit

from services.intake.browsing import NoPicture
from shared.fetch import USER_AGENT

WIDTH, HEIGHT, HIGHEST = 1_280, 900, 4_000  # pixels: the window's, and the most of a page that is pictured
STARTING, LOADING = 0.5, 0.375  # of the time for a picture; what is there when a page has had its part is pictured
QUIET = 0.7  # seconds without a word, after which a page that has loaded is at rest
NO_BYPASS = "<-loopback>"  # which would be asked without a proxy
WITHOUT = ("MediaRouter", "DialMediaRouteProvider")  # what would look around in the network, without a proxy
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--blink-settings=scriptEnabled=false",
    "--proxy-server=http://nowhere.invalid:1",  # the browser's own; a name that the next but one doesn't resolve
    f"--proxy-bypass-list={NO_BYPASS}",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
    "--no-pings",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-component-extensions-with-background-pages",
    "--disable-field-trial-config",
    "--metrics-recording-only",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-dev-shm-usage",  # which is small in containers; the folder is thrown away
    "--disable-gpu",
    f"--disable-features={','.join(WITHOUT)}",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--mute-audio",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


class Running:
    """A browser that runs while the block lasts."""

    def __init__(self, path: str, arguments: Sequence[str], proxy: str, folder: Path) -> None:
        self._command = [
            path,
            *FLAGS,
            f"--user-agent={USER_AGENT}",
            f"--user-data-dir={folder / 'profile'}",
            *arguments,
            "about:blank",
        ]
        self._proxy = proxy
        self._numbers = 0
        self._unread = b""
        self._page = _Page()

    def __enter__(self) -> "Running":
        theirs, self._to = _moved(os.pipe())
        self._from, them = _moved(os.pipe())
        os.dup2(theirs, 3)  # where the browser reads what it is told, and
        os.dup2(them, 4)  # writes what it has to say
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=(3, 4))
        for one in (3, 4, theirs, them):
            os.close(one)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def picture_of(self, url: str, seconds: float) -> str:
        """A picture of a page, PNG in base64, within about so many seconds. Raises NoPicture."""
        self._deadline, patience = time.monotonic() + seconds * STARTING, seconds * LOADING
        its_way = {"proxyServer": f"http://{self._proxy}", "proxyBypassList": NO_BYPASS}
        context = self._call("Target.createBrowserContext", **its_way)["browserContextId"]
        target = self._call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Inspector"):
            self._call(f"{domain}.enable")
        self._call("Emulation.setScriptExecutionDisabled", value=True)
        self._call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=HEIGHT, deviceScaleFactor=1, mobile=False)
        self._deadline = time.monotonic() + patience
        self._page.frame = self._call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        if error := self._call("Page.navigate", url=url).get("errorText"):
            raise NoPicture(f"The browser did not get the page ({error}).")
        self._see_it_load()
        self._deadline = time.monotonic() + patience
        if self._page.is_loading:
            self._call("Page.stopLoading")
        self._page.check(url)
        height = self._call("Page.getLayoutMetrics")["cssContentSize"]["height"]
        shown = {"x": 0, "y": 0, "width": WIDTH, "height": min(max(height, 1), HIGHEST), "scale": 1}
        taken: str = self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=shown)["data"]
        self._page.check(url)
        return taken

    def _see_it_load(self) -> None:
        """Until the page is at rest, or for as long as it gets."""
        while (left := self._deadline - time.monotonic()) > 0:
            said = self._hear(left if self._page.is_loading else min(left, QUIET))
            if said is None and not self._page.is_loading:
                return
            self._page.note(said or {})

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Have the browser, or its page once there is one, do something; what it answers. Raises NoPicture."""
        self._numbers += 1
        order = {"id": self._numbers, "method": method, "params": parameters}
        if session := getattr(self, "_session", None):
            order["sessionId"] = session
        try:
            os.write(self._to, json.dumps(order).encode() + b"\0")
        except BrokenPipeError:
            raise NoPicture(f"The browser {self._end_in_words()}.") from None
        while said := self._hear(self._deadline - time.monotonic()):
            if said.get("id") != self._numbers:
                self._page.note(said)
            elif "error" in said:
                raise NoPicture(f"The browser can't do {method}: {said['error'].get('message', '')}")
            else:
                return dict(said["result"])
        raise NoPicture("It took too long.")

    def _hear(self, seconds: float) -> dict[str, Any] | None:
        """What the browser says next; None if it is silent for so long. Raises NoPicture when it has ended."""
        until = time.monotonic() + seconds
        while b"\0" not in self._unread:
            if not select([self._from], [], [], max(0.0, until - time.monotonic()))[0]:
                return None
            part = os.read(self._from, 1_000_000)
            if not part:
                raise NoPicture(f"The browser {self._end_in_words()}.")
            self._unread += part
        said, _, self._unread = self._unread.partition(b"\0")
        return dict(json.loads(said))

    def _end_in_words(self) -> str:
        started = getattr(self, "_session", None) is not None
        return "ended before there was a picture" if started else "did not start; its sandbox may be what it lacks"


class _Page:
    """What is known of the page that is shown."""

    frame = ""

    def __init__(self) -> None:
        self.is_loading = True
        self._status = 0
        self._url = ""
        self._is_broken = False

    def note(self, said: dict[str, Any]) -> None:
        """Something has happened. Raises NoPicture if the page has brought its process down."""
        what, about = said.get("method"), said.get("params", {})
        if what in ("Inspector.targetCrashed", "Target.targetCrashed"):
            raise NoPicture("The page brought the browser down.")
        if what == "Page.frameNavigated" and about["frame"]["id"] == self.frame:
            self._url = about["frame"]["url"]
            self._is_broken = bool(about["frame"].get("unreachableUrl"))
        elif about.get("frameId") != self.frame:
            return
        elif what in ("Page.frameStartedLoading", "Page.frameStoppedLoading"):
            self.is_loading = what == "Page.frameStartedLoading"
        elif what == "Network.responseReceived" and about["type"] == "Document":
            self._status = about["response"]["status"]

    def check(self, url: str) -> None:
        """See that what is shown is the page that was asked for. Raises NoPicture."""
        if self._is_broken:
            raise NoPicture("The browser did not get the page.")
        if not 200 <= self._status < 300:
            raise NoPicture(f"The server answered {self._status} to the browser.")
        if _place(self._url) != _place(url):
            raise NoPicture(f"The page leads on, to {self._url[:500]}")


def _place(url: str) -> tuple[str, str]:
    """Where an address leads, whatever its protocol and query."""
    parts = urlsplit(url)
    return (parts.hostname or "").removeprefix("www."), parts.path.rstrip("/")


def _moved(pair: tuple[int, int]) -> tuple[int, int]:
    """Both ends of a pipe, out of the way of the numbers that the browser knows."""
    read, write = (fcntl.fcntl(one, fcntl.F_DUPFD_CLOEXEC, 10) for one in pair)
    for one in pair:
        os.close(one)
    return read, write
