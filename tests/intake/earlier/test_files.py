"""Feeds, documents, lines and tables are imported: what holds goes in, once, and what does not is told with its place."""

import json
import tracemalloc
from datetime import UTC, datetime

import pytest
from reviews_of_others import feed, review

from services.intake.earlier import documents, sources
from services.intake.examples import EARLIER_CHECK_IN


def test_a_feed_goes_in_as_it_is(run, write, checks):
    told = run(write("data.json", feed(review(1), review(2), None, {"@type": "MediaReview"})))
    assert (told.code, told.new, told.media, told.empty, told.refused) == (0, 2, 1, 1, 0)
    first, _ = checks()
    assert (first.url, first.claim) == ("https://checks.example.org/1", "Ferry 1 carries nine million people a year.")
    assert (first.claimant, first.claimed_at) == ("Jo Marten", datetime(2024, 5, 2, tzinfo=UTC))
    rating = (first.rating_label, first.rating_value, first.rating_best, first.rating_worst)
    assert rating == ("Mostly false", 2, 5, 1)
    assert (first.publisher_name, first.publisher_url) == ("Ellery Checks", "https://checks.example.org/")
    assert first.imported_from == "data.json"
    assert json.loads(first.raw) == review(1)


def test_importing_again_changes_what_has_changed_and_doubles_nothing(run, write, checks, find):
    assert run(write("data.json", feed(review(1), review(2)))).new == 2
    before = checks()
    again = run(write("data.json", feed(review(1), review(2, headline="The dock, not the boat"), review(2))))
    assert (again.new, again.changed, again.same) == (0, 0, 3), "of several the last one counts"
    again = run(write("more.json", feed(review(1), review(2, headline="The dock, not the boat"))))
    assert (again.new, again.changed, again.same) == (0, 1, 1)
    first, second = checks()
    assert (first, second.id, second.imported_at) == (before[0], before[1].id, before[1].imported_at)
    assert (second.headline, second.imported_from) == ("The dock, not the boat", "more.json")
    assert second.changed_at > before[1].changed_at
    assert find("dock") == ["https://checks.example.org/2"]
    assert run(write("more.json", [review(2, headline="The captain")])).changed == 1
    assert (find("dock"), find("captain")) == ([], ["https://checks.example.org/2"])


def test_the_same_claim_is_the_same_whatever_its_closing_and_its_address_s_fragment(run, write, checks):
    run(write("a.json", [review(1)]))
    other = review(
        1, url="HTTPS://Checks.example.org/1#top", claimReviewed="“ferry 1 carries nine  million people a year”"
    )
    assert run(write("b.json", [other])).changed == 1
    assert run(write("c.json", [review(1, claimReviewed="Another claim on the same page.")])).new == 1
    assert len(checks()) == 2


def test_a_dry_run_says_what_would_come_of_it_and_keeps_nothing(run, write, checks):
    run(write("a.json", [review(1)]))
    before = checks()
    told = run(write("b.json", [review(1, headline="New"), review(2), {"@type": "ClaimReview"}]), "--dry-run")
    assert (told.code, told.new, told.changed, told.refused, told.dry_run) == (1, 1, 1, 1, True)
    assert checks() == before


def test_a_feed_that_is_broken_in_the_middle_loses_what_is_broken(run, write, find):
    good = [json.dumps(one) for one in feed(*map(review, range(1, 7)))["dataFeedElement"]]
    good[1] = good[1].replace('"claimReviewed":', '"claimReviewed"')
    good[3] = good[3][:-40]
    text = '{"@type": "DataFeed", "dataFeedElement": [' + ",\n".join(good) + "]}"
    told = run(write("data.json", text))
    assert (told.code, told.new, told.refused, told.broke_off) == (1, 4, 2, None)
    assert [one["number"] for one in told.report] == [2, 4], "reading went on at the next one that is like those before"
    assert "is not JSON" in told.report[0]["because"][0]
    assert len(find("ferry")) == 4


