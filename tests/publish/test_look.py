"""The site speaks the language of what it shows, in the publisher's own look; what a revision changed can be read."""

import re

import pytest

from services.publish import search
from services.publish.app import create_app
from services.publish.languages import FOLDER, languages
from services.publish.settings import Settings
from shared.clock import new_id
from shared.colours import contrast
from shared.diffs import changed_paragraphs, merged

UNPROVEN = {"slug": "unproven", "label": "Unbelegt", "meaning": "Was sich wissen lässt, reicht nicht."}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script></svg>'


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_every_word_of_a_template_is_in_every_language():
    """Names of words in the templates, and in the code that makes sentences, lead to words."""
    templates = "".join(path.read_text() for path in (FOLDER.parent / "templates").glob("*.html"))
    names = set(re.findall(r"""\bt\(["']([a-z_-]+\.[a-z_-]+)["'][,)]""", templates))
    assert len(names) > 80
    for words in languages().values():
        for name in names:
            assert words(name, **dict.fromkeys(re.findall(r"{(\w+)}", str(words_of(words, name))), "x"))


def words_of(words, name):
    section, _, word = name.partition(".")
    return words._found[section][word]


def test_a_verdict_in_german_is_shown_in_german(page_of, make_verdict):
    page = page_of(make_verdict(language="de-AT", rating=UNPROVEN, headline="Niemand kann es zeigen"))
    text = text_of(page)
    assert '<html lang="de">' in page
    for words in (
        "Stand 27. Januar 2026, 14:05 UTC", "geprüft von Amara Okafor", "Wer was sagt", "Was nicht bekannt ist",
        "Reuters , gestützt auf Financial Times , gestützt auf acht people familiar with the talks",
        "Alles geht auf eine einzige Quelle zurück; eine Seite bestreitet es namentlich", "Behauptung eingegangen",
    ):  # fmt: skip
        assert words in text, words
    for words in ("Who says what", "Claim received", "As of", "cites"):
        assert words not in text, words


def test_the_site_speaks_its_own_language(start_service, make_verdict):
    service = start_service("publish", language="de", site_name="Der Blick")
    reader = create_app(service.settings).test_client()
    for path, words in (
        ("/", "Noch ist nichts veröffentlicht"),
        ("/nothing", "Diese Seite gibt es nicht"),
        ("/funding", "Wer das bezahlt"),
        ("/search?q=nichts", "Nichts gefunden zu"),
        ("/feeds/corrections.xml", "Der Blick: Korrekturen"),
    ):
        page = reader.get(path).text
        assert 'lang="de"' in page
        assert words in re.sub(r"<[^>]+>", "", page)


def test_pages_that_say_the_same_in_two_languages_name_each_other(receive, reader, make_verdict):
    english = receive(make_verdict(claim := new_id(), headline="In English"))
    german = receive(make_verdict(headline="Auf Deutsch", language="de-AT", translation_of=str(claim)))
    for check, mine, other in ((english, ("en", "In English"), german), (german, ("de", "Auf Deutsch"), english)):
        page = reader.get(f"/checks/{check.path}").text
        links = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', page))
        assert links == {
            "en": f"https://facts.example/checks/{english.path}", "de-AT": f"https://facts.example/checks/{german.path}",
            "x-default": f"https://facts.example/checks/{english.path}",
        }, mine  # fmt: skip
        assert f'<a href="https://facts.example/checks/{other.path}" hreflang=' in page


def test_what_a_revision_changed_can_be_read(receive, reader, make_verdict):
    claim = new_id()
    same = "\n\nThis stays as it was.\n\n"
    receive(make_verdict(claim, text=f"The bridge was shut once.{same}End", summary="Once"))
    check = receive(make_verdict(claim, 2, text=f"The bridge was shut twice.{same}End", summary="Once"))
    page = reader.get(f"/checks/{check.path}/revisions/2").text
    changes = page[page.index('id="changes"') :].partition("</section>")[0]
    assert "The bridge was shut <del>once.</del> <ins>twice.</ins>" in changes
    assert "<del>Unproven</del> <ins>False</ins>" in changes
    assert "This stays" not in changes
    assert "Once" not in changes
    assert 'id="changes"' not in reader.get(f"/checks/{check.path}/revisions/1").text
    assert 'id="changes"' not in reader.get(f"/checks/{check.path}").text


def test_what_a_revision_changed_is_read_as_readers_read_it(receive, reader, make_verdict):
    claim = new_id()
    receive(
        make_verdict(
            claim, text="## Log\n\n**Two** days, by [the log](https://log.example/) of [us](http://10.0.0.3/x)."
        )
    )
    told = "## Log\n\n*Three* days, by [the log](https://log.example/2) of [us](http://10.0.0.3/x)."
    check = receive(make_verdict(claim, 2, text=told))
    page = reader.get(f"/checks/{check.path}/revisions/2").text
    changes = page[page.index('id="changes"') :].partition("</section>")[0]
    assert "<del>Two</del> <ins>Three</ins> days, by the log <del>(https://log.example/)</del>" in changes
    assert "**" not in changes
    assert "](" not in changes
    assert "10.0.0.3" not in page, "where readers can't follow they are not told of it"


