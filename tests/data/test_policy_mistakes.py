"""Policies that would break later, or never meet anything: refused while they are read, at the right line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import policy
from data.errors import PolicyError
from data.model import Assessed, Category, Finding, Part, Severity

TEXT = policy.DEFAULT.read_text(encoding="utf-8")
LINES = TEXT.split("\n")
LOOSE = st.dictionaries(st.sampled_from([*policy.TOP, *policy.CLAUSE]), st.integers(-5, 5) | st.booleans(), max_size=5)


def refusal(content: str) -> str:
    """Return what is said of a policy."""
    with pytest.raises(PolicyError) as caught:
        policy.load(content, "p.toml")
    return str(caught.value)


def line_of(start: str) -> int:
    """Return the number of the first line of the shipped policy that begins so."""
    return next(n for n, line in enumerate(LINES, 1) if line.startswith(start))


@pytest.mark.parametrize("key", ["reply_window_days", "claim_minutes", "appeal_days", "support_days"])
def test_a_time_that_no_calendar_has_is_refused(key: str) -> None:
    number = line_of(key)
    for value, said in ((0, "at least 1"), (-3, "at least 1"), (36_501, "at most 36500"), (10**20, "at most 36500")):
        lines = [*LINES]
        lines[number - 1] = f"{key} = {value}"
        assert refusal("\n".join(lines)).startswith(f"p.toml:{number}:1: {key} must be {said}\n")
        lines[number - 1] = f"{key} = 36500"
        assert getattr(policy.load("\n".join(lines)), key) == 36_500


def test_a_clause_for_no_part_would_never_be_met() -> None:
    said = refusal(TEXT.replace('parts = ["own"]', "parts = []", 1))
    assert "parts must name one at least, or nothing ever meets the clause" in said
    assert said.split("\n")[1].endswith("parts = []")


@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85"])
def test_a_line_is_counted_as_toml_counts_it(odd: str) -> None:
    """Words pasted from elsewhere hold characters that end a line for other programs."""
    content = TEXT.replace('title = "Social', f'title = "So{odd}cial', 1).replace(
        "claim_minutes = 20", "claim_minutes = 0"
    )
    said = refusal(content)
    assert said.startswith(f"p.toml:{line_of('claim_minutes')}:1: claim_minutes must be at least 1")
    broken = content.replace("claim_minutes = 0", "claim_minutes = = 0")
    place, shown, _ = refusal(broken).split("\n")
    assert place.startswith(f"p.toml:{line_of('claim_minutes')}:")
    assert "claim_minutes = = 0" in shown


@pytest.mark.parametrize(
    "content",
    ["", "\n\n", "#", "a = " + "[" * 100_000, "[" * 100_000, "\x00", "a", "= 1", '"' * 7, "[[clause]]", "clause = 3"],
)
def test_what_is_no_policy_is_refused_in_words(content: str) -> None:
    assert refusal(content).startswith("p.toml:")


def test_every_mistake_is_shown_at_once() -> None:
    content = TEXT.replace("claim_minutes = 20", "claim_minutes = 0").replace('id = "H1"', 'id = "D1"')
    said = refusal(content.replace('severity = "high"', 'severity = "hihg"', 1))
    assert "claim_minutes must be at least 1" in said
    assert "clause D1 is there twice" in said
    assert "'hihg' is not known; did you mean high?" in said
    assert said.count("^") == 3


@pytest.mark.parametrize("value", ["0", "1", "0.0", "1.0", "-0.1", "nan", "inf", "true", '"0.5"'])
@pytest.mark.parametrize("key", ["prevalence", "characteristic_threshold"])
def test_a_share_lies_between_nothing_and_all(key: str, value: str) -> None:
    number = line_of(key)
    lines = [*LINES]
    lines[number - 1] = f"{key} = {value}"
    assert refusal("\n".join(lines)).startswith(f"p.toml:{number}:1: {key} must ")


@given(LOOSE, st.lists(LOOSE, max_size=3))
def test_no_table_breaks_it(top: dict[str, object], clauses: list[dict[str, object]]) -> None:
    lines = [f"{key} = {str(value).lower()}" for key, value in top.items() if key != "clause"]
    for clause in clauses:
        lines += ["[[clause]]", *(f"{key} = {str(value).lower()}" for key, value in clause.items())]
    assert refusal("\n".join(lines)).startswith("p.toml:")


@given(st.text(max_size=80))
def test_no_words_break_it(content: str) -> None:
    with pytest.raises(PolicyError):
        policy.load(content)


def test_a_caret_stands_under_the_value_that_is_meant() -> None:
    content = TEXT.replace("second_look = []", 'second_look = ["refer", "refre"]')
    place, shown, caret = refusal(content).split("\n")
    assert "'refre' is not known; did you mean refer?" in place
    assert shown[caret.index("^") :].startswith("refre")


SCORES = st.dictionaries(st.sampled_from(Category), st.floats(0, 1), max_size=5)


@given(SCORES, st.floats(0, 1), st.sampled_from(Part))
def test_what_is_met_reaches_its_threshold_and_the_gravest_stands_first(
    found: dict[Category, float], score: float, part: Part
) -> None:
    shipped = policy.default()
    met = policy.hits(shipped, Finding("m", score, found, part=part))
    for hit in met:
        clause = shipped.clause(hit.clause)
        assert clause is not None
        assert hit.probability == found[hit.category] >= clause.threshold
        assert score >= clause.score
        assert part in clause.parts
    assert [hit.severity.rank for hit in met] == sorted((hit.severity.rank for hit in met), reverse=True)
    assert policy.raises_alert(met) is any(hit.severity is not Severity.LOW for hit in met)


@given(SCORES, st.sampled_from(Part))
def test_nothing_is_met_by_what_was_not_assessed_or_has_no_score(found: dict[Category, float], part: Part) -> None:
    shipped = policy.default()
    assert policy.hits(shipped, Finding("m", 1.0, found, assessed=Assessed.NONE, part=part)) == ()
    asked = {clause.id for clause in shipped.clauses if clause.score}
    assert not asked & {hit.clause for hit in policy.hits(shipped, Finding("m", None, found, part=part))}
