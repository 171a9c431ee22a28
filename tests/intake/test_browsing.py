"""A browser makes a picture of a page that a stranger wrote, and reaches nothing but what may be fetched."""

import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from browsers import ARGUMENTS, BROWSER, PATIENCE, needs_browser
from PIL import Image
from site_of_ours import drip

from services.intake import browsing
from services.intake.browsing import Browser, NoPicture, take_picture
from services.intake.browsing.proxy import Proxy

STYLE = (200, {"Content-Type": "text/css"}, "body{margin:0;background:#0000ff}")


def square(colour):
    out = BytesIO()
    Image.new("RGB", (100, 100), colour).save(out, "PNG")
    return (200, {"Content-Type": "image/png"}, out.getvalue())


def looked(content):
    """A picture, and the names of the colours that fill more than a thousandth of it."""
    picture = Image.open(BytesIO(content), formats=["WEBP"]).convert("RGB")
    names = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    found = {
        name
        for name, colour in names.items()
        if sum(count for count, seen in picture.getcolors(1 << 24) if _is_near(seen, colour)) * 1_000
        > picture.width * picture.height
    }
    return picture.size, found


def _is_near(seen, colour):
    return all(abs(a - b) < 12 for a, b in zip(seen, colour, strict=True))


class Door:
    """Listens, counts who comes, and tells them nothing."""

    def __init__(self):
        self.came = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.host = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self):
        with suppress(OSError):
            while True:
                near, _ = self._socket.accept()
                self.came += 1
                near.close()

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    monkeypatch.setattr(browsing, "SECONDS", PATIENCE)


@pytest.fixture
def door():
    found = Door()
    yield found
    found.close()


@pytest.fixture
def proxies(monkeypatch):
    """The proxies that were opened for pictures: what they were asked for, and what they refused."""
    opened = []

    class Kept(Proxy):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            opened.append(self)

    monkeypatch.setattr(browsing, "Proxy", Kept)
    return opened


@needs_browser
def test_a_page_is_pictured_with_its_styles_and_pictures_and_no_script_runs(site, proxies):
    site.pages |= {
        "/news": "<!doctype html><link rel=stylesheet href=/style.css><img src=/lime.png><div style='height:1500px'></div>"
        "<script>document.body.style.background = 'red'; fetch('/ran')</script><img src=/none.png onerror=\"fetch('/ran')\">",
        "/style.css": STYLE,
        "/lime.png": square("lime"),
    }
    size, colours = looked(take_picture(f"{site.url}/news", BROWSER, {site.host}))
    assert (size[0], 1_500 < size[1] < 1_800) == (1_280, True)
    assert colours == {"blue", "lime"}
    assert "/ran" not in site.asked
    assert {one["User-Agent"] for one in site.headers} == {
        "Factdesk/1 (+fact-check desk; fetches what a claim points to)"
    }
    [proxy] = proxies
    assert {one.removeprefix("http://").partition("/")[0] for one in proxy.asked} == {site.host}, "it calls nobody else"


@needs_browser
def test_what_the_browser_itself_would_like_to_ask_leads_nowhere(site, proxies, door):
    """Which it begins when it likes, some of it on a slow machine alone: here it looks for updates at once."""
    own = f"--component-updater=fast-update,disable-pings,url-source=https://{door.host}/"
    site.pages["/news"] = "<!doctype html><p>Text</p>"
    take_picture(f"{site.url}/news", Browser(BROWSER.path, (*BROWSER.arguments, own)), {site.host})
    [proxy] = proxies
    assert {one for one in proxy.asked if "favicon" not in one} == {f"{site.url}/news"}
    assert door.came == 0


def ways_inside(host):
    """A page with every way to a host that needs no script."""
    inside = f"http://{host}"
    return f"""<!doctype html><link rel=stylesheet href="{inside}/1"><link rel=preload as=image href="{inside}/2">
      <link rel=preconnect href="https://{host}"><link rel=dns-prefetch href="//{host}"><link rel=icon href="{inside}/3">
      <style>@import url("{inside}/4"); @font-face {{ font-family: x; src: url("{inside}/5") }}
      p {{ font-family: x; background: url("{inside}/6") }}</style><p>Text</p>
      <img src="{inside}/7"><img src="https://{host}/8"><img src="/redirect"><iframe src="{inside}/9"></iframe>
      <iframe src="/redirect"></iframe><object data="{inside}/10"></object><embed src="{inside}/11">
      <video src="{inside}/12" poster="{inside}/13" autoplay muted></video>
      <iframe srcdoc="<meta http-equiv=refresh content='0;url={inside}/14'>"></iframe>
      <svg width=9 height=9><image href="{inside}/15" width=9 height=9 /><use href="{inside}/16#a"/></svg>"""


