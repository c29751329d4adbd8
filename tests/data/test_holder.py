"""Who holds a lease: gone is only what is known to be gone."""

import os
import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data import holder

HERE = socket.gethostname()


def test_a_holder_is_this_process_and_no_two_are_the_same() -> None:
    made = {holder.new() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(rf"{re.escape(HERE)}:{os.getpid()}:[0-9a-f]{{12}}", name) for name in made)
    assert not any(holder.gone(name) for name in made)


def test_our_own_number_with_a_mark_that_is_not_ours_is_somebody_gone() -> None:
    assert holder.gone(f"{HERE}:{os.getpid()}:{'0' * 12}")


def test_a_process_that_runs_is_not_gone_and_one_that_does_not_is() -> None:
    assert not holder.gone(f"{HERE}:{os.getppid()}:abc")
    assert not holder.gone(f"{HERE}:1:abc")
    assert holder.gone(f"{HERE}:{2**31 - 1}:abc")


@pytest.mark.parametrize(
    "name",
    [
        "",
        ":",
        "::",
        HERE,
        f"{HERE}:",
        f"{HERE}::x",
        f"{HERE}:-1:x",
        f"{HERE}:12a:x",
        pytest.param(f"another.host:{os.getpid()}:x", id="elsewhere"),  # the same name in every process of the suite
        f"{HERE}.example:1:x",
        f"{HERE}:{10**30}:x",
    ],
)
def test_what_cannot_be_known_counts_as_there(name: str) -> None:
    assert not holder.gone(name)


@given(st.text(max_size=30))
def test_no_name_breaks_it(name: str) -> None:
    assert holder.gone(name) is False
    assert not holder.gone(f"{HERE}:{name}:x") or name.isdecimal()