def test_a_revision_that_changes_nothing_but_the_form_says_so(receive, reader, make_verdict):
    claim = new_id()
    texts = [
        "Log\n\nThe log says *so*.",
        "## Log\n\nThe log says **so**.",
        "## Log\n\nThe log says **so**.",
        "It says **no**.",
    ]
    receive(make_verdict(claim))
    check = receive(*(make_verdict(claim, number, text=text) for number, text in enumerate(texts, start=2)))
    pages = [reader.get(f"/checks/{check.path}/revisions/{number}").text for number in (3, 4, 5)]
    assert "The words are the same. The form of the text was changed" in pages[0]
    assert ["The form of the text was changed" in one for one in pages] == [True, False, False]
    assert "The words are the same." in pages[1]


INSIDE = ("10.0.0.3", "wiki.internal", "files-of-the-desk")


def test_an_address_inside_is_in_no_public_byte_however_it_is_written(receive, reader, make_verdict, service):
    text = (
        "The *log* is <http://10.0.0.3/a>, written http://wiki.internal/b, by <ada@wiki.internal>, `http://10.0.0.3/c`,\n"
        '[here](https://sign-in.example/?to=http%3A%2F%2F10.0.0.3%2Fd "see http://wiki.internal/e"), [there](10.0.0.3/f),\n'
        "[files](smb://files-of-the-desk/g), [mail](mailto:ada@wiki.internal).\n\n[unused]: http://wiki.internal/h\n\n"
        "~~~ http://wiki.internal/i\nhttp://files-of-the-desk/k\n~~~\n"
    )
    claim = new_id()
    check = receive(make_verdict(claim, text=f"{text} Before."), make_verdict(claim, 2, text=text))
    at = f"/checks/{check.path}"
    paths = [at, f"{at}/revisions/1", f"{at}/revisions/2", f"/v1/checks/{claim}", f"/v1/checks/{claim}/ninjs",
             f"/v1alpha1/pages/{claim}", "/feeds/claimreview.json", "/feeds/atom.xml", "/search?q=log"]  # fmt: skip
    for path in paths:
        told = reader.get(path)
        assert told.status_code == 200, path
        assert not [one for one in INSIDE if one in told.text], path
    assert "The <em>log</em> is […], written […], by […]" in reader.get(at).text
    with service.reading() as session:
        for asked in ("internal", "files", "10.0.0.3"):
            hits = search.find(session, search.Asked(f'"{asked}"')).positions
            assert bool(hits) == (asked == "files"), "no hit tells that it stands there"


def test_what_differs_is_told_in_stretches():
    assert merged("<b>", "<i>") == "<del>&lt;b&gt;</del> <ins>&lt;i&gt;</ins>"
    assert changed_paragraphs("a\n\nb", "a\n\nb") == ["…"]
    otherwise = merged(
        "Eight unnamed people say so; the desk calls it false.", "The draft is public; the rest of it is empty."
    )
    assert otherwise.count("<del>") == 1, "not a word from here and a word from there"
    assert merged("on four days in May", "on three days in June").count("<del>") == 2


def test_a_tombstone_does_not_say_again_what_it_takes_back(receive, reader, make_verdict):
    claim = new_id()
    stood = {"summary": "It was shut.", "text": "Both logs say so."}
    check = receive(
        make_verdict(claim, **stood), make_verdict(claim, 2, kind="retraction", change="A forgery.", **stood)
    )
    page = reader.get(f"/checks/{check.path}").text
    assert not [one for one in stood.values() if one in page]
    assert page.count('content="A forgery."') == 2, "nor is it told to who shares the page"
    assert "It was shut." in reader.get(f"/checks/{check.path}/revisions/1").text
    receive(make_verdict(claim, 3, kind="retraction", change="A forgery.", **stood | {"text": "How we were deceived."}))
    assert "How we were deceived." in reader.get(f"/checks/{check.path}").text


def test_a_link_to_evidence_has_its_number(page_of, make_verdict):
    at = "https://www.whitehouse.example/briefings/27-january"
    page = page_of(
        make_verdict(text=f"She [gave]({at}#top) none; [others](https://else.example/?a=1&b) did.\n\n[x](http://[)")
    )
    assert re.search(r'>gave</a><sup class="ref"><a href="#source-2" aria-label="Source 2">2</a></sup> none', page)
    assert page.count('class="ref"') == 1
    assert 'id="source-2"' in page


def test_what_is_written_in_another_language_than_the_page_says_so_and_runs_its_own_way(page_of, make_verdict):
    page = page_of(
        make_verdict(
            language="ar", headline="لم يُغلق الجسر", text="- البند\n\n> قيل",
            claim={"text": "أُغلق الجسر", "language": None},
        )
    )  # fmt: skip
    assert '<html lang="en">' in page
    assert '<h1 dir="auto" lang="ar">' in page
    assert '<ul dir="rtl">' in page
    assert '<blockquote dir="rtl">' in page
    assert 'class="claim-text lines upright"' in page, "Arabic has no italics"
    assert 'lang="ar"' not in page_of(make_verdict(language="de", headline="Auf Deutsch"))


