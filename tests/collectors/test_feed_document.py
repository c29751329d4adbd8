"""What an answer is, and how XML is mended without changing what it says; slices of items as evidence."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.feed_document import Kind, decode, is_complete, mend, next_page, read_document, without_doctype
from collectors.feed_slices import DEEPEST, canonical, item_elements, minimised, named
from tests.collectors.support import FIXTURES, fetched

RSS = '<rss version="2.0"><channel><item><title>{}</title></item></channel></rss>'
WORDS = "Tŷ Gŵyr £5 – 🚧"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (WORDS.encode(), ""),
        (WORDS.encode(), "text/xml; charset=iso-8859-1"),
        (b"\xef\xbb\xbf" + WORDS.encode(), ""),
        (WORDS.encode("utf-16"), ""),
        (b"\xfe\xff" + WORDS.encode("utf-16-be"), ""),
    ],
)
def test_every_encoding_gives_the_same_words(body: bytes, content_type: str) -> None:
    assert decode(body, content_type).lstrip("\ufeff") == WORDS


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("", "cp1252"),
        ("nonsense", "cp1252"),
        ("zip", "cp1252"),
        ("unicode_escape", "cp1252"),
        ("iso-8859-15", "iso-8859-15"),
        ("windows-1250", "cp1250"),
        ("ISO-8859-14", "iso-8859-14"),
    ],
)
def test_labels_are_believed_only_where_utf8_fails(label: str, codec: str) -> None:
    assert decode("café".encode(codec), f'text/xml; charset="{label}"' if label else "") == "café"
    declared = f'<?xml version="1.0" encoding="{label}"?>café'
    assert decode(declared.encode(codec), "text/xml") == declared


@given(st.binary(max_size=200), st.text(max_size=40))
def test_any_bytes_decode(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="<&]"), max_size=50))
def test_mending_leaves_sound_text_alone(words: str) -> None:
    assert mend(RSS.format(words)) == RSS.format(words).lstrip("\ufeff \t\r\n").translate({0xFFFE: None, 0xFFFF: None})


@pytest.mark.parametrize(
    ("broken", "meant"),
    [
        ("&eacute;", "é"),
        ("&amp;eacute;", "&eacute;"),
        ("&lt;b&gt;", "<b>"),
        ("&nowhere;", "&nowhere;"),
        ("a\x08b", "ab"),
        ("a&#8;b", "ab"),
        ("a&#x1F6A7;b", "a🚧b"),
        ("&#xD800;", ""),
        ("&#9999999;", ""),
        ("&LT;", "<"),
        ("&AMP;", "&"),
    ],
)
def test_what_xml_forbids_is_mended(broken: str, meant: str) -> None:
    root = ET.fromstring(mend(RSS.format(broken)))
    assert (root.findtext("channel/item/title") or "") == meant


@pytest.mark.parametrize(
    "head",
    [
        "",
        '<?xml version="1.0"?>',
        "<!DOCTYPE rss>",
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "]>"> <!ENTITY b "x">]>',
        '<!DOCTYPE rss PUBLIC "-//x//EN" "http://x/">',
        "<!doctype rss [ ] >",
        "\n\n<!-- note -->\n<!DOCTYPE rss>",
    ],
)
def test_declarations_are_cut_off(head: str) -> None:
    left = without_doctype(head + RSS.format("x"))
    assert "DOCTYPE" not in left.upper()
    assert left.endswith(RSS.format("x")) or "]>" in head


def test_a_document_type_within_the_text_is_text() -> None:
    text = RSS.format("<![CDATA[<!DOCTYPE html>]]>")
    assert without_doctype(text) == text


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (RSS.format("x"), Kind.XML),
        ("<feed/>", Kind.XML),
        ("<a:RDF xmlns:a='urn:a'/>", Kind.XML),
        ("<rss><channel>", Kind.XML),
        ("<!DOCTYPE html><p>x", Kind.HTML),
        ("<HTML><p>x", Kind.HTML),
        ("<urlset/>", Kind.OTHER),
        ('{"version":"https://jsonfeed.org/version/1"}', Kind.JSON),
        ('{"a":1}', Kind.OTHER),
        ("{broken", Kind.JSON),
        ("words", Kind.OTHER),
        ("", Kind.OTHER),
    ],
)
def test_kinds_are_told_apart(body: str, kind: Kind) -> None:
    assert read_document(fetched(body.encode())).kind is kind


def test_the_next_page_is_the_feeds_own_and_not_an_items() -> None:
    item = '<entry><link rel="next" href="/wrong"/></entry>'
    made = fetched(f'<feed xmlns="http://www.w3.org/2005/Atom">{item}<link rel="next" href="?p=2"/></feed>'.encode())
    document = read_document(made)
    assert next_page(document, made.url) == f"{made.url}?p=2"
    assert not is_complete(document)


def item_of(name: str) -> ET.Element:
    root = read_document(fetched((FIXTURES / "feeds" / name).read_bytes())).root
    assert root is not None
    return item_elements(root)[0]


@pytest.mark.parametrize(
    "name", ["rss20_people.xml", "atom10_people.xml", "atom10_xhtml.xml", "youtube.xml", "rss10.rdf"]
)
def test_a_slice_is_a_document_of_its_own(name: str) -> None:
    """Written, read and written again it is the same, so its digest can be checked by anybody."""
    item = item_of(name)
    for one in (item, minimised(item)[0]):
        assert canonical(ET.fromstring(canonical(one))) == canonical(one)


def test_a_slice_does_not_depend_on_the_document_around_it() -> None:
    first = ET.fromstring('<x xmlns:d="urn:d"><item b="2" a="1"><d:t/> <u>x</u></item></x>')
    other = ET.fromstring('<x>\n<item  a="1" b="2"><q:t xmlns:q="urn:d"></q:t>\n<u>x</u>\n</item></x>')
    assert canonical(first[0]) == canonical(other[0])


def test_an_unknown_namespace_gets_a_name_of_its_own() -> None:
    assert named("{urn:a}x") != named("{urn:b}x")
    assert named("{http://purl.org/dc/elements/1.1/}creator") == "dc:creator"
    assert named("plain") == "plain"


def test_nothing_is_written_deeper_than_any_honest_item() -> None:
    root = ET.Element("item")
    node = root
    for _ in range(DEEPEST + 2):
        node = ET.SubElement(node, "a")
    with pytest.raises(ValueError, match="too deep"):
        canonical(root)