def test_a_feed_that_was_cut_off_keeps_what_came_before(run, write, find):
    text = json.dumps(feed(*map(review, range(300))))
    told = run(write("data.json", text[: len(text) // 2]))
    assert told.code == 1
    assert 145 <= told.new <= 150
    assert (told.refused, told.report[0]["number"]) == (1, told.new + 1)


def test_a_byte_that_is_not_utf_8_costs_one_check(run, write):
    body = json.dumps(feed(review(1), review(2, headline="Caf@"), review(3))).encode().replace(b"Caf@", b"Caf\xe9")
    told = run(write("data.json", body))
    assert (told.new, told.report[0]["number"], told.report[0]["because"]) == (2, 2, ["holds bytes that are not UTF-8"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "javascript:alert(1)"}, "url: must be an http or https address"),
        ({"url": "data:text/html,x"}, "url: must be an http or https address"),
        ({"url": "/1"}, "url: must be an http or https address"),
        ({"url": "https://u:p@example.org/"}, "url: must not hold a user name"),
        ({"url": "https://example.org/" + "a" * 3000}, "url: must have at most 2,000 characters"),
        ({"url": ["", None, {}]}, "url: is missing"),
        ({"claimReviewed": "x" * 2_000_000}, "claimReviewed: has more than 10,000 characters"),
        ({"claimReviewed": "x" * 5_000_000}, "is longer than 1,000,000 characters"),
        ({"claimReviewed": "x" * 500_000}, "claimReviewed: has more than 10,000 characters"),
        ({"claimReviewed": "x" * 20_000}, "claimReviewed: must have at most 10,000 characters"),
        ({"claimReviewed": "<script>alert(1)</script>"}, "claimReviewed: is missing"),
        ({"claimReviewed": None}, "claimReviewed: is missing"),
        ({"claimReviewed": {"x": 1}}, "claimReviewed: is missing"),
        ({"reviewRating": None}, "reviewRating: is missing"),
        ({"reviewRating": {"ratingValue": 3}}, "reviewRating: is missing"),
        ({"reviewRating": 7}, "reviewRating: is missing"),
    ],
)
def test_what_a_check_can_not_be_without_is_said_and_stops_nothing_else(run, write, change, words):
    told = run(write("data.json", [review(1), review(2, **change), review(3)]))
    assert (told.code, told.new, told.refused) == (1, 2, 1)
    assert words in told.report[0]["because"][0]
    assert told.report[0]["number"] == 2


RATING = {"ratingValue": "2", "bestRating": "5", "worstRating": "1", "alternateName": "Mostly false"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reviewRating": RATING | {"ratingValue": "7"}}, "reviewRating: has a value that is not between"),
        ({"reviewRating": RATING | {"ratingValue": -1}}, "reviewRating: has a value that is not between"),
        (
            {"reviewRating": RATING | {"bestRating": "1", "worstRating": "5"}},
            "reviewRating: has a best that is not above",
        ),
        ({"reviewRating": RATING | {"ratingValue": 1e300}}, "reviewRating.ratingValue: is not a number"),
        ({"reviewRating": RATING | {"ratingValue": "two of five"}}, "reviewRating.ratingValue: is not a number"),
        ({"reviewRating": RATING | {"bestRating": True}}, "reviewRating.bestRating: is not a number"),
        ({"datePublished": "last May"}, "datePublished: is not a date"),
        ({"datePublished": "0001-01-01T00:00:00+14:00"}, "datePublished"),
        ({"datePublished": "9999-12-31T23:59:59-12:00"}, "datePublished"),
        ({"author": {"name": "A", "url": "javascript:alert(1)"}}, "author.url: must be an http"),
        ({"inLanguage": "not a language"}, "inLanguage: must be a language tag"),
    ],
)
def test_what_can_be_left_out_is_left_out_and_noted(run, write, checks, change, words):
    told = run(write("data.json", [review(1, **change)]))
    assert (told.code, told.new, told.with_notes) == (0, 1, 1)
    assert words in told.report[0]["because"][0]
    assert told.report[0]["what"] == "left out"
    [check] = checks()
    assert check.rating_label == "Mostly false"
    assert "javascript" not in str(check.publisher_url)


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"datePublished": "2024-05-04T08:00:00"}, {"published_at": datetime(2024, 5, 4, 8, tzinfo=UTC)}),
        ({"datePublished": "2024-05-04T08:00:00.12+02:00"}, {"published_at": datetime(2024, 5, 4, 6, 0, 0, 120000, tzinfo=UTC)}),
        ({"datePublished": "Sat, 04 May 2024 08:00:00 GMT"}, {"published_at": datetime(2024, 5, 4, 8, tzinfo=UTC)}),
        ({"datePublished": ""}, {"published_at": None}),
        ({"claimReviewed": None, "itemReviewed": {"text": "As markup has it."}}, {"claim": "As markup has it.", "claimant": None}),
        ({"claimReviewed": "<p>Five &lt; six &amp; more</p>"}, {"claim": "Five < six & more"}),
        ({"claimReviewed": "nul\x00 bell\x07 half\ud800"}, {"claim": "nul bell half"}),
        ({"author": None}, {"publisher_name": "checks.example.org", "publisher_url": None}),
        ({"author": [{"name": "<img src=x onerror=alert(1)>Ellery"}]}, {"publisher_name": "Ellery"}),
        ({"author": "Ellery {{7*7}}"}, {"publisher_name": "Ellery {{7*7}}"}),
        ({"itemReviewed": [{"author": ["Jo Marten", "Ann"]}]}, {"claimant": "Jo Marten"}),
        ({"itemReviewed": "what"}, {"claimant": None}),
        ({"reviewRating": {"ratingValue": "Four Pinocchios"}}, {"rating_label": "Four Pinocchios", "rating_value": None}),
        ({"reviewRating": {"ratingValue": "2,5", "bestRating": 5}}, {"rating_label": "2.5 of 5", "rating_value": 2.5}),
        ({"reviewRating": [{"alternateName": {"@value": "Falso"}}]}, {"rating_label": "Falso"}),
        ({"url": None, "mainEntityOfPage": {"@id": "https://checks.example.org/m"}}, {"url": "https://checks.example.org/m"}),
        ({"inLanguage": ["pt-BR", "en"]}, {"language": "pt-BR"}),
        ({"headline": "h" * 400}, {"headline": "h" * 300}),
        ({"@type": ["Review", "https://schema.org/ClaimReview"]}, {"rating_label": "Mostly false"}),
    ],
)  # fmt: skip
def test_the_shapes_that_people_write_are_read(run, write, checks, change, kept):
    told = run(write("data.json", [review(1, **change)]))
    assert (told.code, told.new) == (0, 1), told.report
    [check] = checks()
    assert {name: getattr(check, name) for name in kept} == kept


