"""train --from-reviews and model: off by default, kept or not, used by scans, rolled back, barred."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from classifier import adapt_commands, pipeline, storage
from classifier.adapt_commands import COMMANDS, check_allowed, in_use, learn, model, written
from classifier.pipeline import Model
from classifier.scan_command import scan_verb
from classifier.training_commands import train
from data.cli import Context
from data.config import Settings
from data.errors import IllegalStep, ModelError, NotAllowed, NotFound, UseError
from data.model import Person, Role
from data.services import models
from data.services.actors import shell
from data.store import ledger
from data.store.engine import Store
from tests.classifier.conftest import Trained
from tests.classifier.samples import KIND, NAMES, THINGS, harmless, insults
from tests.support.clock import FakeClock
from tests.support.judgements import NOT_UPHELD, UPHELD, decide, post_and_scan, reviewer

TODAY = date(2026, 11, 22)
ALLOWED = {"adapt_purpose": "fewer mistaken alerts", "adapt_dpia": "DPIA-9", "adapt_notice": "2026-01-05"}


@pytest.fixture
def settings(tmp_path: Path, trained: Trained) -> Settings:
    """Settings that allow learning on top of the small model."""
    return Settings(store=f"sqlite:///{tmp_path}/postreeve.db", models=str(tmp_path / "models"), **ALLOWED)


@pytest.fixture(autouse=True)
def small_base(monkeypatch: pytest.MonkeyPatch, trained: Trained) -> None:
    """Let the small model of the tests be the shipped one, and its rows the ballast and the suite."""
    monkeypatch.setattr(adapt_commands, "SHIPPED", trained.folder)
    monkeypatch.setattr(pipeline, "SHIPPED", trained.folder)
    monkeypatch.setattr(adapt_commands.own, "frame", _frame_of(trained.plan.own))


def _frame_of(folder: Path) -> Callable[[], Any]:
    made = adapt_commands.own.frame(folder)
    return lambda: made


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A functional suite of twenty rows, which has nothing to do with this council's custom."""
    folder = tmp_path / "suites"
    folder.mkdir()
    rows = [f'"{t}",1' for t in insults()[:200:20]] + [f'"{t}",0' for t in harmless()[:100:10]]
    (folder / "twenty.csv").write_text("\n".join(["text,flag", *rows]), encoding="utf-8")
    monkeypatch.setattr(adapt_commands.own, "SUITES", folder)
    return folder


def jest(n: int) -> tuple[str, bool]:
    """Return a post that is upheld only if it is about the road crew: a custom of this council."""
    upheld = n % 3 == 0
    thing = "the road crew" if upheld else THINGS[n % 2]
    return f"{NAMES[n % 10]} {KIND[n % 6]} a clown near {thing}, notice {n}", upheld


@pytest.fixture
def council(sqlite_store: Store, suites: Path) -> Store:
    """Six accounts with 180 judged posts."""
    rita, done = reviewer(sqlite_store), 0
    for a in range(6):
        posts = [jest(n) for n in range(30 * a, 30 * a + 30)]
        post_and_scan(sqlite_store, f"account{a}", [words for words, _ in posts])
        for n, (_, upheld) in enumerate(posts, done + 1):
            decide(sqlite_store, rita, n, UPHELD if upheld else NOT_UPHELD)
        done += len(posts)
    return sqlite_store


@pytest.fixture
def context(settings: Settings, clock: FakeClock) -> Iterator[Context]:
    """What the verbs are given."""
    made = Context(settings, as_json=True, clock=clock)
    yield made
    if "store" in vars(made):
        made.store.close()


def run(context: Context, verb: click.Command, *arguments: str) -> Any:
    """Run a verb; return its document, or raise what it raised."""
    done = CliRunner().invoke(verb, list(arguments), obj=context)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_verbs() -> None:
    assert [c.name for c in COMMANDS] == ["model"]
    assert sorted(model.commands) == ["list", "use"]


@pytest.mark.parametrize("missing", list(ALLOWED))
def test_it_is_off_until_all_three_are_set(missing: str) -> None:
    settings = Settings(**ALLOWED | {missing: " "})
    with pytest.raises(UseError) as caught:
        check_allowed(settings, TODAY)
    told = str(caught.value)
    assert all(name in told for name in ALLOWED)
    assert f"(not set: {missing})" in told
    assert "a purpose of its own" in told
    check_allowed(Settings(**ALLOWED), TODAY)


def test_people_are_told_first() -> None:
    check_allowed(Settings(**ALLOWED | {"adapt_notice": "2026-11-22"}), TODAY)
    with pytest.raises(UseError, match="off until 2026-11-23"):
        check_allowed(Settings(**ALLOWED | {"adapt_notice": "2026-11-23"}), TODAY)


def test_off_means_that_no_review_is_read(council: Store, context: Context) -> None:
    context.settings = replace(context.settings, adapt_dpia="")
    with pytest.raises(UseError, match="Learning from reviews is off"):
        run(context, train, "--from-reviews")
    with council.read() as tx:
        assert "reviews.read_to_learn" not in {e.action for e in ledger.entries(tx)}


def test_train_wants_sets_or_reviews(context: Context, tmp_path: Path) -> None:
    with pytest.raises(UseError, match="needs --datasets and --out, or --from-reviews"):
        run(context, train)
    with pytest.raises(UseError, match="leave out --out"):
        run(context, train, "--from-reviews", "--out", str(tmp_path / "x"))


def test_too_few_reviews_are_refused(sqlite_store: Store, context: Context) -> None:
    with pytest.raises(IllegalStep, match="There are 0 judgements"):
        run(context, train, "--from-reviews")
    assert not Path(context.settings.models).exists()