def test_only_what_concludes_otherwise_stands_at_the_top(page_of, make_verdict):
    claim = new_id()
    first = make_verdict(claim)
    spelling = make_verdict(
        claim, 2, kind="clarification", change="A name was misspelt.", rating=first.rating.model_dump()
    )
    page = page_of(first, spelling)
    assert 'class="box correction"' not in page
    assert "A name was misspelt." in page[page.index('id="revisions"') :]


def test_evidence_has_its_copy_and_the_day_on_which_it_was_read(page_of, make_verdict):
    source = {
        "id": str(new_id()), "kind": "document", "title": "The log", "url": "https://log.example", "stance": "supports",
        "quote": "shut", "position": "page 4", "interests": "Paid by the port", "consulted_at": "2026-01-27T09:40:00Z",
        "accessed_at": "2026-01-25T09:40:00Z",
        "archived": {"sha256": "9f" * 32, "archived_at": "2026-01-25T09:41:00Z"},
        "archive_url": "https://web.archive.example/9f",
    }  # fmt: skip
    page = page_of(make_verdict(evidence=[source]))
    text = text_of(page)
    for words in ("read on 25 January 2026", "page 4", "Paid by the port", "SHA-256 9f9f9f9f9f9f"):
        assert words in text, words
    assert '<a href="https://web.archive.example/9f" rel="nofollow">copy at' in page
    assert '"archivedAt":"https://web.archive.example/9f"' in page.replace(": ", ":")


def test_readers_are_led_to_no_address_that_they_cannot_reach(receive, reader, make_verdict):
    def source(title, url, **more):
        return {"id": str(new_id()), "kind": "document", "title": title, "url": url, "stance": "supports",
                "consulted_at": "2026-01-27T09:40:00Z"} | more  # fmt: skip

    inside = ["http://10.0.0.3/log", "https://wiki.corp/log", "http://desk-files/log", "http://[fd00::7]/log"]
    check = receive(
        make_verdict(
            text=f"See [the log]({inside[0]}) and [the port](https://port.example/log).",
            evidence=[
                source("The log", inside[0], archive_url="https://web.archive.example/log"),
                source("The file", inside[2]),
                source("The port", "https://port.example/log"),
            ],
            claim={
                "claimant": {"same_as": inside[1]},
                "story": {"url": inside[2], "headline": "Shut for days"},
                "appearances": [
                    {"url": inside[3]},
                    {"url": inside[0], "title": "A talk"},
                    {"url": "https://tv.example/"},
                ],
            },
        )
    )
    page = reader.get(f"/checks/{check.path}").text
    found = [page, reader.get(f"/v1/checks/{check.claim_id}/ninjs").text, reader.get(f"/v1/checks/{check.claim_id}").text,
             reader.get(f"/v1alpha1/pages/{check.claim_id}").text, reader.get("/feeds/claimreview.json").text]  # fmt: skip
    for at, told in enumerate(found):
        assert not [one for one in inside if one in told or one.partition("://")[2] in told], at
    for words in ("The log", "The file", "Shut for days", "A talk"):
        assert f">{words}</bdi>" in page, words
    for address in ("https://web.archive.example/log", "https://port.example/log", "https://tv.example/"):
        assert f'href="{address}"' in page


def test_how_it_was_checked_tells_of_questions_and_of_the_time_it_took(page_of, make_verdict):
    text = text_of(page_of(make_verdict()))
    assert "took 4\xa0h 50\xa0min".replace("\xa0", " ") in text
    assert "Financial Times asked White House" in text


def test_a_publisher_s_look_is_on_every_page(start_service, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(SVG)
    service = start_service(
        "publish", accent="#7A0019", accent_dark="#ff9ab0", typeface="sans", logo=str(logo), footer="Harbour Street 1"
    )  # fmt: skip
    reader = create_app(service.settings).test_client()
    for path in ("/", "/corrections", "/about", "/nothing"):
        page = reader.get(path).text
        assert "Harbour Street 1" in page
        style = reader.get(re.search(r'href="(/theme\.css\?v=\w+)"', page).group(1))
        assert "--accent: #7a0019" in style.text
        assert "system-ui" in style.text
        image = reader.get(re.search(r'src="(/logo\?v=\w+)"', page).group(1))
        assert (image.content_type, image.text) == ("image/svg+xml", SVG)
        assert "default-src 'none'" in image.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"accent": "#ffee00"}, "a contrast of 1.17 : 1"), ({"accent_dark": "#222222"}, "text needs 4.5 : 1"),
        ({"accent": "red"}, "is no colour"), ({"logo": "/nowhere.svg"}, "no SVG or PNG"), ({"logo": __file__}, "no SVG or PNG"),
        ({"typeface": "Comic Sans"}, "'serif'"),
    ],
)  # fmt: skip
def test_a_look_that_can_not_be_read_is_refused_at_the_start(given, words):
    with pytest.raises(ValueError, match=re.escape(words)):
        Settings(secret_key="x" * 20, **given)


def test_contrast_is_measured_as_wcag_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