def test_a_feed_s_item_lends_its_address_and_may_hold_one_review_without_a_list(run, write, checks):
    made = feed(review(1, url=None))
    made["dataFeedElement"][0]["item"] = made["dataFeedElement"][0]["item"][0]
    run(write("data.json", made))
    assert checks()[0].url == "https://checks.example.org/item"


@pytest.mark.parametrize(
    "body",
    ["", "   ", "claims", "<html></html>", '{"a" 1}', '{"a": 1', '{"dataFeedElement": [', "[", '{"@graph": ' + "[" * 100_000,
     "\ufeff" + '{"x": tru}', b"\xff\xfe{\x00", b"\x00" * 100, "{" * 100_000, '["' + "x" * 3_000_000],
)  # fmt: skip
def test_what_is_no_json_is_said_and_nothing_is_kept(run, write, checks, body):
    told = run(write("data.json", body))
    assert told.code == 1
    assert told.broke_off or told.refused
    assert checks() == []


@pytest.mark.parametrize(
    "value",
    [[], {}, {"@type": "DataFeed", "dataFeedElement": []}, {"@type": "DataFeed", "dataFeedElement": None},
     [1, None, "x", [], {"a": {}}],
     {"@type": "ClaimReview"}, [{"@type": "DataFeedItem", "item": {"@type": "NewsArticle"}}]],
)  # fmt: skip
def test_json_without_a_check_keeps_nothing(run, write, checks, value):
    told = run(write("data.json", value))
    assert told.new == 0
    assert checks() == []


