"""Hosts as machines compare them and as people read them, and what an address tells by itself."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.fields import PublicUrl, Url
from shared.hostnames import for_people, host_of, is_for_all, is_private, is_same_page
from shared.markdown import to_html


@pytest.mark.parametrize(
    ("written", "host", "shown"),
    [
        ("https://Bücher.example/a", "xn--bcher-kva.example", "bücher.example"),
        ("straße.example", "xn--strae-oqa.example", "straße.example"),  # not that of strasse.example
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai", "пример.рф"),
        ("例え.example", "xn--r8jz45g.example", "例え.example"),
        ("بلدية.example", host_of("بلدية.example"), "بلدية.example"),
        ("раураӏ.com", host_of("раураӏ.com"), host_of("раураӏ.com")),  # Cyrillic throughout
        ("pаypal.com", host_of("pаypal.com"), host_of("pаypal.com")),  # one Cyrillic letter
        ("payıpal.com", host_of("payıpal.com"), host_of("payıpal.com")),
        ("xn--a.example", "xn--a.example", "xn--a.example"),  # means nothing
        ("a_b.example.", "a_b.example", "a_b.example"),
    ],
)
def test_a_host_is_shown_in_its_own_letters_unless_they_can_be_taken_for_others(written, host, shown):
    assert host_of(written) == host
    assert host.isascii()
    assert for_people(host) == shown


def test_where_everybody_has_a_name_is_nobody_s():
    assert [host for host in ("co.uk", "github.io", "com.ua", "foo.ck", "uk") if not is_for_all(host)] == []
    assert [host for host in ("bbc.co.uk", "courier.example", "www.ck", "who.int") if is_for_all(host)] == []


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "https://10.0.0.1/a", "https://127.1/", "https://2130706433/", "https://0x7f.1/", "http://intranet/",
        "https://files.corp/", "https://printer.local:8080/", "https://169.254.169.254/latest", "https://0177.0.0.1/",
    ],
)  # fmt: skip
def test_what_only_a_network_of_one_s_own_leads_to_is_no_address_for_readers(url):
    assert TypeAdapter(Url).validate_python(url) == url
    with pytest.raises(ValidationError, match="readers can reach"):
        TypeAdapter(PublicUrl).validate_python(url)
    assert TypeAdapter(PublicUrl).validate_python("https://8.8.8.8/") == "https://8.8.8.8/"


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1\\@news.example/", "http://news.example\\@10.0.0.1/", "http://%31%30.0.0.1/", "http://⑩.0.0.1/",
        "http://１０。0.0.1/", "http://wiki.lo\u00adcal/", "http://[64:ff9b::a00:1]/", "http://[2002:a00:1::]/", "http://[::10.0.0.1]/",
        "http://[::ffff:a00:1]/", "http://[::1]/",
    ],
)  # fmt: skip
def test_an_address_is_read_as_browsers_read_it(url):
    assert is_private(url)
    assert "\\" in url or "href" not in to_html(f"[there]({url})")  # where it stands for the letter behind it
    assert not is_private("http://[64:ff9b::808:808]/")
    assert not is_private("http://bücher.example/a\\b?c=http://10.0.0.1/")


@pytest.mark.parametrize("unseen", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u200e"])
@pytest.mark.parametrize("pattern", ["https://a{}b.example/", "https://ab.example/{}x"])
def test_no_address_holds_what_nobody_sees(unseen, pattern):
    with pytest.raises(ValidationError, match="must be an http or https address"):
        TypeAdapter(Url).validate_python(pattern.format(unseen))
    assert TypeAdapter(Url).validate_python(pattern.format("ی\u200cک"))  # which Persian words need


@pytest.mark.parametrize("host", ["[2606:4700::1111]", "[2606:4700::1111]:8443", "[::1]"])
def test_an_ipv6_address_is_told_to_be_one_and_not_that_it_is_none_of_http(host):
    with pytest.raises(ValidationError, match="an IPv6 address is not taken"):
        TypeAdapter(Url).validate_python(f"https://{host}/page")


def test_the_same_page_is_known_however_its_address_is_written():
    page = "https://log.example/27?a=B"
    same = ("http://LOG.example:80/27?a=B#top", "https://log.example:443/27?a=B", "HTTPS://log.example./27?a=B")
    assert [one for one in same if not is_same_page(one, page)] == []
    assert is_same_page("https://bücher.example", "https://xn--bcher-kva.example/")
    other = ("https://log.example/27?a=b", "https://log.example:8443/27?a=B", "https://web.archive.org/web/1/" + page)
    assert [one for one in other if is_same_page(one, page)] == []
