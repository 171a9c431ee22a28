"""Readers leaf through topics, claimants and ratings; what a page of a list costs does not grow with the list."""

import re

from sqlalchemy import event
from sqlmodel import select

from services.publish import queries
from services.publish.models import Check, Listing, Shelf
from shared.clock import new_id, now
from shared.shapes import svg

KELLY = {"name": "Ann Kelly", "title": "Press secretary", "same_as": "https://www.wikidata.org/entity/Q1"}


def claim_by(party, *tags):
    return {"claimant": party, "tags": list(tags), "story": None}


def headlines(page):
    return re.findall(r"Headline (\w+)\.", page)


def test_a_check_stands_under_its_topics_its_claimant_and_its_rating(receive, reader, make_verdict):
    receive(make_verdict(headline="Headline one.", claim=claim_by(KELLY, "Bridges", "river")))
    receive(make_verdict(headline="Headline two.", claim=claim_by({"name": "Bo"}, "river")))
    assert headlines(reader.get("/topics/river").text) == ["two", "one"]
    assert headlines(reader.get("/topics/bridges").text) == ["one"]
    assert headlines(reader.get("/ratings/unproven").text) == ["two", "one"]
    page = reader.get("/claimants/ann-kelly").text
    assert headlines(page) == ["one"]
    assert "Press secretary" in page
    assert 'href="https://www.wikidata.org/entity/Q1"' in page
    assert 'href="/topics/bridges"' in reader.get("/topics").text
    assert 'href="/claimants/ann-kelly"' in reader.get("/claimants").text
    assert 'href="/claimants/ann-kelly"' in reader.get("/").text
    for path in (
        "/topics/none",
        "/claimants/none",
        "/ratings/none",
        "/topics/river?before=x",
        "/topics/river?before=-1",
        "/topics/river?before=2147483647",
        f"/topics/river?before={'0' * 12}{'9' * 22}",
    ):
        assert reader.get(path).status_code == 404, path
    assert reader.get("/topics/River").headers["Location"] == "/topics/river"


def test_a_rating_of_a_desk_s_own_has_its_shape_and_colour_wherever_readers_meet_it(receive, reader, make_verdict):
    own = {
        "slug": "cut",
        "label": "Cut",
        "value": None,
        "best": None,
        "worst": None,
        "shape": "clock",
        "colour": "teal",
    }
    first = make_verdict(headline="Headline one.", claim=claim_by(KELLY, "river"), rating=own)
    check = receive(first, make_verdict(headline="Headline two.", claim=claim_by(KELLY, "river")))
    path = f"/checks/{check.path if check.headline.endswith('one.') else receive(first).path}"
    mark = f'<span class="rating k-teal"><svg class="mark" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{svg("clock")}'
    for page in (path, "/", "/topics/river", "/ratings", "/ratings/cut", "/claimants/ann-kelly", "/search?q=Headline",
                 f"/embed/{first.claim_id}"):  # fmt: skip
        assert mark in "".join(line.strip() for line in reader.get(page).text.splitlines()), page
    assert reader.get(f"/v1/checks/{first.claim_id}").json["rating"]["shape"] == "clock"
    receive(make_verdict(first.claim_id, 2, headline="Headline one.", claim=claim_by(KELLY, "river")))
    corrected = "".join(line.strip() for line in reader.get("/corrections").text.splitlines())
    assert corrected.index(mark) < corrected.index('class="rating r-false"')


def test_a_claimant_s_record_counts_what_stands_now(receive, reader, make_verdict):
    first = make_verdict(claim=claim_by(KELLY))
    receive(first, make_verdict(claim=claim_by(KELLY)), make_verdict(claim=claim_by({"name": "Bo"})))

    def record():
        page = reader.get("/claimants/ann-kelly").text
        listed = page[page.index('<ul class="record"') :].partition("</ul>")[0] if 'class="record"' in page else ""
        return re.findall(r'href="/ratings/([\w-]+)".*?class="number">(\d+)<', listed, re.S)

    assert record() == [("unproven", "2")]
    receive(make_verdict(first.claim_id, 2, claim=claim_by(KELLY)))
    assert sorted(record()) == [("false", "1"), ("unproven", "1")]
    assert (
        len(
            headlines(reader.get("/ratings/false").text)
            or re.findall('class="check"', reader.get("/ratings/false").text)
        )
        == 1
    )
    receive(make_verdict(first.claim_id, 3, kind="retraction", claim=claim_by(KELLY)))
    assert record() == [("unproven", "1")]
    assert reader.get("/ratings/false").status_code == 200  # what readers could read once is never gone
    assert "Nothing stands here now" in reader.get("/ratings/false").text
    assert "Retracted" in reader.get("/claimants/ann-kelly").text
    receive(first)  # a repeat counts nothing twice
    assert record() == [("unproven", "1")]


