"""What is said of a draft: clauses and stretches, no word of the draft and no probability."""

import json

import pytest

from classifier.drafts import LONGEST, about
from classifier.pipeline import Model
from data.errors import UseError
from data.policy import default

HARM = "Women like her should stay at home and leave this to men, she is useless."


def test_a_draft_that_touches_a_clause(shipped: Model) -> None:
    found = about(shipped, default(), HARM)
    assert "D1" in [clause["id"] for clause in found["clauses"]]
    assert found["clauses"][0]["guidance"]
    stretches = [HARM[s["start"] : s["end"]] for s in found["for"]]
    assert stretches
    assert all(stretch.strip() for stretch in stretches)


def test_the_answer_holds_no_word_of_the_draft_and_no_probability(shipped: Model) -> None:
    found = about(shipped, default(), "Zebedee Quill is useless and should be sacked, the old fool.")
    told = json.dumps(found)
    for word in ("Zebedee", "Quill", "useless", "sacked", "score", "probab"):
        assert word not in told


def test_an_everyday_draft_touches_nothing(shipped: Model) -> None:
    found = about(shipped, default(), "Bins are collected on Tuesday this week because of the bank holiday.")
    assert found["clauses"] == []
    assert found["read"]


def test_what_is_not_english_was_not_read(shipped: Model) -> None:
    found = about(shipped, default(), "Mae'r llyfrgell ar gau ddydd Llun oherwydd gŵyl y banc, diolch am eich amynedd.")
    assert not found["read"]
    assert found["clauses"] == []


@pytest.mark.parametrize(("text", "message"), [("", "no words"), (" \n", "no words"), ("a" * (LONGEST + 1), "longer")])
def test_what_cannot_be_asked(shipped: Model, text: str, message: str) -> None:
    with pytest.raises(UseError, match=message):
        about(shipped, default(), text)
