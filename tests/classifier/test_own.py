"""Our own rows as training sees them."""

from pathlib import Path

import numpy as np

from classifier import own
from classifier.heads import CHARACTERISTICS, HEADS

HEAD = "id,text,flag,categories,characteristics,kind,group,author,situation\n"


def table(folder: Path, *lines: str) -> Path:
    """Write one table."""
    (folder / "small.csv").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_labels_that_nobody_gave_stay_unknown(tmp_path: Path) -> None:
    frame = own.frame(
        table(
            tmp_path,
            "1,Too old for this,1,discrimination,age,,1,warden,depot",
            "2,Nobody likes you,1,harassment,,,1,warden,depot",
            "3,Tea for over 60s,0,,age,mention,1,warden,depot",
            "4,Bloody rain,0,profanity,,,2,warden,depot",
        )
    )
    told = frame[list(HEADS)].to_dict("records")
    assert [row["score"] for row in told[:3]] == [1, 1, 0]
    assert np.isnan(told[3]["score"])
    assert [row["profanity"] for row in told[2:]] == [0, 1]
    assert np.isnan(told[0]["harassment"])
    assert (told[0]["discrimination"], told[1]["discrimination"], told[2]["discrimination"]) == (1, 0, 0)
    assert (told[0]["age"], told[2]["age"]) == (1, 0)
    assert sum(told[2][c] for c in CHARACTERISTICS) == 0


def test_texts_are_normalised(tmp_path: Path) -> None:
    frame = own.frame(table(tmp_path, "1,Hello @someone 😀,0,,,plain,1,warden,depot"))
    assert frame["text"].tolist() == ["Hello <user>  :grinning face: "]


def test_whole_groups_are_held_out(tmp_path: Path) -> None:
    rows = [f"{n},text {n},0,,,plain,{n // 4},warden,depot" for n in range(400)]
    frame = own.frame(table(tmp_path, *rows))
    assert set(frame["split"]) == {"train", "dev"}
    assert frame.groupby("group")["split"].nunique().max() == 1
    assert 0.02 < (frame["split"] == "dev").mean() < 0.2


def test_mentions_are_harmless_rows_that_name_a_characteristic(tmp_path: Path) -> None:
    rows = own.rows(table(tmp_path, "1,a,1,threat,age,,1,w,d", "2,b,0,,age,mention,1,w,d", "3,c,0,,,plain,1,w,d"))
    assert [row.mentions for row in rows] == [False, True, False]


def test_every_table_has_its_digest(tmp_path: Path) -> None:
    assert set(own.digests(table(tmp_path, "1,a,0,,,plain,1,w,d"))) == {"small.csv"}
