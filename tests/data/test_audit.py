"""The hash chain, without a store."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.audit import GENESIS, Entry, canonical, commitment, first_break, link, merkle_root

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def chain(n: int) -> list[Entry]:
    made, prev = [], GENESIS
    for seq in range(1, n + 1):
        detail = canonical({"n": seq})
        committed = commitment("salt", detail)
        at = AT + timedelta(seconds=seq)
        hashed = link(prev, seq, at, "actor", "act", f"x:{seq}", committed)
        made.append(Entry(seq, at, "actor", "act", f"x:{seq}", committed, prev, hashed, "salt", detail))
        prev = hashed
    return made


def head(entries: list[Entry]) -> tuple[int, str]:
    return entries[-1].seq, entries[-1].hash


def test_a_whole_chain_holds() -> None:
    entries = chain(20)
    assert first_break(entries, head(entries)) is None
    assert first_break([], (0, GENESIS)) is None


@given(st.integers(0, 19), st.sampled_from(["actor", "action", "subject", "detail", "detail_hash", "hash", "prev"]))
def test_any_changed_field_is_found_where_it_is(n: int, name: str) -> None:
    entries = chain(20)
    entries[n] = replace(entries[n], **{name: "f" * 64})
    found = first_break(entries, head(chain(20)))
    assert found is not None
    assert found.seq in (n + 1, n + 2)


@given(st.integers(0, 18))
def test_a_dropped_row_is_missing(n: int) -> None:
    entries = chain(20)
    found = first_break(entries[:n] + entries[n + 1 :], head(entries))
    assert found is not None
    assert (found.seq, found.kind) == (n + 1, "missing")


@given(st.integers(0, 18))
def test_swapped_rows_are_found(n: int) -> None:
    entries = chain(20)
    swapped = [*entries[:n], entries[n + 1], entries[n], *entries[n + 2 :]]
    found = first_break(swapped, head(entries))
    assert found is not None
    assert found.seq == n + 1


def test_a_cut_tail_is_found_by_the_head() -> None:
    entries = chain(20)
    found = first_break(entries[:15], head(entries))
    assert found is not None
    assert found.kind == "cut"


def test_an_erased_detail_needs_its_certificate() -> None:
    entries = chain(3)
    lawful = [entries[0], replace(entries[1], salt=None, detail=None, certificate=4), entries[2]]
    assert first_break(lawful, head(entries)) is None
    unlawful = [entries[0], replace(entries[1], salt=None, detail=None), entries[2]]
    found = first_break(unlawful, head(entries))
    assert found is not None
    assert found.kind == "detail_missing"


def test_the_tree_is_that_of_rfc_6962() -> None:
    """Sizes 0 to 3, computed by hand from the definition."""
    leaves = [hashlib.sha256(bytes([n])).hexdigest() for n in range(3)]
    raw = [hashlib.sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in leaves]
    pair = hashlib.sha256(b"\x01" + raw[0] + raw[1]).digest()
    assert merkle_root([]) == hashlib.sha256(b"").hexdigest()
    assert merkle_root(leaves[:1]) == raw[0].hex()
    assert merkle_root(leaves[:2]) == pair.hex()
    assert merkle_root(leaves) == hashlib.sha256(b"\x01" + pair + raw[2]).hexdigest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=9, unique=True), st.randoms())
def test_the_root_depends_on_the_order(parts: list[bytes], random: object) -> None:
    digests = [part.hex() for part in parts]
    turned = digests[1:] + digests[:1]
    assert merkle_root(digests) != merkle_root(turned)


@pytest.mark.parametrize("detail", [{"b": 1, "a": "ü"}, {"a": "ü", "b": 1}])
def test_canonical_is_the_same_for_equal_content(detail: dict[str, object]) -> None:
    assert canonical(detail) == '{"a":"ü","b":1}'