def test_people_who_share_a_name_and_are_known_to_be_others_have_lists_of_their_own(receive, service, make_verdict):
    other = KELLY | {"same_as": "https://www.wikidata.org/entity/Q2"}
    spelt = KELLY | {"name": "Anna M. Kelly"}
    slugs = [
        receive(make_verdict(claim=claim_by(one))).claimant_slug
        for one in (KELLY | {"name": "ann kelly", "same_as": None}, KELLY, other, spelt)
    ]
    assert slugs == ["ann-kelly", "ann-kelly", "ann-kelly-2", "ann-kelly"]


def test_a_newsroom_s_test_stands_on_no_shelf(receive, reader, service, make_verdict):
    receive(make_verdict(claim=claim_by(KELLY, "river") | {"test": True}))
    with service.reading() as session:
        assert session.exec(select(Shelf)).all() == []
        assert session.exec(select(Listing)).all() == []
    assert reader.get("/topics/river").status_code == 404


def test_a_long_list_is_read_to_its_end_by_its_links(receive, reader, make_verdict):
    for number in range(45):
        receive(make_verdict(headline=f"Headline {number:02}.", claim=claim_by(KELLY, "river")))
    seen, address = [], "/topics/river"
    while address:
        page = reader.get(address).text
        seen.append(headlines(page))
        onward = re.search(r'rel="next" href="([^"]+)"', page)
        address = onward and onward.group(1)
    assert [len(part) for part in seen] == [20, 20, 5]
    assert [number for part in seen for number in part] == [f"{number:02}" for number in reversed(range(45))]


def test_a_page_of_a_shelf_is_a_stretch_of_an_index(service, database_kind):
    moment = now()
    with service.transaction() as session:
        session.add(Shelf(kind="topic", slug="river", name="River", count=3000))
        checks = [
            Check(
                claim_id=new_id(), path=f"2026/01/{n}", position=n, revision=1, kind="first", headline=f"Headline {n}",
                summary="s", rating_slug="true", rating_label="True", claim_text="c", first_published_at=moment,
                updated_at=moment, etag="e", page=b"p" * 200,
            )
            for n in range(1, 3001)
        ]  # fmt: skip
        session.add_all(checks)
        session.flush()
        session.add_all(
            Listing(kind="topic", slug="river", position=one.position, claim_id=one.claim_id) for one in checks
        )
        if database_kind == "postgresql":
            session.flush()
            session.connection().exec_driver_sql("ANALYZE checks, listings, shelves")
    asked = []

    def note(_connection, _cursor, sql, parameters, *_):
        asked.append((sql, parameters))

    engine = service.database._reader
    event.listen(engine, "before_cursor_execute", note)
    with service.reading() as session:
        page = queries.list_shelf(session, "topic", "river", before=41)
    event.remove(engine, "before_cursor_execute", note)
    assert ([page.rows[0].headline, page.rows[-1].headline], page.before) == (["Headline 40", "Headline 21"], 21)
    prefix = "EXPLAIN QUERY PLAN " if database_kind == "sqlite" else "EXPLAIN "
    with service.reading() as session:
        for sql, parameters in [one for one in asked if "SELECT" in one[0] and "shelves" not in one[0]]:
            plan = str(session.connection().exec_driver_sql(prefix + sql, parameters).all())
            assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("INDEX ONLY SCAN", ""), plan
            assert "TEMP B-TREE" not in plan, plan


def test_a_corrected_headline_has_a_new_address_and_the_old_ones_lead_there(receive, reader, make_verdict, told):
    claim = new_id()
    first = receive(make_verdict(claim, headline="The bridge was closed")).path
    second = receive(make_verdict(claim, 2, headline="The bridge was open")).path
    assert receive(make_verdict(claim, 3, kind="update", headline="The bridge is open still")).path == second
    third = receive(make_verdict(claim, 4, headline="The bridge was open on Sunday")).path
    assert third.endswith("/the-bridge-was-open-on-sunday")
    for former in (first, second):
        assert (answer := reader.get(f"/checks/{former}")).status_code == 301
        assert answer.headers["Location"] == f"/checks/{third}"
        old = reader.get(f"/checks/{former}/revisions/1")
        assert (old.status_code, old.headers["Location"]) == (301, f"/checks/{third}/revisions/1")
    assert told()[-1][1].url == f"https://facts.example/checks/{third}"
    assert receive(make_verdict(headline="The bridge was closed")).path == f"{first}-2"  # nobody else gets it
    assert receive(make_verdict(claim, 5, headline="The bridge was closed")).path == first
    assert reader.get(f"/checks/{third}").headers["Location"] == f"/checks/{first}"
    assert reader.get(f"/checks/{first}").status_code == 200


