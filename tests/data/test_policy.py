"""The policy: what meets a clause, and errors like a compiler's."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import policy
from data.errors import PolicyError
from data.model import Assessed, Category, Characteristic, Finding, Part, Severity

# Of the shipped policy, with one threshold for all: what it ships is chosen from a workload and changes with the model.
TEXT = re.sub(r"^threshold = .*$", "threshold = 0.05", policy.DEFAULT.read_text(encoding="utf-8"), flags=re.MULTILINE)


def finding(part: Part = Part.OWN, assessed: Assessed = Assessed.FULL, age: float = 0.0, **p: float) -> Finding:
    categories = {Category(name): value for name, value in p.items()}
    characteristics = {Characteristic.AGE: age}
    return Finding("m", 0.5, categories, characteristics, assessed=assessed, part=part)


def test_the_shipped_policy_holds_together() -> None:
    shipped = policy.default()
    assert {c.category for c in shipped.clauses} == set(Category)
    assert all(c.guidance and c.title.startswith("Possible:") for c in shipped.clauses)
    assert shipped.clause("T1").severity is Severity.URGENT  # type: ignore[union-attr]


def test_a_finding_meets_its_clause_and_only_that() -> None:
    [hit] = policy.hits(policy.default(), finding(discrimination=0.4, age=0.3, harassment=0.001))
    assert (hit.clause, hit.characteristics) == ("D1", (Characteristic.AGE,))


def test_the_gravest_clause_comes_first() -> None:
    met = policy.hits(policy.default(), finding(harassment=0.9, threat=0.9, profanity=0.9))
    assert [h.clause for h in met] == ["T1", "H1", "P1"]


def test_a_low_clause_alone_raises_no_alert() -> None:
    met = policy.hits(policy.default(), finding(profanity=0.99))
    assert [h.clause for h in met] == ["P1"]
    assert not policy.raises_alert(met)
    assert policy.raises_alert(policy.hits(policy.default(), finding(harassment=0.99)))


def test_shared_words_meet_the_clause_for_sharing() -> None:
    met = policy.hits(policy.default(), finding(Part.SHARED, discrimination=0.9, harassment=0.9))
    assert [h.clause for h in met] == ["A1"]


def test_what_was_not_assessed_meets_nothing() -> None:
    assert policy.hits(policy.default(), finding(assessed=Assessed.NONE, threat=1.0)) == ()


def test_a_clause_can_ask_for_characteristics() -> None:
    narrowed = TEXT.replace(
        'category = "discrimination"\nseverity = "high"',
        'category = "discrimination"\ncharacteristics = ["age"]\nseverity = "high"',
    )
    one = policy.load(narrowed)
    assert policy.hits(one, finding(discrimination=0.9)) == ()
    assert [h.clause for h in policy.hits(one, finding(discrimination=0.9, age=0.5))] == ["D1"]


def test_a_clause_can_ask_for_a_score_too() -> None:
    asking = policy.load(re.sub(r"^score = .*$", "score = 0.6", TEXT, flags=re.MULTILINE))
    assert policy.hits(asking, finding(harassment=0.9)) == ()
    enough = policy.load(re.sub(r"^score = .*$", "score = 0.5", TEXT, flags=re.MULTILINE))
    assert [h.clause for h in policy.hits(enough, finding(harassment=0.9))] == ["H1"]
    without = policy.load(re.sub(r"^score = .*\n", "", TEXT, flags=re.MULTILINE))
    assert [h.clause for h in policy.hits(without, finding(harassment=0.9))] == ["H1"]
    with pytest.raises(PolicyError, match="score must lie between 0 and 1"):
        policy.load(re.sub(r"^score = .*$", "score = 7.0", TEXT, flags=re.MULTILINE))


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_probable_never_meets_less(a: float, b: float) -> None:
    low, high = sorted((a, b))
    met = {h.clause for h in policy.hits(policy.default(), finding(harassment=low))}
    assert met <= {h.clause for h in policy.hits(policy.default(), finding(harassment=high))}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('severity = "urgent"', 'severity = "urgnt"', "'urgnt' is not known; did you mean urgent?"),
        ('category = "threat"', 'category = "thread"', "'thread' is not known; did you mean threat?"),
        ("threshold = 0.05", "threshold = 1.5", "threshold must lie between 0 and 1"),
        ("threshold = 0.05", 'threshold = "high"', "threshold must be a number"),
        ("prevalence = 0.005", "prevalance = 0.005", "'prevalance' is not known; did you mean prevalence?"),
        ('id = "H1"', 'id = "D1"', "clause D1 is there twice"),
        ('parts = ["own", "shared"]', 'parts = ["own", "shraed"]', "'shraed' is not known; did you mean shared?"),
        ("claim_minutes = 20", "claim_minutes = 0", "claim_minutes must be at least 1"),
        ("claim_minutes = 20", "claim_minutes = true", "claim_minutes must be a whole number"),
    ],
)
def test_mistakes_are_shown_with_line_and_caret(old: str, new: str, told: str) -> None:
    broken = TEXT.replace(old, new, 1)
    with pytest.raises(PolicyError) as caught:
        policy.load(broken, "p.toml")
    message = str(caught.value)
    assert told in message
    line = int(message.split(":")[1])
    assert (
        new.split("=")[0].strip().split("[")[0].split(" ")[0] in broken.splitlines()[line - 1] or "missing" in message
    )
    assert message.splitlines()[2].strip() == "^"


def test_a_missing_key_and_broken_toml_are_told() -> None:
    with pytest.raises(PolicyError, match="clause H1: threshold is missing"):
        policy.load(TEXT.replace('severity = "medium"\nthreshold = 0.05', 'severity = "medium"', 1))
    with pytest.raises(PolicyError, match=r"p.toml:1:\d+"):
        policy.load("version = \n", "p.toml")
    with pytest.raises(PolicyError, match="no \\[\\[clause\\]\\]"):
        policy.load(TEXT.split("[[clause]]")[0])


def test_the_digest_is_of_the_text() -> None:
    assert policy.load(TEXT + "\n").sha256 != policy.load(TEXT).sha256
