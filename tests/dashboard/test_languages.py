"""Catalogues: read as translators write them, complete for the notice, and honest about what is missing."""

import re
from gettext import NullTranslations

import pytest

from dashboard import languages, openness_notice
from dashboard.languages import Catalogue, read
from dashboard.openness_words import Told
from data.config import Settings
from data.errors import NotFound
from tests.support.told import facts

ALL_ON = Settings(sample_size=40, sample_dpia="D", adapt_purpose="p", adapt_dpia="d")


def test_a_catalogue_is_read_with_its_lines_put_together() -> None:
    lines = (
        '# a note\nmsgid ""\nmsgstr "Language: cy\\n"',
        'msgid "One"\nmsgstr "Un"',
        'msgid ""\n"Two "\n"lines"\nmsgstr ""\n"Dwy "\n"linell: \\"x\\""',
    )
    content = "\n\n".join(lines)
    assert read(content) == {"One": "Un", "Two lines": 'Dwy linell: "x"'}


@pytest.mark.parametrize(
    ("content", "line"),
    [('msgid "a"\nmsgstr b', 2), ('msgid "a', 1), ('msgctxt "x"', 1), ('msgid "a" + "b"', 1), ('"a" if 1 else "b"', 1)],
)
def test_what_is_no_catalogue_is_named_by_its_line(content: str, line: int) -> None:
    with pytest.raises(ValueError, match=rf"line {line}: "):
        read(content)


def test_nothing_of_a_catalogue_is_carried_out() -> None:
    with pytest.raises(ValueError, match="is no text in quotes"):
        read('msgid "a".__class__')


def test_what_is_not_translated_stays_english_and_is_noted() -> None:
    words = Catalogue({"a": "b", "c": ""})
    assert [words.gettext(text) for text in ("a", "c", "d")] == ["b", "c", "d"]
    assert words.missing == ["c", "d"]


def test_english_needs_no_catalogue_and_others_are_named() -> None:
    assert languages.translations("en").gettext("x") == "x"
    with pytest.raises(NotFound, match="no texts in 'fr'; there are en, cy"):
        languages.translations("fr")


@pytest.mark.parametrize("settings", [ALL_ON, Settings(), Settings(retention_posts=0)])
def test_the_welsh_notice_is_whole(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    words = languages.translations("cy")
    assert isinstance(words, Catalogue)
    monkeypatch.setattr(languages, "translations", lambda _: words)
    openness_notice.record(facts(settings=settings), Told(), "cy")
    assert words.missing == []


def test_no_translation_loses_a_figure_or_is_left_over() -> None:
    words = languages.translations("cy")
    assert isinstance(words, Catalogue)
    for english, welsh in words.texts.items():
        assert sorted(re.findall(r"{\w+}", english)) == sorted(re.findall(r"{\w+}", welsh)), english
        assert welsh != english
    asked: set[str] = set()

    class Listening(NullTranslations):
        def gettext(self, message: str) -> str:
            asked.add(message)
            return message

    for settings in (ALL_ON, Settings(retention_posts=0)):
        found = facts(settings=settings)
        for part in (openness_notice._what, openness_notice._collected, openness_notice._people):
            part(Listening(), found)
    openness_notice._rights(Listening(), Told())
    frame = {openness_notice.DRAFT, "Sections", "Notice to owners of council social media accounts"}
    made = "Made on {day}. A draft: complete it, and have it checked before it is sent."
    assert asked | frame | {made} == set(words.texts)
