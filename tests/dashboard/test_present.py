"""Labels, sentences and tables, without Streamlit and without a store."""

from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from dashboard import present
from data.model import (
    AlertStatus,
    Category,
    Characteristic,
    Judgement,
    Outcome,
    PassportState,
    Platform,
    PostKind,
    Role,
    Severity,
)
from data.services.reading import Looked

LONDON = "Europe/London"
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (present.CATEGORIES, Category),
        (present.CHARACTERISTICS, Characteristic),
        (present.JUDGEMENTS, Judgement),
        (present.OUTCOMES, Outcome),
        (present.OUTCOME_NOTES, Outcome),
        (present.KINDS, PostKind),
        (present.STATUSES, AlertStatus),
        (present.SEVERITIES, Severity),
        (present.PLATFORMS, Platform),
        (present.STATES, PassportState),
        (present.ROLES, Role),
    ],
)
def test_every_word_of_the_model_has_a_label(labels: dict[StrEnum, str], kind: type[StrEnum]) -> None:
    assert set(labels) == set(kind)
    assert all(labels.values())


def test_advice_comes_first_and_what_is_adverse_last() -> None:
    assert list(present.OUTCOMES) == ["advice", "training", "no_action", "correct_or_remove", "refer"]


def test_times_are_those_of_the_council() -> None:
    summer, winter = datetime(2026, 7, 1, 12, tzinfo=UTC), datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert present.moment(summer, LONDON) == "Wednesday 1 July 2026, 13:00"
    assert present.short(winter, LONDON) == "22 Nov 2026, 12:00"
    assert present.moment(None, LONDON) == present.short(None, LONDON) == "not known"
    assert present.day(date(2026, 3, 9)) == "9 March 2026"
    assert present.day(None) == "not given"


@pytest.mark.parametrize(
    ("number", "judged", "said"),
    [
        (0, 0, "not yet known: none has been decided so far"),
        (1, 1, "not yet known: 1 has been decided so far"),
        (4, 4, "not yet known: 4 have been decided so far"),
        (0, 12, "none of the 12 decided was upheld here; it may still be up to 1 in 4"),
        (2, 12, "about 1 in 6 was upheld here (2 of 12 decided; between 1 in 21 and 1 in 2"),
        (9, 12, "about 8 in 10 was upheld here (9 of 12 decided"),
        (12, 12, "about 10 in 10"),
    ],
)
def test_how_often_flags_are_upheld_is_said_in_numbers_of_posts(number: int, judged: int, said: str) -> None:
    sentence = present.upheld(number, judged)
    assert said in sentence
    assert "%" not in sentence


def test_the_interval_is_wilsons() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662
    assert present.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert present.wilson(0, 20)[0] == 0.0
    assert present.wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_absence_is_named() -> None:
    found = Looked(3, 7, {"full": 4, "partial": 1, "none": 1, "": 1}, 2, (object(),), ("museum",))  # type: ignore[arg-type]
    said = " ".join(present.looked(found))
    assert "4 were assessed in full, 1 was assessed in part, 1 could not be assessed and 1 has not been" in said
    assert "1 account has never been collected" in said
    assert "1 account could not be collected" in said
    assert "2 stretches of time were missed and stay gaps" in said


def test_an_empty_register_is_said_to_be_empty() -> None:
    assert present.looked(Looked(0, 0, {}, 0, (), ())) == ["The register has no accounts yet, so nothing is collected."]


def test_what_was_not_assessed_means_nothing() -> None:
    assert "a picture or film without a description" in present.left_out(["image"])
    assert present.left_out([]) == ""


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://social.example/1", True),
        ("http://social.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//social.example", False),
        ("https://", False),
        ("http://[bad", False),
        ("", False),
        (" https://social.example ", True),
    ],
)
def test_only_web_addresses_are_linked(url: str, kept: bool) -> None:
    assert bool(present.web_link(url)) is kept


def test_labels_keep_their_characters() -> None:
    assert present.markdown("Bins *and* [x](y)") == r"Bins \*and\* \[x\]\(y\)"
    assert present.markdown(":material/home: $x$ ~a~") == r"\:material/home\: \$x\$ \~a\~"
    assert present.markdown("two\nlines") == "two lines"


def test_every_cell_and_value_is_escaped() -> None:
    html = present.table(HOSTILE, [HOSTILE], [[HOSTILE, HOSTILE]], link='/x"')
    html += present.facts([(HOSTILE, HOSTILE)]) + present.tag(HOSTILE, HOSTILE) + present.bullets([HOSTILE])
    html += present.paragraphs([HOSTILE], HOSTILE) + present.value(HOSTILE)
    assert "<img" not in html
    assert 'href="/x"' not in html


def test_words_in_lists() -> None:
    assert present.joined([]) == ""
    assert present.joined(["a"]) == "a"
    assert present.joined(["a", "b", "c"]) == "a, b and c"
    assert present.count(1, "alert") == "1 alert"
    assert present.count(1204, "alert") == "1,204 alerts"
    assert present.value("") == '<span class="pr-none">not given</span>'
    assert present.bullets([], "None.") == "<p>None.</p>"