def test_one_review_a_graph_and_nested_reviews_are_found(run, write, find):
    run(write("1.json", review(1)))
    run(write("2.jsonld", {"@graph": [{"@type": "WebPage"}, review(2)]}))
    run(write("3.json", {"@type": "NewsArticle", "hasPart": [{"review": review(3)}]}))
    run(
        write(
            "4.json",
            {"@type": "DataFeed", "dataFeedElement": {"@type": "DataFeedItem", "item": [review(4), review(5)]}},
        )
    )
    assert len(find("ferry")) == 5


def test_lines_are_judged_one_by_one(run, write):
    lines = [json.dumps(review(1)), "", "{broken", "[1]", json.dumps(review(2)), "x" * 1_500_000, json.dumps(review(3))]
    told = run(write("data.jsonl", "\n".join(lines)))
    assert (told.code, told.new, told.refused) == (1, 3, 3)
    assert [one["line"] for one in told.report] == [3, 4, 6]


def test_memory_stays_flat_however_large_a_feed_is(write):
    path = write("data.json", feed(*(review(n, reviewBody="words " * 5_000) for n in range(500))))
    assert path.stat().st_size > 15_000_000
    tracemalloc.start()
    with open(path, "rb") as stream:
        assert sum(1 for one in sources.in_document(stream) if one.check) == 500
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * documents.LONGEST


CSV = "Link,Claim,Verdict,Date,Who\n"


def test_a_table_goes_in_by_its_mapping(run, write, checks):
    path = write("a.csv", CSV + 'https://a.example/1,"It sank,\ntwice.",False,2020-01-02,Jo\n')
    mapping = write("map.toml", 'Link = "url"\nVerdict = "rating.label"\nDate = "published_at"')
    told = run(path, "--mapping", str(mapping), "--map", "Who=claimant")
    assert (told.code, told.new) == (0, 1), told.output
    [check] = checks()
    assert (check.claim, check.claimant, check.published_at) == (
        "It sank,\ntwice.",
        "Jo",
        datetime(2020, 1, 2, tzinfo=UTC),
    )
    assert run(path, "--mapping", str(mapping), "--map", "Who=claimant").same == 1


def test_columns_that_are_named_as_fields_need_no_mapping_and_a_zone_counts(run, write, checks):
    rows = "\ufeffsep=;\r\nurl;claimReviewed;rating label;rating value;best;published at;publisher name;notes\r\n"
    rows += "https://a.example/1;It sank.;False;1,5;;2020-01-02T10:00;Ellery;=HYPERLINK(1)\r\n"
    rows += "https://a.example/2;=1+1;True;x;;2020-01-02T10:00Z;;\r\n"
    told = run(write("a.csv", rows), "--zone", "Europe/Berlin")
    assert (told.new, told.with_notes) == (2, 1), told.output
    first, second = checks()
    assert (first.rating_value, first.published_at) == (1.5, datetime(2020, 1, 2, 9, tzinfo=UTC))
    assert (second.claim, second.published_at.hour, second.publisher_name) == ("=1+1", 10, "a.example")


