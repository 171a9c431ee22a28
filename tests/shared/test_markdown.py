"""The desk's Markdown can do nothing but be read."""

import re

import pytest

from shared.markdown import addresses_inside, to_html, to_text


def test_what_desks_write_is_shown():
    html = to_html("**Bold**, *soft*, `code`.\n\n- one\n- two\n\n> said\n\n[log](https://example.org/log)")
    assert "<strong>Bold</strong>" in html
    assert '<a href="https://example.org/log" rel="nofollow noopener">log</a>' in html
    assert '<p dir="auto">' in html


def test_what_leads_into_a_network_of_somebody_s_own_is_words_alone():
    for inside in ("http://10.0.0.3/x", "https://wiki/x", "http://[fd00::1]/", "http://2130706433/", "//10.0.0.3/x"):
        assert "href" not in to_html(f"[the *log*]({inside})")
        assert inside.strip("/") not in to_html(f"[the log]({inside}) [{inside}]({inside})")
    assert to_html("[a](http://10.0.0.3/) [b](https://b.example/)").count("<a ") == 1
    written = "> [a](http://10.0.0.3/) [b](https://b.example/)\n\n[c] <http://wiki/> [c]\n\n[c]: //10.0.0.3/c\n[d]: http://d.lan/"
    assert addresses_inside(written) == ["http://10.0.0.3/", "//10.0.0.3/c", "http://wiki/", "http://d.lan/"]


@pytest.mark.parametrize(
    "written",
    [
        "<http://10.0.0.3/SECRET>", "<SECRET@wiki.internal>", "[m](mailto:SECRET@wiki.internal)", "<smb://files/SECRET>",
        "see http://wiki/SECRET.", "`http://wiki.internal/SECRET`", "    http://wiki.internal/SECRET", "```\nhttp://wiki/SECRET\n```",
        "[wiki.internal/SECRET](http://wiki.internal/SECRET)", "[a](https://a.example 'http://wiki.internal/SECRET')",
        "[a](https://a.example/?to=http%3A%2F%2F10.0.0.3%2FSECRET)", "[a](https://a.example/?to=http%253A%252F%252Fwiki%252FSECRET)",
        "[a](https://web.archive.example/2026/http://wiki.internal/SECRET)", "[a](10.0.0.3/SECRET)", r"[a](\\\\10.0.0.3/SECRET)",
        "[a](http://wiki.inter\u200bnal/SECRET)", "[a](http://①⓪.⓪.⓪.③/SECRET)", "[a](ht&Tab;tp://10.0.0.3/SECRET)",
        "[a](ftp://10.0.0.3/SECRET)", "[a](file://files/SECRET)", "<a href='http://10.0.0.3/SECRET'>", "![a](http://wiki/SECRET)",
        "[a [b](http://wiki.internal/SECRET) c](https://a.example)", "[a](http://nas.localdomain/SECRET)",
    ],
)  # fmt: skip
def test_no_way_of_writing_tells_of_an_address_inside(written):
    assert addresses_inside(written)
    assert "SECRET" not in to_html(written)
    assert "SECRET" not in to_text(written)


@pytest.mark.parametrize(
    "written",
    [
        "The router answers at 10.0.0.3, the wiki at wiki.internal.", "[a](/checks/b) [b](#c) [c](https://a.example/?to=/b)",
        "[a](https://a.example/?to=https%3A%2F%2Fb.example%2F) <ada@desk.example>", "<https://a.example/10.0.0.3>",
    ],
)  # fmt: skip
def test_what_leads_elsewhere_is_left_as_it_is(written):
    assert addresses_inside(written) == []
    assert "[…]" not in to_html(written)
    assert to_html(written).count("<a ") == written.count("](") + written.count("<")


def test_it_is_read_without_its_marks():
    written = "## The log\n\n*Two*\ndays, `a < b`.\n\n- one\n- [two](https://b.example/)\n\n7. seven\n\n> said\n\n"
    written += "<https://c.example/> [in](http://10.0.0.3/)"
    assert to_text(written).split("\n\n") == [
        "The log", "Two\ndays, a < b.", "• one", "• two (https://b.example/)", "7. seven", "said", "https://c.example/ in",
    ]  # fmt: skip
    assert to_text("") == ""


@pytest.mark.parametrize(
    "trick",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt&#58;alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:alert)",
        "<javascript:alert(1)>",
        "![x](https://tracker.example/pixel.gif)",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<style>body{display:none}</style>",
        "```html\n</code></pre><script>alert(1)</script>\n```",
        "<!-- --><svg/onload=alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
    ],
)
def test_tricks_are_shown_as_text(trick):
    html = to_html(trick)
    for opening in re.findall(r"<[^>]*>", html):
        assert re.match(r"</?(a|blockquote|br|code|em|h[3-6]|hr|li|ol|p|pre|strong|ul)\b", opening), opening
        assert not re.search(r"\son\w+=[^\"]|(java|vb)script:|data:", opening.split('title="')[0], re.I), opening
    assert not re.search(r'href="(?!https?:|mailto:|/)', html)


def test_headings_stand_below_the_page_s_own_without_gaps():
    levels = re.findall(r"<h(\d)", to_html("# A\n\n### B\n\n### C\n\n###### D\n\n# E\n\n## F"))
    assert levels == ["3", "4", "4", "5", "3", "4"]
    assert re.findall(r"<h(\d)", to_html("## A\n\n## B")) == ["3", "3"]