@needs_browser
def test_no_page_leads_the_browser_into_our_network(site, door, proxies):
    site.pages |= {
        "/news": ways_inside(door.host) + ways_inside("169.254.169.254") + ways_inside("localhost:9009") + ways_inside("10.0.0.1"),
        "/redirect": (302, {"Location": f"http://{door.host}/17"}, b""),
    }  # fmt: skip
    size, _ = looked(take_picture(f"{site.url}/news", BROWSER, {site.host}))
    assert size[0] == 1_280
    assert door.came == 0
    [proxy] = proxies
    for host in (door.host, "169.254.169.254", "localhost:9009", "10.0.0.1"):
        assert [one for one in proxy.refused if host in one], f"it has tried {host}"
    assert not [one for one in proxy.refused if site.host in one]


@needs_browser
def test_a_page_shows_nothing_of_another_private_host_though_the_operator_has_named_it(site, door):
    site.pages |= {"/news": ways_inside(door.host), "/redirect": (302, {"Location": f"http://{door.host}/17"}, b"")}
    take_picture(f"{site.url}/news", BROWSER, {site.host, door.host})
    assert door.came == 0


@needs_browser
def test_each_of_these_ways_leads_to_where_a_page_may_go(site):
    site.pages |= {"/news": ways_inside(site.host), "/redirect": (302, {"Location": f"http://{site.host}/17"}, b"")}
    take_picture(f"{site.url}/news", BROWSER, {site.host})
    ways = {f"/{number}" for number in range(1, 18)} & set(site.asked)
    assert len(ways) > 10, ways


@needs_browser
@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<meta http-equiv=refresh content='0;url=http://{inside}/'>", "did not get|answered 403|leads on"),
        ((302, {"Location": "http://{inside}/"}, b""), "answered 403"),
        ((403, {}, b"no robots"), "answered 403"),
        ("<meta http-equiv=refresh content='0;url=/other'>", "leads on, to http://.*/other"),
        ((200, {"Content-Disposition": "attachment", "Content-Type": "application/zip"}, b"PK"), "did not get"),
    ],
    ids=["refresh", "redirect", "refused", "elsewhere", "download"],
)
def test_of_another_page_than_was_asked_for_there_is_no_picture(site, door, page, why):
    if isinstance(page, tuple):
        page = (page[0], {name: text.format(inside=door.host) for name, text in page[1].items()}, page[2])
    else:
        page = page.format(inside=door.host)
    site.pages |= {"/news": page, "/other": "<h1>Another</h1>"}
    with pytest.raises(NoPicture, match=why):
        take_picture(f"{site.url}/news", BROWSER, {site.host})
    assert door.came == 0


@needs_browser
def test_no_file_of_this_machine_is_shown(site, tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(square("red")[2])
    secret.chmod(0o644)
    file = secret.as_uri()
    site.pages["/news"] = (
        f"<!doctype html><body style='background:#0000ff'><img src='{file}'><iframe src='{file}'></iframe>"
        f"<div style='height:50px;background:url({file})'></div><object data='{file}'></object>"
    )
    assert "red" not in looked(take_picture(f"{site.url}/news", BROWSER, {site.host}))[1]
    for address in (file, "chrome://version", "data:text/html,x", "view-source:http://127.0.0.1/"):
        with pytest.raises(NoPicture, match="Only http and https"):
            take_picture(address, BROWSER, {site.host})


@needs_browser
def test_a_page_that_never_ends_is_pictured_as_far_as_it_came(site, monkeypatch):
    monkeypatch.setattr(browsing, "SECONDS", 30.0)  # of which it waits for three eighths
    site.pages |= {"/news": "<!doctype html><body style='background:#0000ff'><img src=/drip>Text", "/drip": drip}
    assert "blue" in looked(take_picture(f"{site.url}/news", BROWSER, {site.host}))[1]


@needs_browser
def test_of_a_huge_page_the_top_is_pictured(site):
    site.pages["/news"] = "<!doctype html><body style='margin:0;background:#0000ff'>" + "<p>Line" * 20_000
    assert looked(take_picture(f"{site.url}/news", BROWSER, {site.host}))[0] == (1_280, 4_000)


@needs_browser
def test_https_goes_through_a_tunnel_and_the_certificate_has_to_hold(site, tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    site.secure(context)
    site.pages |= {"/news": "<!doctype html><link rel=stylesheet href=/style.css>", "/style.css": STYLE}
    address = f"https://{site.host}/news"
    with pytest.raises(NoPicture, match="ERR_CERT"):
        take_picture(address, BROWSER, {site.host})
    trusting = Browser(BROWSER.path, (*ARGUMENTS, "--ignore-certificate-errors"))
    assert looked(take_picture(address, trusting, {site.host}))[1] == {"blue"}


@needs_browser
def test_a_page_that_takes_too_much_memory_is_given_up(site, monkeypatch):
    monkeypatch.setattr(browsing, "MEMORY", 20_000_000)
    site.pages["/news"] = "<h1>Text</h1>"
    with pytest.raises(NoPicture, match="too much memory"):
        take_picture(f"{site.url}/news", BROWSER, {site.host})


@pytest.fixture
def made_up(tmp_path):
    """`made_up("sleep 600")`: a browser that is a script of these lines."""

    def make(lines):
        path = tmp_path / "browser"
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
        return Browser(str(path))

    return make


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("exit 1", "did not start"),
        ("kill -SEGV $$", "did not start"),
        ("echo nonsense >&4; printf '\\0' >&4; sleep 600", "could not be used"),
        ("head -c 100000 /dev/zero >&4; sleep 600", "could not be used"),
    ],
)
def test_a_browser_that_does_not_do_is_told_of_in_words(site, made_up, lines, why):
    with pytest.raises(NoPicture, match=why):
        take_picture(site.url, made_up(lines), {site.host})