def test_rows_that_do_not_hold_are_told_with_their_lines(run, write):
    rows = CSV + "javascript:alert(1),x,False,,\nhttps://a.example/2,y,,,\nhttps://a.example/3,z,False,soon,\n"
    rows += "https://a.example/4,z,False,,a,b,c\n\nhttps://a.example/5," + "x" * 2_000_000 + ",False,,\n"
    told = run(write("a.csv", rows), "--map", "Link=url", "--map", "Verdict=rating.label", "--map", "Date=published_at")
    assert (told.code, told.new, told.refused, told.with_notes) == (1, 1, 4, 1)
    assert [(one["number"], one["line"]) for one in told.report] == [(1, 2), (2, 3), (3, 4), (4, 5), (5, 7)]
    assert "has 7 cells under 5 columns" in told.report[3]["because"]
    assert told.report[3]["given"] == ["https://a.example/4", "z", "False", "", "a", "b", "c"], "no cell is lost"
    assert told.report[4]["given"]["Claim"] == "x" * 2_000_000, "nor the end of a long one"


def test_a_refused_row_of_two_columns_with_one_name_is_told_whole(run, write):
    rows = "url,claim,rating,note,note\nhttps://a.example/1,x,,first,second,,\n"
    [told] = run(write("a.csv", rows)).report
    assert told["given"] == ["https://a.example/1", "x", "", "first", "second"]


def test_a_byte_that_is_not_utf_8_costs_one_row(run, write):
    rows = (
        CSV.encode()
        + b"https://a.example/1,x,False,,\nhttps://a.example/2,\xe9,False,,\nhttps://a.example/3,y,False,,\n"
    )
    told = run(write("a.csv", rows), "--map", "Link=url", "--map", "Verdict=rating.label")
    assert (told.new, told.refused, told.report[0]["line"]) == (2, 1, 3)
    assert "not UTF-8" in run(write("b.csv", b"url,cl\xe9\n")).output
    assert run(write("c.csv", "url,claim,rating\nhttps://a.example/4,é,Non\n".encode("utf-16"))).new == 1


@pytest.mark.parametrize(
    ("body", "words"),
    [(CSV + 'https://a.example/1,x,False,,\nhttps://a.example/2,"x,False,,\n', "quotation mark"),
     (CSV + "https://a.example/1,x,False,,\nhttps://a.example/2," + "x" * 6_000_000 + ",False,,\n", "field larger than")],
    ids=["quote", "cell"],
)  # fmt: skip
def test_a_table_that_breaks_off_is_told_so(run, write, body, words):
    told = run(write("a.csv", body), "--map", "Link=url", "--map", "Verdict=rating.label")
    assert told.code == 1
    assert words in told.broke_off


@pytest.mark.parametrize(
    ("body", "options", "words"),
    [("", [], "no header"), ("a,b\n1,2\n", [], "Which column holds url"), (CSV, ["--map", "Link=address"], "no field address"),
     (CSV, ["--map", "Lnk=url"], "no column Lnk"), (CSV, ["--map", "Link"], "COLUMN=FIELD"),
     (CSV, ["--zone", "Mars"], "no time zone"),
     ("url,claim,text,rating\n", [], "Two columns hold claim")],
)  # fmt: skip
def test_a_mapping_that_can_not_be_used_is_said_before_anything_is_read(run, write, body, options, words):
    told = run(write("a.csv", body), *options)
    assert told.code == 1
    assert words in told.output


def test_a_file_of_no_known_kind_is_asked_about(run, write):
    assert "What is" in run(write("a.bin", "x")).output
    assert "There is no file" in run("nowhere.json").output
    assert run(write("b.bin", json.dumps(review(1))), "--as", "json").new == 1


