"""The tree of errors: the exit code of each, and that lists of mistakes are told whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import errors
from data.errors import CollectError, InputError, Mistake, NoticeError, PostreeveError, UseError

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
CODES = {"EvidenceError": 3, "UseError": 2, "ConfigError": 2, "StoreError": 2, "NotFound": 2, "PolicyError": 2}


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_is_in_the_tree_with_its_exit_code(kind: type[PostreeveError]) -> None:
    assert issubclass(kind, PostreeveError)
    assert kind.exit_code == CODES.get(kind.__name__, 1)
    assert issubclass(kind, UseError) is (kind.exit_code == 2)


@pytest.mark.parametrize("kind", EVERY)
def test_the_tree_in_the_module_s_words_is_the_tree(kind: type[PostreeveError]) -> None:
    assert errors.__doc__ is not None
    assert kind.__name__ in errors.__doc__
    assert kind.__doc__


@given(
    st.lists(st.builds(Mistake, st.integers(1, 99), st.text(max_size=5), st.text(min_size=1, max_size=9)), max_size=9)
)
def test_a_file_s_mistakes_are_counted_and_all_of_them_told(found: list[Mistake]) -> None:
    error = InputError("people.csv", found)
    assert error.mistakes == tuple(found)
    assert str(error).startswith(
        f"people.csv: {len(found)} mistake{'' if len(found) == 1 else 's'}; nothing was changed."
    )
    for one in found:
        assert f"\n  {one}" in str(error)


def test_a_mistake_says_its_place_as_far_as_it_has_one() -> None:
    assert str(Mistake(3, "email", "must not be empty")) == "row 3, column email: must not be empty"
    assert str(Mistake(1, "", "the file is empty")) == "row 1: the file is empty"


def test_what_programs_ask_of_an_error_is_beside_its_words() -> None:
    told = CollectError("dns", "The name leads nowhere.")
    assert (told.code, str(told), told.exit_code) == ("dns", "The name leads nowhere.", 1)
    usual = NoticeError("x")
    assert (usual.final, usual.channel) == (False, False)
    assert NoticeError("x", final=True, channel=True).final