def test_a_browser_that_is_not_there_is_told_of_in_words(site):
    with pytest.raises(NoPicture, match="There is no browser"):
        take_picture(site.url, Browser("/nowhere/chromium"), {site.host})


def test_a_browser_that_hangs_is_killed_with_all_that_it_has_started(site, made_up, tmp_path, monkeypatch):
    monkeypatch.setattr(browsing, "SECONDS", 5.0)
    started = tmp_path / "started"
    with pytest.raises(NoPicture, match="too long"):
        take_picture(site.url, made_up(f"sleep 600 & echo $! $$ >{started}; env >{started}.env; wait"), {site.host})
    for one in started.read_text().split():
        with suppress(FileNotFoundError):  # waited for by nobody it may stay a moment longer
            assert " Z " in Path(f"/proc/{one}/stat").read_text() or not Path(f"/proc/{one}").exists()
    known = {line.partition("=")[0] for line in Path(f"{started}.env").read_text().splitlines()}
    assert known <= {"PATH", "PYTHONPATH", "LANG", "HOME", "TMPDIR", "PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"}
    home = [line for line in Path(f"{started}.env").read_text().splitlines() if line.startswith("HOME=")]
    assert not os.path.exists(home[0].removeprefix("HOME=")), "its folder is thrown away"


def test_a_browser_that_nobody_waits_for_any_more_is_killed_and_its_folder_thrown_away(site, made_up, tmp_path):
    started, folders = tmp_path / "started", tmp_path / "folders"
    folders.mkdir()
    hangs = made_up(f"sleep 600 & echo $! $$ >{started}.part; mv {started}.part {started}; wait")
    take = f"from services.intake.browsing import *; take_picture({site.url!r}, Browser({hangs.path!r}), {{{site.host!r}}})"
    errands = subprocess.Popen([sys.executable, "-c", take], env=os.environ | {"TMPDIR": str(folders)})
    _until(started.exists)
    errands.kill()
    errands.wait()
    _until(lambda: not any(_runs(one) for one in started.read_text().split()))
    _until(lambda: not list(folders.iterdir()))


def _until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def _runs(process):
    with suppress(FileNotFoundError, ProcessLookupError):
        return " Z " not in Path(f"/proc/{process}/stat").read_text()
    return False


def test_many_answers_at_once_are_held_to_the_limit_of_the_proxy(site):
    both = threading.Barrier(2)
    gone = threading.Event()

    def half(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(b"x" * 40_000)
        both.wait(30)
        handler.wfile.write(b"x" * 40_000)
        gone.wait(30)  # it is told that it was too much before it ends
        handler.close_connection = True

    site.pages |= {"/1": half, "/2": half}
    with Proxy({site.host}, 30, 100_000) as proxy, ThreadPoolExecutor(2) as together:
        asked = [together.submit(_asked, proxy, f"GET {site.url}/{one}") for one in (1, 2)]
        wait(asked, 20, FIRST_COMPLETED)
        refused = [one.result()[0] for one in asked if one.done()]
        gone.set()
    assert 403 in refused


def test_the_proxy_has_its_limits(site):
    site.pages["/big"] = b"x" * 50_000
    with Proxy({site.host}, 30, 120_000) as proxy:
        assert [_asked(proxy, f"GET {site.url}/big")[0] for _ in range(3)] == [200, 200, 403]
    with Proxy({site.host}, 30, 1_000_000) as proxy:
        assert _asked(proxy, f"POST {site.url}/big")[0] == 501
        for way in (
            "CONNECT 127.0.0.1:25",
            "CONNECT example.org:25",
            "GET /big",
            "GET ftp://example.org/",
            "CONNECT [::1]:443",
        ):
            assert _asked(proxy, way)[0] == 403, way
    with pytest.raises(OSError):  # noqa: PT011 - refused or reset
        _asked(proxy, f"GET {site.url}/big")


def _asked(proxy, way):
    host, port = proxy.address.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as near:
        near.sendall(f"{way} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        answer = b""
        while part := near.recv(65_536):
            answer += part
    if not answer:
        raise OSError("nothing")
    return int(answer.split()[1]), answer.partition(b"\r\n\r\n")[2]
