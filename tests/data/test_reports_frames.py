"""Frames for notebooks: typed, on record, and the example of the documentation runs."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from classifier.scan import scan
from data.errors import NotAllowed, NotFound
from data.model import Person, Role
from data.reports import frames
from data.reports.periods import Unit
from data.reports.tables import TABLES
from data.reports.trends import Ask
from data.services import people
from data.services.actors import shell
from data.store.engine import Store
from tests.support.command import ROOT
from tests.support.judgements import JUDGE, NOT_UPHELD, UPHELD, decide, reviewer
from tests.support.posts import item, store_items
from tests.support.register import add, row

Rows = Callable[[Store, str], list[tuple[object, ...]]]
PAGE = ROOT / "docs" / "trends.md"


@pytest.fixture
def ana(sqlite_store: Store) -> Person:
    """An analyst in a filled store."""
    add(sqlite_store, row("bins"))
    store_items(sqlite_store, "bins", *[item(n, f"clown {n}") for n in range(8)], item(9, published_at=None))
    list(scan(sqlite_store, JUDGE))
    rita = reviewer(sqlite_store)
    decide(sqlite_store, rita, 1, UPHELD)
    decide(sqlite_store, rita, 2, NOT_UPHELD)
    return people.add(sqlite_store, shell(), "ana@council.example", "Ana", [Role.ANALYST], None)


def test_every_table_is_a_typed_frame(sqlite_store: Store, ana: Person, rows: Rows) -> None:
    for name, table in TABLES.items():
        found = getattr(frames, name)(sqlite_store, ana)
        assert list(found.columns) == [column.name for column in table.columns]
        assert found["changed_at"].dtype == "datetime64[ns, UTC]" or "UTC" in str(found["changed_at"].dtype)
    posts = frames.posts(sqlite_store, ana)
    assert len(posts) == 9
    assert posts["published_at"].isna().sum() == 1
    assert posts["id"].map(type).eq(str).all()
    assert posts["version"].dtype == "Int64"
    noted = rows(sqlite_store, "SELECT what, rows FROM export_register ORDER BY id")
    assert [what for what, _ in noted] == [*TABLES, "posts"]


def test_trends_have_missing_values_where_figures_are_hidden(sqlite_store: Store, ana: Person) -> None:
    ask = Ask(date(2026, 11, 1), date(2026, 11, 30), Unit.MONTH)
    found = frames.trends(sqlite_store, ana, "Europe/London", ask).set_index("period")
    assert found.loc["2026-11", "raised"] == 8
    assert found.loc["2026-11", "upheld"] is pd.NA
    assert bool(found.loc["2026-11", "upheld_hidden"])


def test_others_are_refused(sqlite_store: Store, ana: Person) -> None:
    with pytest.raises(NotAllowed):
        frames.posts(sqlite_store, frames.person(sqlite_store, "rita@council.example"))
    with pytest.raises(NotFound):
        frames.person(sqlite_store, "nobody@council.example")


def test_the_example_in_the_documentation_runs(
    sqlite_store: Store,
    ana: Person,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "var").mkdir()
    sqlite_store.close()
    for file in tmp_path.glob("postreeve.db*"):
        file.rename(tmp_path / "var" / file.name)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, str(PAGE), "exec"), {})
    told = capsys.readouterr().out
    assert "upheld" in told
    assert "Environment" in told