def test_a_better_model_is_kept_used_and_rolled_back(council: Store, context: Context, trained: Trained) -> None:
    document = run(context, train, "--from-reviews")
    assert document["kept"], json.dumps(document)
    assert context.failures == []
    folder = Path(context.settings.models) / document["model"]
    made = pipeline.load(folder)
    assert made.hash == document["model"]
    told = made.manifest["adapted"]
    assert told["base"] == document["base"] == storage.digest(trained.manifest)
    assert {name: told[name.removeprefix("adapt_")] for name in ALLOWED} == ALLOWED
    assert told["counts"]["reviews"] == 180
    assert {"left_out", "suites", "prevalence", "heads"} <= set(told)
    assert [p.name for p in folder.parent.iterdir()] == [made.hash]
    assert run(context, scan_verb)["model"] == made.hash
    [shipped, learnt] = run(context, model, "list")
    assert (shipped["in_use"], learnt["in_use"], learnt["reviews"], learnt["here"]) == (False, True, 180, True)
    assert run(context, model, "use", "shipped", "--reason", "Too many.") == {"model": "shipped"}
    assert run(context, scan_verb)["model"] == storage.digest(trained.manifest)
    assert run(context, model, "use", made.hash[:8], "--reason", "After all.") == {"model": made.hash}
    _check_barred(council, context, made)


def _check_barred(store: Store, context: Context, made: Model) -> None:
    """Erase one text: the model is used no more, and training again learns from what is left."""
    with store.write() as tx:
        tx.execute(text("UPDATE evidence SET erased_at = '2026-11-22 13:00:00', payload = NULL WHERE id = 7"))
    assert in_use(context).hash != made.hash
    with pytest.raises(IllegalStep, match="1 of the 180 reviews"):
        run(context, model, "use", made.hash, "--reason", "Still.")
    again = run(context, train, "--from-reviews")
    assert again["counts"]["reviews"] == 179
    assert again["kept"]
    assert in_use(context).hash == again["model"] != made.hash


def test_a_model_that_is_not_better_is_not_kept(
    council: Store, context: Context, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from classifier import adapt_measured

    monkeypatch.setattr(adapt_measured, "on_both", lambda *_: {"twenty.csv": (0.9, 0.8)})
    document = run(context, train, "--from-reviews")
    assert document["kept"] is False
    assert document["suites"] == {"twenty.csv": {"base": 0.9, "adapted": 0.8}}
    assert context.failures == [adapt_commands.NOT_BETTER]
    assert not Path(context.settings.models).exists()
    assert models.standing(council).kept == ()
    context.as_json = False
    learn(context)
    assert "it was not kept" in capsys.readouterr().out


def test_a_model_that_learnt_is_no_base(context: Context, copied: Callable[[], Path], council: Store) -> None:
    folder = copied()
    manifest = storage.read_manifest(folder)
    (folder / storage.MANIFEST).write_text(json.dumps(manifest | {"adapted": {"base": "x"}}), encoding="utf-8")
    context.settings = replace(context.settings, model=str(folder))
    with pytest.raises(UseError, match="has learnt from reviews already"):
        run(context, train, "--from-reviews")


def test_the_setting_model_goes_before_all(context: Context, copied: Callable[[], Path], sqlite_store: Store) -> None:
    models.accept(sqlite_store, shell(), "d" * 64, {"adapted": {"base": "b"}}, [])
    context.settings = replace(context.settings, model=str(copied()))
    assert in_use(context).manifest["name"]


def test_a_model_in_use_whose_folder_is_gone_is_an_error(council: Store, context: Context, trained: Trained) -> None:
    with council.read() as tx:
        rows = [(r.id, r.at) for r in tx.execute(text("SELECT id, at FROM review LIMIT 0"))]
    models.accept(council, shell(), "d" * 64, {"adapted": {"base": "b"}}, [*rows, (1, council.now())])
    with pytest.raises(ModelError, match="model use shipped"):
        in_use(context)
    [_, row] = run(context, model, "list")
    assert row["here"] is False
    with pytest.raises(ModelError, match="is not there"):
        run(context, model, "use", "d" * 8, "--reason", "x")


def test_a_fall_back_is_told(council: Store, context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    models.accept(council, shell(), "d" * 64, {"adapted": {"base": "b"}}, [(1, council.now()), (9999, council.now())])
    assert in_use(context).hash == pipeline.load(adapt_commands.SHIPPED).hash
    told = capsys.readouterr().err
    assert "Model dddddddddddd is not used: 1 of the 2 reviews it learnt from are gone or erased." in told
    assert "The shipped model is used instead; learn anew with: postreeve train --from-reviews" in told


def test_who_may_roll_back(sqlite_store: Store, context: Context, person: Callable[..., Person]) -> None:
    person(sqlite_store, "rita@council.example", Role.REVIEWER)
    person(sqlite_store, "alex@council.example", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed, match="manage models"):
        run(context, model, "use", "shipped", "--reason", "x", "--by", "rita@council.example")
    with pytest.raises(NotFound):
        run(context, model, "use", "abcdef12", "--reason", "x", "--by", "alex@council.example")
    assert run(context, model, "use", "shipped", "--reason", "x", "--by", "alex@council.example")


def test_writing_is_whole_or_nothing(tmp_path: Path, trained: Trained, small: Model) -> None:
    manifest = {k: v for k, v in trained.manifest.items() if k != "files"}
    full = written(tmp_path / "m", trained.folder, small.scorer.heads, manifest)
    assert written(tmp_path / "m", trained.folder, small.scorer.heads, manifest) == full
    assert [p.name for p in (tmp_path / "m").iterdir()] == [storage.digest(full)]
    (tmp_path / "file").write_text("x")
    with pytest.raises(UseError, match="cannot be written"):
        written(tmp_path / "file", trained.folder, small.scorer.heads, manifest)
