"""Contexts that argue against a flag."""

import re

import pytest

from classifier.cues import CUES, cues

EXAMPLES = {
    "quotation": 'He told her "you do not belong in this office" and left.',
    "reporting": "The court heard that the man had shouted at the driver.",
    "condemnation": "Racism is unacceptable in our parks.",
    "counter_speech": "Myth-busting: migrants do not jump the queue.",
    "awareness_campaign": "Today begins Hate Crime Awareness Week.",
    "testimony": "As a disabled resident I know this well.",
    "support": "If you have been affected, ring the helpline.",
    "service_notice": "Opening times over the bank holiday",
    "place_name": "Roadworks in Scunthorpe until May.",
    "teaching": "A new exhibition at the museum.",
}


@pytest.mark.parametrize("name", CUES)
def test_every_cue_has_an_example(name: str) -> None:
    assert name in cues(EXAMPLES[name])


def test_a_plain_sentence_has_none() -> None:
    assert cues("Mervyn is late again") == ()


def test_names_come_in_the_order_of_the_table() -> None:
    found = cues(" ".join(EXAMPLES.values()))
    assert found == tuple(CUES)


@pytest.mark.parametrize("pattern", CUES.values(), ids=list(CUES))
def test_no_pattern_repeats_a_repeat(pattern: re.Pattern[str]) -> None:
    assert not re.search(r"[*+}]\)[*+{]", pattern.pattern)
