"""Which words of a version are judged."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from data.model import Part, PostKind, Version
from data.words import judged_words

NOW = datetime(2026, 11, 1, tzinfo=UTC)
BARE = Version(1, 1, "bins", 1, PostKind.OWN, "text", "", (), "", 0, "", NOW, NOW)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "text"),
        ({"warning": "rude"}, "text\nrude"),
        ({"alt_texts": ("a pond", "", "a swan")}, "text\na pond\na swan"),
        ({"warning": "rude", "alt_texts": ("a pond",)}, "text\nrude\na pond"),
        ({"text": ""}, ""),
        ({"text": "", "alt_texts": ("a pond",)}, "\na pond"),
        ({"shared_text": "theirs"}, "text"),
    ],
)
def test_own_words_begin_with_the_text(changes: dict[str, object], words: str) -> None:
    assert judged_words(replace(BARE, **changes), Part.OWN) == words  # type: ignore[arg-type]


def test_shared_words_are_those_of_others_alone() -> None:
    shared = replace(BARE, shared_text="theirs", warning="rude", alt_texts=("a pond",))
    assert judged_words(shared, Part.SHARED) == "theirs"
    assert judged_words(BARE, Part.SHARED) == ""
