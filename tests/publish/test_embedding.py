"""Other sites show checks: by oEmbed, in frames, and as pictures where somebody links to them."""

import json
import re
from io import BytesIO
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from databases import ON_ONE
from errand_runner import do_errands
from PIL import Image
from sqlmodel import col, select

from services.publish import rendering
from services.publish.cards import DrawCard, at_once, drawing, fonts
from services.publish.models import Outbox
from services.publish.rendering.card import CardText
from shared.clock import new_id
from shared.shapes import SHAPES

FALSE = {"slug": "false", "label": "False", "value": 1, "best": 5, "worst": 1}


def meta(page, name):
    return re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)"', page).group(1)


def path_of(address):
    return address.removeprefix("https://facts.example")


def cards_ordered(service):
    with service.reading() as session:
        chosen = select(Outbox).where(Outbox.topic == DrawCard.topic, col(Outbox.due_at).is_not(None))
        return len(session.exec(chosen).all())


def test_a_page_names_its_card_and_how_it_is_embedded(receive, reader, service, make_verdict):
    claim = new_id()
    check = receive(make_verdict(claim, rating=FALSE, headline="No, it did not"))
    page = reader.get(f"/checks/{check.path}").text
    card = meta(page, "og:image")
    before = reader.get(path_of(card))
    assert do_errands(service) >= 1
    answer = reader.get(path_of(card))
    assert before.data == answer.data, "who comes before it was drawn gets the same"
    assert answer.content_type == "image/png"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    image = Image.open(BytesIO(answer.data))
    assert image.size == (1200, 630)
    assert len(answer.data) < 60_000
    assert reader.get(path_of(card), headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert meta(page, "og:image:alt") == "No, it did not. False"
    assert meta(page, "twitter:card") == "summary_large_image"
    oembed = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page).group(1)
    found = reader.get(path_of(oembed.replace("&amp;", "&"))).json
    assert (found["version"], found["type"], found["title"]) == ("1.0", "rich", "No, it did not")
    frame = re.search(r'src="([^"]+)"', found["html"]).group(1)
    assert reader.get(path_of(frame)).status_code == 200
    assert found["thumbnail_url"] == card


def test_while_cards_are_being_drawn_that_of_the_site_is_shown(receive, reader, make_verdict, monkeypatch):
    page = reader.get(f"/checks/{receive(make_verdict()).path}").text
    monkeypatch.setattr(at_once, "PATIENCE", 0)
    with at_once._pen:
        busy = reader.get(path_of(meta(page, "og:image")))
    assert (busy.status_code, busy.headers["Cache-Control"]) == (302, "no-store")
    plain = reader.get(busy.location)
    assert (plain.status_code, plain.content_type) == (200, "image/png")
    assert Image.open(BytesIO(plain.data)).size == drawing.SIZE
    assert meta(reader.get("/").text, "og:image") == f"https://facts.example{busy.location}"
    assert page.count('"og:image"') == 1


def test_a_correction_has_a_card_of_its_own_and_the_old_address_leads_there(receive, reader, service, make_verdict):
    claim = new_id()
    first = receive(make_verdict(claim, headline="It is so"))
    do_errands(service)
    before = meta(reader.get(f"/checks/{first.path}").text, "og:image")
    check = receive(make_verdict(claim, 2, headline="It is so"))
    assert reader.get(path_of(before)).status_code == 200, "the one before stands until the new one is drawn"
    corrected = meta(reader.get(f"/checks/{check.path}").text, "og:image")
    assert reader.get(path_of(corrected)).content_type == "image/png", "whoever comes at once never sees the old rating"
    assert cards_ordered(service) == 1
    do_errands(service)
    after = meta(reader.get(f"/checks/{check.path}").text, "og:image")
    moved = reader.get(path_of(before))
    assert (moved.status_code, moved.location) == (302, path_of(after))
    assert reader.get(path_of(after)).status_code == 200
    receive(make_verdict(claim, 2, headline="It is so"))
    assert cards_ordered(service) == 0, "what is drawn already is not drawn again"


def test_the_rating_stands_beside_the_claim_that_it_is_of_and_not_over_the_headline(receive, reader, make_verdict):
    check = receive(make_verdict(rating=FALSE, headline="Shut on two days", claim={"text": "Shut on four days."}))
    shown = rendering.card_of(check)
    assert shown.claim == "“Shut on four days.”"
    assert len({shown.version, shown._replace(claim="“Shut on five days.”").version}) == 2
    for path in ("/", f"/embed/{check.claim_id}", "/search?rating=false"):
        page = reader.get(path).text
        places = [page.index(words) for words in ("False</bdi>", "“Shut on four days.”", ">Shut on two days</a>")]
        assert places == sorted(places), path