def test_our_own_names_are_read_as_kindly_as_others(run, write, checks):
    odd = EARLIER_CHECK_IN | {
        "url": "https://a.example/2",
        "published_at": "2024-05-04",
        "colour": "red",
        "language": "e",
    }
    told = run(write("a.jsonl", "\n".join(map(json.dumps, [EARLIER_CHECK_IN, odd, {"claim": "x", "url": 7}]))))
    assert (told.new, told.with_notes, told.refused) == (2, 1, 1)
    first, second = checks()
    assert (first.claim, first.rating_value) == (EARLIER_CHECK_IN["claim"], 2)
    assert (second.published_at, second.language) == (datetime(2024, 5, 4, tzinfo=UTC), None)


def test_a_report_is_mended_and_imported_itself(run, write, command, tmp_path, checks):
    told = run(write("data.json", [review(1), review(2, claimReviewed="")]))
    mended = json.dumps(told.report[0]).replace('"claimReviewed": ""', '"claimReviewed": "The ferry sank."')
    assert run(write("mended.jsonl", mended)).new == 1
    assert checks()[1].claim == "The ferry sank."
    same = write("report.jsonl", mended)
    before = same.read_text()
    assert "can't take the place" in command("import", same, "--report", same).output
    assert same.read_text() == before
    for name in ("earlier-report.jsonl", "earlier-report-2.jsonl"):
        assert name in command("import", write("broken.json", [review(3, url="x")])).output, "no report is written over"
        assert (tmp_path / name).exists()


def test_only_checks_at_hosts_that_are_named_go_in(run, write, checks):
    made = [review(1), review(2, url="https://www.Ellery.example/2"), review(3, url="https://notellery.example/3")]
    told = run(write("data.json", made), "--host", "ELLERY.example")
    assert (told.code, told.new, told.elsewhere) == (0, 1, 2)
    assert checks()[0].url == "https://www.Ellery.example/2"


def test_checks_are_removed_with_their_words(run, write, command, checks, find):
    run(write("data.json", [review(1), review(2), review(3, url="https://other.example/3")]))
    first, *_ = checks()
    assert "1 checks are removed" in command("remove", first.id).output
    assert "1 checks are removed" in command("remove", "--host", "other.example").output
    [left] = checks()
    assert find("ferry") == [left.url]
    assert "0 checks are removed" in command("remove", first.id).output
    assert command("remove").exit_code == 2
    assert left.claim in command("search", "ferry").output
    assert "Nothing that holds" in command("search", "submarine").output
    assert run(write("data.json", [review(1), review(2)])).new == 1


def test_a_folder_is_imported_whole_and_a_page_without_a_check_stops_no_other(run, write, checks, tmp_path):
    (tmp_path / "site/2024").mkdir(parents=True)
    page = '<script type="application/ld+json">{}</script>'
    write("site/2024/one.html", page.format(json.dumps(review(1))))
    write("site/about.htm", "<h1>About us</h1>")
    write("site/feed.json", feed(review(2), {"@type": "ClaimReview"}))
    write("site/index.css", "a {}")
    write("site/old.csv", "no,column,fits\n1,2,3\n")
    write("site/.hidden.json", [review(9)])
    more = write("more.jsonl", json.dumps(review(3)))
    told = run(tmp_path / "site", str(more), str(tmp_path / "gone.html"))
    assert (told.code, told.new, told.refused, told.unread, told.broke_off) == (1, 3, 1, 3, None)
    assert {one.url[-1]: one.imported_from for one in checks()} == {
        "1": "one.html",
        "2": "feed.json",
        "3": "more.jsonl",
    }
    told_of = {one["source"].removeprefix(f"{tmp_path}/"): (one["what"], one["because"][0]) for one in told.report}
    assert told_of["site/about.htm"] == ("not read", "There is no ClaimReview in the page.")
    assert told_of["site/feed.json"][0] == "refused"
    assert set(told_of) == {"site/about.htm", "site/feed.json", "site/old.csv", "gone.html"}
    again = run(tmp_path / "site/2024", "--dry-run")
    assert (again.code, again.same, again.report) == (0, 1, [])
    (tmp_path / "empty").mkdir()
    assert ".html" in run(tmp_path / "empty").output