def test_related_checks_are_named_with_what_they_share(receive, make_verdict):
    story = {"url": "https://news.example/story", "headline": "A story"}
    receive(make_verdict(headline="Same story", claim=claim_by({"name": "Bo"}) | {"story": story}))
    receive(make_verdict(headline="Same claimant", claim=claim_by(KELLY)))
    receive(make_verdict(headline="Same topic", claim=claim_by({"name": "Cy"}, "river")))
    receive(make_verdict(headline="Nothing in common", claim=claim_by({"name": "Di"}, "hills")))
    page = receive(make_verdict(headline="This", claim=claim_by(KELLY, "river") | {"story": story})).page.decode()
    related = page[page.index('id="related"') :]
    assert re.findall(r"Same \w+", related) == ["Same story", "Same claimant", "Same topic"]
    assert "Nothing in common" not in page


def test_the_pages_on_how_the_newsroom_works_say_what_the_desk_posted(receive, reader, make_policy):
    for name in ("methodology", "corrections-policy", "about", "funding"):
        answer = reader.get(f"/{name}")
        assert answer.status_code == 200
        assert "ETag" in answer.headers
        assert f'href="/{name}"' in reader.get("/").text
    receive(make_policy(2, text="We live on **subscriptions**. <script>"), make_policy(1, text="As it was"))
    page = reader.get("/funding").text
    assert "<strong>subscriptions</strong>" in page
    assert "<script>" not in page
    old = reader.get("/funding/revisions/1")
    assert "As it was" in old.text
    assert "noindex" in old.text
    assert reader.get("/funding/revisions/3").status_code == 404
    receive(make_policy(2, text="Another text under the same number"))
    assert reader.get("/funding").text == page


def test_what_is_being_checked_has_a_list_of_its_own(receive, reader, make_notice):
    receive(make_notice(headline="What is said"))
    assert "What is said" in reader.get("/being-checked").text


def test_lists_show_the_newest_first_and_older_ones_on_further_pages(receive, reader, make_verdict):
    for number in range(45):
        receive(make_verdict(headline=f"Headline {number:02}."))
    seen = [re.findall(r"Headline (\d\d)\.", reader.get(path).text) for path in ("/", "/page/2", "/page/3")]
    assert [len(numbers) for numbers in seen] == [20, 20, 5]
    assert [number for numbers in seen for number in numbers] == [f"{number:02}" for number in reversed(range(45))]
    assert 'rel="next" href="/page/2"' in reader.get("/").text
    assert 'rel="prev" href="/"' in reader.get("/page/2").text
    assert 'rel="next"' not in reader.get("/page/3").text
    assert reader.get("/page/4").status_code == 404


def test_the_last_page_of_a_long_list_costs_what_the_first_does(service, make_verdict, database_kind):
    """By the plan: the rows of a page are found by their numbers, and the newest number at the end of an index."""
    with service.transaction() as session:
        moment = now()
        session.add_all(
            Check(
                claim_id=new_id(), path=f"2026/01/{n}", position=n, revision=1, kind="first", headline=f"Headline {n}",
                summary="s", rating_slug="true", rating_label="True", claim_text="c", first_published_at=moment,
                updated_at=moment, etag="e", page=b"p" * 200,
            )
            for n in range(1, 3001)
        )  # fmt: skip
    asked = []

    def note(_connection, _cursor, sql, parameters, *_):
        asked.append((sql, parameters))

    with service.reading() as session:
        rows, has_older = queries.list_checks(session, 150)
    assert ([rows[0].headline, rows[-1].headline], has_older) == (["Headline 20", "Headline 1"], False)
    engine = service.database._reader
    if database_kind == "postgresql":
        with service.transaction() as session:
            session.connection().exec_driver_sql("ANALYZE checks")
    event.listen(engine, "before_cursor_execute", note)
    with service.reading() as session:
        queries.list_checks(session, 75)
    event.remove(engine, "before_cursor_execute", note)
    prefix = "EXPLAIN QUERY PLAN " if database_kind == "sqlite" else "EXPLAIN "
    with service.reading() as session:
        for sql, parameters in [one for one in asked if "SELECT" in one[0]]:
            plan = str(session.connection().exec_driver_sql(prefix + sql, parameters).all())
            assert "SEARCH" in plan if database_kind == "sqlite" else "Index" in plan, plan
            assert "SCAN" not in plan.upper().replace("INDEX SCAN", "").replace("INDEX ONLY SCAN", ""), plan
            assert "TEMP B-TREE" not in plan, plan


def test_corrections_are_listed_with_both_ratings_and_what_stood_before(receive, reader, make_verdict):
    claim = new_id()
    check = receive(make_verdict(claim), make_verdict(claim, 2, headline="Corrected", change="Why we changed it"))
    receive(make_verdict())
    page = reader.get("/corrections").text
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Rating changed from Unproven to False" in text
    assert "Why we changed it" in text
    assert f"/checks/{check.path}/revisions/1" in page
    assert page.count('class="check"') == 1


def test_empty_lists_say_so(reader):
    assert "Nothing has been published yet" in reader.get("/").text
    assert "Nothing has been corrected yet" in reader.get("/corrections").text