def test_a_frame_stands_on_any_site_and_runs_nothing(receive, reader, make_verdict, make_notice):
    claim = new_id()
    receive(make_notice(claim, headline="Is it so?"))
    assert "Not verified" in reader.get(f"/embed/{claim}").text
    receive(make_verdict(claim, rating=FALSE, headline="No <b>it</b> is not"))
    answer = reader.get(f"/embed/{claim}")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "<script" not in answer.text
    assert "No &lt;b&gt;it&lt;/b&gt; is not" in answer.text
    assert "unsafe" not in policy
    receive(make_verdict(claim, 2, kind="retraction", change="A forgery.", headline="No"))
    assert "Retracted" in reader.get(f"/embed/{claim}").text
    assert reader.get(f"/embed/{new_id()}").status_code == 404
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', answer.text)
    for path in [*styles, "/theme.css"]:
        policy = reader.get(path, buffered=True).headers["Cross-Origin-Resource-Policy"]
        assert policy == "cross-origin", "a frame in a sandbox is of no site, not of this one either"
    assert len(styles) == 2
    page = reader.get("/").headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page


def test_oembed_answers_as_its_specification_says(receive, reader, make_verdict):
    check = receive(make_verdict(headline='A "quoted" <title>'))
    url = f"https://facts.example/checks/{check.path}"
    small = reader.get(f"/oembed?url={quote(url)}&maxwidth=300&maxheight=150").json
    assert (small["width"], small["height"]) == (300, 150)
    assert 'width="300" height="150"' in small["html"]
    assert "<title>" not in small["html"]
    xml = reader.get(f"/oembed?url={quote(url)}&format=xml")
    assert ET.fromstring(xml.data).findtext("html") == reader.get(f"/oembed?url={quote(url)}").json["html"]
    assert reader.get(f"/oembed?url={quote(url)}&format=yaml").status_code == 501
    assert reader.get(f"/oembed?url={quote(url + '?utm_source=x#top')}").status_code == 200
    for elsewhere in (
        "https://evil.example/checks/" + check.path,
        url + "x",
        "https://facts.example/",
        "x",
        "//",
        "javascript:1",
    ):
        assert reader.get(f"/oembed?url={quote(elsewhere)}").status_code == 404
    for wrong in ("", "url=", f"url={quote(url)}&maxwidth=0", f"url={quote(url)}&maxwidth=x", f"url={'x' * 2001}"):
        refused = reader.get(f"/oembed?{wrong}")
        assert (refused.status_code, refused.content_type) == (400, "application/problem+json"), wrong
    assert reader.get("/oembed", headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"
    [asked] = [
        one for one in reader.get("/openapi.json").json["paths"]["/oembed"]["get"]["parameters"] if one.get("required")
    ]
    assert asked["name"] == "url"
    moved = receive(make_verdict(check.claim_id, 2, kind="correction", change="The month.", headline="Another"))
    assert moved.path != check.path
    found = reader.get(f"/oembed?url={quote(url)}").json
    assert found["title"] == "Another", "an address that articles named long ago is described as what is there now"
    assert found == reader.get(f"/oembed?url={quote('https://facts.example/checks/' + moved.path)}").json


def test_a_revision_is_embedded_as_its_check_is_now_and_never_as_it_was(receive, reader, make_verdict, make_notice):
    claim, reported = new_id(), new_id()
    first = receive(make_verdict(claim, rating=FALSE, headline="It was shut for a week"))
    now = receive(make_verdict(claim, 2, kind="correction", change="Days.", headline="It was shut for two days"))

    def describe(address):
        return reader.get(f"/oembed?url={quote('https://facts.example/checks/' + address)}")

    of_check = describe(now.path).json
    for address in (f"{now.path}/revisions/1", f"{now.path}/revisions/2", f"{first.path}/revisions/1/"):
        assert describe(address).json == of_check, address
    assert of_check["title"] == "It was shut for two days"
    for wrong in ("3", "0", "-1", "x", "", "1/x", "9" * 30, "²", "１"):
        assert describe(f"{now.path}/revisions/{wrong or 'y'}").status_code == 404, wrong
    receive(make_verdict(claim, 3, kind="retraction", change="A forgery.", headline="It was shut for two days"))
    assert describe(f"{now.path}/revisions/2").json["title"] == "Retracted: It was shut for two days"
    notice = receive(make_notice(reported, headline="Is it so?"))
    assert describe(notice.path).json["title"] == "Not verified: Is it so?"
    assert meta(reader.get(f"/checks/{notice.path}").text, "og:title") == "Not verified: Is it so?"
    assert describe(f"{notice.path}/revisions/1").status_code == 404, "a notice has no revisions"
    receive(make_notice(reported, 2, headline="Is it so?", stands=False))
    assert describe(notice.path).json["title"] == "Taken back: Is it so?"


LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 4
HEADLINES = (
    "short",
    "word " * 80,
    "",
    "הגשר לא נסגר לארבעה ימים",
    "الجسر لم يغلق",
    "桥梁关闭四天",
    "\u202e\u0000💥",
    "a\nb\tc",
)
SLUGS = ("true", "mostly-true", "half-true", "mostly-false", "false", "misleading", "unproven", "own-rating")


def test_who_shows_the_title_alone_says_that_a_check_was_retracted(receive, reader, make_verdict):
    claim = new_id()
    receive(make_verdict(claim, headline="No, it did not"))
    check = receive(make_verdict(claim, 2, kind="retraction", headline="No, it did not"))
    found = reader.get(f"/oembed?url={quote('https://facts.example/checks/' + check.path)}").json
    assert found["title"] == "Retracted: No, it did not"
    assert 'title="Retracted: No, it did not"' in found["html"]
    assert "<title>Retracted: No, it did not" in reader.get(f"/embed/{claim}").text


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_any_headline_can_be_drawn(service):
    for headline, slug in (*((one, None) for one in HEADLINES), *((LONG, one) for one in (*SLUGS, None))):
        image = Image.open(BytesIO(drawing.draw(CardText("The Daily Check", headline, "A rating " * 9, slug))))
        assert image.size == drawing.SIZE
        # nothing is drawn over the edge: the outermost pixels are paper, but for the stripe
        edge = image.convert("RGB").crop((1180, 0, 1200, 630))
        assert len(edge.getcolors()) == 1, (headline, slug)


@ON_ONE
def test_the_card_of_what_was_taken_back_is_crossed_out_and_only_a_retracted_headline_is_struck_through(
    service, receive, make_verdict, make_notice
):
    claim, reported = new_id(), new_id()
    stood = rendering.card_of(receive(make_verdict(claim, headline="No, it did not")))
    retracted = rendering.card_of(receive(make_verdict(claim, 2, kind="retraction", headline="No, it did not")))
    unverified = rendering.card_of(receive(make_notice(reported, headline="Is it so?")))
    taken_back = rendering.card_of(receive(make_notice(reported, 2, headline="Is it so?", stands=False)))
    assert [retracted.rating, taken_back.rating] == ["Fact-check retracted", "Notice taken back"]

    def parts(card):
        image = Image.open(BytesIO(drawing.draw(card))).convert("L")
        mark = (drawing.MARGIN, drawing.MARK_TOP, drawing.MARGIN + drawing.MARK, drawing.MARK_TOP + drawing.MARK)
        dark = image.crop((drawing.MARGIN, drawing.HEADLINE_TOP, 1200, 540)).point(lambda grey: 255 * (grey < 128))
        rows = [dark.crop((0, row, dark.width, row + 1)) for row in range(dark.height)]
        most = max(row.histogram()[255] for row in rows)
        return image.crop(mark).tobytes(), most / (dark.getbbox()[2] - dark.getbbox()[0])

    assert parts(retracted)[0] == parts(taken_back)[0] != parts(unverified)[0]
    is_struck = {card.rating: parts(card)[1] > 0.95 for card in (stood, retracted, unverified, taken_back)}
    assert [rating for rating, struck in is_struck.items() if struck] == ["Fact-check retracted"]


@ON_ONE
@pytest.mark.parametrize("shape", SHAPES)
def test_a_rating_of_a_desk_s_own_is_drawn_with_its_shape_and_colour(service, shape):
    def mark(**look):
        image = Image.open(
            BytesIO(drawing.draw(CardText("The Daily Check", "Is it so?", "Cut", "cut", **look)))
        ).convert("RGB")
        return image.crop((drawing.MARGIN - 6, drawing.MARK_TOP - 6, drawing.MARGIN + 56, drawing.MARK_TOP + 56))

    ink = {colour: {pixel for _, pixel in mark(look=f"{shape}-{colour}").getcolors(4096)} for colour in ("teal", "red")}
    assert ink["teal"] != ink["red"]
    others = [mark(look=f"{other}-teal").tobytes() for other in SHAPES if other != shape]
    assert mark(look=f"{shape}-teal").tobytes() not in others


def test_letters_that_nobody_has_are_left_out_and_not_drawn_as_boxes(service):
    assert fonts.font_for("Plain letters", 40) is not None
    assert fonts.font_for("\U0001f9ff\U00012000", 40) is None


def test_a_test_and_a_check_that_is_not_there_have_no_way_in(reader):
    assert reader.get(f"/cards/{new_id()}/{'a' * 16}.png").status_code == 404
    assert json.loads(reader.get("/oembed?url=x", headers={"Accept": "application/json"}).data)["status"] == 404
