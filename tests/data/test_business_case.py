"""The business case: its lists, what forbids an approval and what only warns."""

import pytest

from data import business_case
from data.business_case import BASES, OWN_CHOICE, SPECIAL, BusinessCase
from data.model import AccountKind


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("public task", ("public task",)),
        ("Public_Task", ("public task",)),
        ("Article 6(1)(e)", ("public task",)),
        ("UK GDPR Article 6(1)(c), legal obligation; contract", ("legal obligation", "contract")),
        ("the member’s own choice; public task", ("public task",)),
        ("", ()),
    ],
)
def test_a_basis_is_understood_as_people_write_it(text: str, found: tuple[str, ...]) -> None:
    assert business_case.bases(text) == found
    assert business_case.basis_problem(text) == ""


@pytest.mark.parametrize("text", ["because we can", "public task; because", "consent or contract", "task"])
def test_what_is_no_basis_is_named(text: str) -> None:
    assert "is not a lawful basis; known are public task, legal obligation" in business_case.basis_problem(text)


def test_all_six_bases_have_their_article() -> None:
    assert sorted(BASES.values()) == [f"Article 6(1)({letter})" for letter in "abcdef"]
    assert all(business_case.bases(name) == business_case.bases(article) == (name,) for name, article in BASES.items())


def test_the_member_s_choice_is_added_once() -> None:
    assert business_case.with_choice("public task") == f"{OWN_CHOICE}; public task"
    assert business_case.with_choice(business_case.with_choice("")) == OWN_CHOICE
    assert business_case.own_choice("The member’s own choice")
    assert not business_case.own_choice("public task")


@pytest.mark.parametrize(
    ("case", "told"),
    [
        (BusinessCase(posts_from=3, posts_to=5), ()),
        (BusinessCase(posts_from=3), ()),
        (BusinessCase(posts_from=5, posts_to=3), ("Posts a week go from 5 to 3: the first is the larger one.",)),
        (BusinessCase(posts_from=-1), ("Posts a week are a number from 0 to 10,000.",)),
        (BusinessCase(special=("employment", "whim")), ("'whim' is not a condition of Article 9 or 10.",)),
        (BusinessCase(special=tuple(SPECIAL)), ()),
    ],
)
def test_a_case_is_checked(case: BusinessCase, told: tuple[str, ...]) -> None:
    assert business_case.problems(case) == told


@pytest.mark.parametrize("kind", list(AccountKind))
def test_a_corporate_account_needs_two_people(kind: AccountKind) -> None:
    basis = f"{OWN_CHOICE}; public task"
    assert business_case.hindrances(kind, basis, 2) == ()
    one = business_case.hindrances(kind, basis, 1)
    assert ("two people at least" in "".join(one)) is (kind is AccountKind.CORPORATE)
    assert "Nobody owns the account" in "".join(business_case.hindrances(kind, basis, 0))


def test_a_councillor_s_account_is_off_until_they_choose_it() -> None:
    [told] = business_case.hindrances(AccountKind.COUNCILLOR, "public task", 1)
    assert "member’s own choice" in told
    assert business_case.hindrances(AccountKind.SERVICE, "public task", 1) == ()


def test_consent_legitimate_interests_and_missing_training_are_warned_of() -> None:
    assert business_case.warnings("public task", True) == ()
    both = business_case.warnings("consent; legitimate interests", False)
    assert [word in line for word, line in zip(("Consent", "legitimate", "training"), both, strict=True)] == [True] * 3
