"""English or not, a sentence at a time; in doubt it is assessed."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.language import LONGEST, identifier, judge, sentence_language, sentences

WELSH = "Bydd y biniau yn cael eu casglu ddydd Gwener yr wythnos hon."
GAELIC = "Tha an leabharlann dùinte an-diugh airson obair-chàraidh."
DUTCH = "Zij moeten open zijn of weg gaan of dood in de stad."
GERMAN = "Die Bibliothek bleibt wegen einer Schulung heute leider geschlossen."


class Sure:
    """A language model that is as sure of one language as it is told."""

    def __init__(self, language: str, probability: float) -> None:
        self.answer = [(language, probability), ("en", 1 - probability)]

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Return the language it was made with."""
        return self.answer


@pytest.mark.parametrize(("text", "code"), [(WELSH, "cy"), (GAELIC, "gd"), (GERMAN, "de"), (DUTCH, "nl")])
def test_another_language_is_named_and_not_assessed(text: str, code: str) -> None:
    judged = judge(text)
    assert (judged.language, judged.english, judged.other) == (code, [], True)


@pytest.mark.parametrize(
    "text",
    [
        "Bins will be collected on Friday instead of Thursday this week.",
        "lol u r such an idi0t",
        "ffs",
        "go home",
        "Library closed",
        "y0u 4re p4th3tic m8",
        "😀😀😀",
        "",
        "1234 5678 91011",
        "<url> <user>",
    ],
)
def test_english_and_what_is_in_doubt_is_assessed(text: str) -> None:
    judged = judge(text)
    assert (judged.language, judged.other) == ("en", False)


def test_a_bilingual_post_is_assessed_in_part() -> None:
    text = f"{WELSH} / Bins will be collected on Friday this week."
    judged = judge(text)
    assert judged.other
    kept = "".join(text[a:b] for a, b in judged.english)
    assert "Bins will be collected on Friday" in kept
    assert "biniau" not in kept


def test_english_hidden_among_welsh_is_still_assessed() -> None:
    judged = judge(f"{WELSH}\nWhat a clown you are, Mervyn.\n{WELSH}")
    assert judged.language == "cy"
    assert len(judged.english) == 1


@pytest.mark.parametrize(
    ("language", "probability", "expected"),
    [
        ("de", 0.95, "de"),
        ("de", 0.85, "en"),
        ("cy", 0.75, "cy"),
        ("cy", 0.6, "en"),
        ("sco", 0.99, "en"),
        ("zxx", 1, "en"),
    ],
)
def test_certainty_that_is_asked_for(language: str, probability: float, expected: str) -> None:
    assert sentence_language("xhosa qwerty zzyzx blarg wibble", Sure(language, probability)) == expected


def test_function_words_outweigh_the_model() -> None:
    assert sentence_language("they should not have said that to you", Sure("de", 1.0)) == "en"


def test_a_short_text_is_never_left_out() -> None:
    assert sentence_language("Gwybodaeth", Sure("cy", 1.0)) == "en"


@given(st.text(alphabet="ab.!?\n|/ é", max_size=200))
def test_sentences_make_up_the_text(text: str) -> None:
    assert "".join(text[a:b] for a, b in sentences(text)) == text


def test_a_sentence_without_end_is_cut() -> None:
    assert max(b - a for a, b in sentences("x" * 10_000)) == LONGEST


def test_the_model_is_loaded_once_and_not_at_import() -> None:
    assert identifier() is identifier()
    heavy = "py3langid", "sklearn", "pandas", "scipy", "sqlalchemy"
    code = f"import sys, classifier.pipeline; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
