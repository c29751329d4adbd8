"""Reading public sets: their shape, their labels in our words, their digests."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from classifier.datasets import (
    COLUMNS,
    DIGESTS,
    LABELS,
    RIGHT,
    SPLITS,
    differing,
    digests,
    known_digests,
    path_of,
    read,
    targets,
)
from classifier.heads import HEADS
from classifier.sets import SETS, of_variant
from data.errors import InputError, UseError
from data.model import Category, Characteristic
from tests.classifier.samples import row, write

UNKNOWN = None


def one(of: str, **labels: Any) -> dict[str, float | None]:
    """Return the targets of one row of a set, unknown ones as None."""
    frame = pd.DataFrame([row("text", **labels)])
    found = targets(frame, SETS[of]).iloc[0]
    return {head: None if np.isnan(found[head]) else float(found[head]) for head in HEADS}


def test_a_harmless_row_is_no_to_everything_its_set_tells() -> None:
    found = one("benign_govuk", kind="body_paragraph")
    assert set(found.values()) == {0.0}
    assert set(found) == set(HEADS)


def test_a_hateful_row_is_discrimination_because_of_what_is_named() -> None:
    found = one("hatemojibuild", abusive=1, hate=1, kind="derogation", characteristics=["race", "sex"])
    assert found["score"] == found[Category.DISCRIMINATION] == 1
    assert found[Category.HARASSMENT] is UNKNOWN
    assert found[Category.THREAT] == 0  # this set tells threats apart
    assert found[Category.PROFANITY] is UNKNOWN
    assert found[Characteristic.RACE] == found[Characteristic.SEX] == 1
    assert found[Characteristic.AGE] == 0


def test_hate_about_nobody_named_says_nothing_of_characteristics() -> None:
    found = one("dynahate", abusive=1, hate=1, kind="hate")
    assert {found[c] for c in Characteristic} == {UNKNOWN}


def test_naming_a_group_without_hate_is_no_characteristic() -> None:
    assert (
        one("dynahate", kind="nothate", characteristics=["religion_or_belief"])[Characteristic.RELIGION_OR_BELIEF] == 0
    )


def test_a_set_about_one_characteristic_is_silent_about_others() -> None:
    found = one("edos", abusive=1, hate=1, kind="1.1 threats of harm", characteristics=["sex"])
    assert (found[Characteristic.SEX], found[Characteristic.RACE]) == (1, UNKNOWN)
    assert found[Category.THREAT] == 1


@pytest.mark.parametrize(
    ("of", "labels", "category"),
    [
        ("edos", {"hate": 1, "abusive": 1, "kind": "1.2 incitement and encouragement of harm"}, Category.THREAT),
        ("gab_hate_corpus", {"hate": 1, "abusive": 1, "kind": "hd+cv"}, Category.THREAT),
        ("hatemojibuild", {"hate": 1, "abusive": 1, "kind": "threatening"}, Category.THREAT),
        ("toxic_spans", {"abusive": 1, "kind": "threat+insult"}, Category.THREAT),
        ("toxic_spans", {"abusive": 1, "kind": "threat+insult"}, Category.HARASSMENT),
        ("toxic_spans", {"abusive": 0, "offensive": 1, "kind": "profane/obscene"}, Category.PROFANITY),
        ("gab_hate_corpus", {"offensive": 1, "kind": "vulgar_offensive_only"}, Category.PROFANITY),
        ("davidson", {"offensive": 1, "kind": "offensive_language"}, Category.PROFANITY),
        (
            "convabuse",
            {"abusive": 1, "kind": "homophobic+sexist+sex_harassment", "hate": 1},
            Category.SEXUAL_HARASSMENT,
        ),
        ("sbic_dev", {"abusive": 1, "kind": "lewd"}, Category.SEXUAL_HARASSMENT),
        ("cad", {"abusive": 1, "kind": "PersonDirectedAbuse"}, Category.HARASSMENT),
        ("hatexplain", {"abusive": 1, "offensive": 1, "kind": "offensive"}, Category.HARASSMENT),
    ],
)
def test_kinds_mean_categories(of: str, labels: dict[str, Any], category: Category) -> None:
    assert one(of, **labels)[category] == 1


def test_rude_without_a_target_is_neither_harmful_nor_harmless() -> None:
    found = one("davidson", offensive=1, kind="offensive_language")
    assert found["score"] is UNKNOWN
    assert found[Category.HARASSMENT] is UNKNOWN


def test_hate_alone_leaves_its_negatives_open() -> None:
    found = one("mhs", abusive=None, hate=0, offensive=None, kind="not_hate_maj")
    assert (found["score"], found[Category.DISCRIMINATION]) == (UNKNOWN, 0)


def test_every_set_has_a_licence_and_its_digest_is_known() -> None:
    assert all(one.licence and one.what for one in SETS.values())
    assert set(known_digests()) == {f"{name}.parquet" for name in SETS}
    assert all(len(d) == 64 for d in known_digests().values())
    assert "/" not in DIGESTS.read_text(encoding="ascii")


def test_the_clear_variant_has_only_stated_licences() -> None:
    assert set(of_variant("full")) == set(SETS)
    assert {SETS[name].stated for name in of_variant("clear")} == {True}
    assert not {"dynahate", "cad", "gab_hate_corpus"} & set(of_variant("clear"))


def test_links_and_handles_are_masked(tmp_path: Path) -> None:
    write(tmp_path, "cad", [row("@someone see https://x.example/a &amp; b"), row("b", "dev")])
    frame = read(tmp_path, ["cad"])
    assert frame["text"].tolist() == ["<user> see <url> & b", "b"]
    assert frame["source"].tolist() == ["cad", "cad"]


@pytest.mark.parametrize("column", COLUMNS)
def test_a_missing_column_is_named_with_its_file(tmp_path: Path, column: str) -> None:
    one_row = row("a")
    del one_row[column]
    write(tmp_path, "cad", [one_row])
    with pytest.raises(InputError, match=rf"(?s)cad\.parquet.*column {column}: the column is missing"):
        read(tmp_path, ["cad"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("text", " "), ("split", "test"), ("hate", 2), ("abusive", 5), ("characteristics", ["height"])],
)
def test_a_wrong_value_is_named_with_row_and_column(tmp_path: Path, column: str, value: Any) -> None:
    write(tmp_path, "cad", [row("a"), row("b", **({column: value} if column != "text" else {})) | {column: value}])
    with pytest.raises(InputError, match=rf"row 3, column {column}"):
        read(tmp_path, ["cad"])


def test_an_error_does_not_repeat_the_text(tmp_path: Path) -> None:
    write(tmp_path, "cad", [row("  \n ", hate=0)])
    with pytest.raises(InputError, match="it is not a value of this column"):
        read(tmp_path, ["cad"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UseError, match=r"cad\.parquet"):
        read(tmp_path, ["cad"])


def test_digests_tell_files_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "cad", [row("a")])
    found = digests(tmp_path, ["cad"])
    assert found == {"cad.parquet": hashlib.sha256(path.read_bytes()).hexdigest()}
    assert differing(found, found) == []
    assert differing(found, {"cad.parquet": "0" * 64}) == ["cad.parquet"]
    assert differing(found, {}) == ["cad.parquet"]


def test_the_checks_are_about_columns_that_are_read() -> None:
    assert set(RIGHT) <= set(COLUMNS)
    assert set(LABELS) <= set(RIGHT)
    assert SPLITS == ("train", "dev")
    assert path_of(Path("x"), "cad") == Path("x/cad.parquet")
