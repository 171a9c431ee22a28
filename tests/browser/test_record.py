"""The public record in a real browser: axe finds nothing, and nothing is wider than the screen at twice the size of text."""

import json
from pathlib import Path

import pytest
from by_axe import faults_of
from playwright.sync_api import expect
from served import served
from sqlmodel import select
from werkzeug.wrappers import Response

from services.publish import reach, workflow
from services.publish.app import create_app
from services.publish.models import PageViews
from services.publish.service import service as publish
from shared.clock import new_id
from shared.contracts import VerdictApproved

SAMPLE = json.loads((Path(__file__).parents[1] / "publish/samples/guarantees.json").read_text())
LONG = "W" * 200
ARABIC = {"text": "أُغلق الجسر في الأسبوع الماضي مرتين", "language": "ar", "tags": ["river"]}


@pytest.fixture
def site(start_service):
    """The site with a corrected verdict, a German one and one that is hard to fit, and the paths of all its kinds of pages."""
    service = start_service("publish")
    claim = str(new_id())
    later = {
        "kind": "correction",
        "change": LONG,
        "rating": {"slug": "false", "label": "False"},
        "text": "Another\n\ntext",
    }
    hard = {"headline": LONG, "summary": LONG, "claim": SAMPLE["claim"] | ARABIC}
    with service.transaction() as session:
        checks = [
            workflow.publish(session, VerdictApproved.model_validate(SAMPLE | {"claim_id": claim, "revision": 1} | more))
            for more in (
                {}, {"revision": 2} | later, {"claim_id": str(new_id()), "language": "de"}, {"claim_id": str(new_id())} | hard
            )
        ]  # fmt: skip
    paths = [f"/checks/{check.path}" for check in checks[1:]]
    lists = ["/", "/topics/river", "/claimants/financial-times", "/ratings", "/corrections", "/methodology", "/nothing"]
    with served(create_app(service.settings)) as url:
        yield url, [*paths, f"{paths[0]}/revisions/2", *lists]


def test_axe_finds_nothing_and_all_of_it_fits(chromium, site):
    url, paths = site
    context = chromium.new_context(viewport={"width": 320, "height": 568}, java_script_enabled=True, bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in paths:
        page.goto(url + path)
        if faults := faults_of(page):
            found[path] = faults
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[f"{path}, twice as large"] = "is wider than the screen"
    context.close()
    assert found == {}


def test_who_listens_is_told_of_no_trap_no_word_of_the_picture_twice_and_few_landmarks(chromium, site):
    url, paths = site
    page = chromium.new_page()
    for path in (paths[0], paths[0] + "/dispute"):
        page.goto(url + path)
        expect(page.locator("#website")).to_be_attached()
        expect(page.get_by_role("textbox", name="Leave this field empty")).to_have_count(0)
    page.goto(url + paths[0])
    assert (
        page.locator(".ways svg > :not(title, desc, [aria-hidden=true])").count() == 0
    )  # the list after it says the same
    expect(page.get_by_role("region")).to_have_count(0)  # its parts are found by their headings
    expect(page.get_by_role("heading", name="Who says what")).to_be_visible()
    page.close()


def test_a_page_and_a_frame_on_another_site_are_counted(chromium, site):
    url, (path, *_) = site
    context = chromium.new_context(user_agent="Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0")
    page = context.new_page()
    with page.expect_response(lambda one: "/views/" in one.url) as counted:
        page.goto(url + path)
    claim_id = counted.value.url.rpartition("/")[2].removesuffix(".gif")
    expect(page.locator(".counter")).to_have_js_property("naturalWidth", 1)
    frame = f'<iframe sandbox="allow-popups" src="{url}/embed/{claim_id}"></iframe>'
    # On loopback, too: browsers let no page from elsewhere frame what is there.
    with served(Response(frame, content_type="text/html")) as elsewhere:
        page.goto(elsewhere)
        picture = page.frame_locator("iframe").locator(".counter")
        expect(picture).to_have_js_property("naturalWidth", 1)
        context.close()
    reach.counter.write()
    with publish.reading() as session:
        assert [(str(one.claim_id), one.pages, one.frames) for one in session.exec(select(PageViews))] == [
            (claim_id, 1, 1)
        ]


def test_on_paper_nothing_is_to_be_pressed_and_addresses_are_written(chromium, site):
    url, (path, *_) = site
    context = chromium.new_context(color_scheme="dark", viewport={"width": 718, "height": 1000})
    page = context.new_page()
    page.goto(url + path)
    expect(page.locator(".ways-narrow")).to_be_visible()
    page.emulate_media(media="print")
    for hidden in (".bar nav", ".foot", ".ends", ".ways-narrow", ".useful"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".ways-wide")).to_be_visible()
    expect(page.get_by_text("Read at")).to_contain_text(path)
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    written = "link => getComputedStyle(link, '::after').content"
    for link in page.locator(".evidence .source a, .claim a[href^=http], .evidence a[rel=nofollow]").all():
        assert link.get_attribute("href") in link.evaluate(written)
    assert page.locator(".evidence .source a").count() > 0
    context.close()


def test_in_a_frame_of_another_site_a_check_looks_as_here(chromium, site):
    url, paths = site
    page = chromium.new_page(viewport={"width": 700, "height": 400})
    page.goto(url + paths[0])
    own = page.locator("link[rel=canonical]").get_attribute("href")
    described = page.request.get(f"{url}/oembed", params={"url": own}).json()
    frame = described["html"].replace(own.removesuffix(paths[0]), url)

    def article(_environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Security-Policy", f"frame-src {url}")])
        return [f"<!doctype html><title>Elsewhere</title>{frame}".encode()]

    with served(article) as elsewhere:
        page.goto(elsewhere)
        shown = page.frame_locator("iframe")
        expect(shown.locator("body.frame")).to_have_css("border-top-width", "1px")  # of the frames' own style
        mark = shown.locator("svg.mark").bounding_box()
        assert mark["width"] < 32, "without the site's style it is as wide as the frame"
        page.set_viewport_size({"width": 375, "height": 667})
        page.goto(elsewhere)
        shown.locator("body.frame").wait_for()
        higher = shown.locator(":root").evaluate("root => root.scrollHeight - innerHeight")
        assert higher == 0, "on a phone nothing of it is out of sight: the date stands at its end"
