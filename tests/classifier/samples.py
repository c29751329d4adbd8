"""Rows in the shape of the public sets, written for these tests: invented, restrained, and few."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from classifier.datasets import COLUMNS

NAMES = ("Tamsin", "Orla", "Idris", "Mervyn", "Priya", "Gethin", "Bex", "Lorcan", "Wanda", "Silas")
KIND = ("thanked", "helped", "welcomed", "joined", "met", "congratulated")
THINGS = ("the library", "the allotments", "the road crew", "the bin round", "the swimming pool", "the market")
BELITTLED = ("pathetic", "useless", "brainless", "a clown", "a waste of a desk", "an embarrassment")
GROUPS = (("women", "sex"), ("muslims", "religion_or_belief"), ("migrants", "race"), ("pensioners", "age"))
SLURS = ("cannot be trusted", "should stay away", "are too slow for this work", "do not belong here")


def row(text: str, split: str = "train", **more: Any) -> dict[str, Any]:
    """Return one row; without labels it is harmless."""
    usual: dict[str, Any] = dict.fromkeys(COLUMNS)
    usual |= {"text": text, "source": "own", "split": split, "abusive": 0, "hate": 0, "offensive": 0, "kind": "none"}
    return usual | {"characteristics": []} | more


def harmless() -> list[str]:
    """Return harmless texts."""
    return [
        f"{n} {k} everyone at {THINGS[(i + j) % 6]} today" for i, n in enumerate(NAMES) for j, k in enumerate(KIND * 3)
    ]


def insults() -> list[str]:
    """Return texts that belittle a person."""
    return [f"{n} at {t} is {b}" for n in NAMES for t in THINGS for b in BELITTLED]


def hateful() -> list[tuple[str, str]]:
    """Return texts that demean a group, with the characteristic."""
    return [(f"{g} {s} says {n}", about) for n in NAMES for g, about in GROUPS for s in SLURS]


def write(folder: Path, name: str, rows: Sequence[dict[str, Any]]) -> Path:
    """Write rows as the set `name`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    frame = pd.DataFrame(list(rows))
    for label in ("abusive", "hate", "offensive"):
        if label in frame:
            frame[label] = frame[label].astype("Int8")
    frame.to_parquet(path)
    return path


def write_sets(folder: Path) -> tuple[str, ...]:
    """Write three small sets, a third of each in dev; return their names."""
    write(folder, "benign_govuk", [row(t, _split(n)) for n, t in enumerate(harmless())])
    toxic = [row(t, _split(n), abusive=1, offensive=1, kind="insult") for n, t in enumerate(insults())]
    write(folder, "toxic_spans", [*toxic, *(row(f"So {t}", _split(n)) for n, t in enumerate(harmless()))])
    hate = [
        row(t, _split(n), abusive=1, hate=1, kind="derogation", characteristics=[about])
        for n, (t, about) in enumerate(hateful())
    ]
    write(folder, "hatemojibuild", [*hate, *(row(f"Then {t}", _split(n)) for n, t in enumerate(harmless()))])
    return ("benign_govuk", "toxic_spans", "hatemojibuild")


def write_own(folder: Path) -> Path:
    """Write a small table in the form of our own training rows."""
    folder.mkdir(parents=True, exist_ok=True)
    head = "id,text,flag,categories,characteristics,kind,group,author,situation"
    rows = [
        f"heads-a{n},{t} again,1,discrimination,{about},,{n % 40},warden,depot"
        for n, (t, about) in enumerate(hateful())
    ]
    rows += [f"heads-b{n},{t} as ever,0,,age,mention,{n % 40},warden,depot" for n, t in enumerate(harmless())]
    rows += [f"heads-d{n},{t} says Bo,1,harassment,,,{n % 40},warden,depot" for n, t in enumerate(insults())]
    rows += [f"c{n},bloody rain over {t},1,profanity,,,{n},warden,depot" for n, t in enumerate(THINGS)]
    (folder / "small.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder


def joined(texts: Iterable[str]) -> list[str]:
    """Return texts of several sentences, for those that want longer ones."""
    return [". ".join([text] * 3) for text in texts]


def _split(number: int) -> str:
    return "dev" if number % 7 in (0, 3) else "train"
