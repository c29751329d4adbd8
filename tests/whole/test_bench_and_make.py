"""The benchmark runs and prints its table; the Makefile has what README and CI call; the locks fit the project."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.bench_feeds import NGINX
from tests.support.command import ROOT, environment

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.timeout(200)
def test_a_small_benchmark_prints_every_row() -> None:
    env = environment(BENCH_LONG_FEEDS="3", BENCH_FEEDS="16", BENCH_TURNS="1", BENCH_POSTS="60", BENCH_PEER="8")
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench"],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert [r.split("|")[1].strip().split(",")[0] for r in rows[2:]] == [
        "collect",
        "collect",
        "scan",
        "queue",
        "verify",
        *(["16 feeds of 20 posts"] * 2 if NGINX else ["a round of collecting beside reader"]),
        *["classify"] * 3,  # beside each peer, whether it is installed or not
        "encoder alone",
        "first answer of classify",
    ]
    assert re.search(r"peak \d+ MiB", done.stdout)


@pytest.mark.parametrize("target", ["install", "demo", "test", "soak", "lint", "bench", "clean", "lock", "help"])
def test_the_makefile_has_its_targets(target: str) -> None:
    assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
    assert target in re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split()


@pytest.mark.skipif(not shutil.which("make"), reason="needs make")
def test_make_help_names_the_two_commands() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, env=dict(os.environ))
    assert "make demo" in done.stdout
    assert "make test" in done.stdout


def locked(name: str) -> dict[str, str]:
    """Return the packages a lock file pins."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", text, re.MULTILINE))


def named(section: str) -> set[str]:
    """Return the packages that a list of pyproject.toml names."""
    found = re.search(rf"^{section} = \[(.*?)\]\n", PROJECT, re.MULTILINE | re.DOTALL)
    assert found, section
    return {re.split(r"[\[<>=]", item)[0] for item in re.findall(r'"([^"]+)"', found[1])}


def test_what_the_project_needs_is_locked() -> None:
    assert named("dependencies") <= set(locked("requirements.lock"))
    assert named("dev") | named("postgres") <= set(locked("requirements-dev.lock"))
    assert not {"torch", "transformers"} & set(locked("requirements-dev.lock"))  # a build for every processor


def test_the_two_locks_agree() -> None:
    run, everything = locked("requirements.lock"), locked("requirements-dev.lock")
    assert set(run) <= set(everything)
    assert {n: v for n, v in run.items() if everything[n] != v} == {}


def test_what_runs_needs_no_training_library() -> None:
    heavy = {"torch", "tensorflow", "transformers", "playwright", "pytest", "mypy", "ruff", "pelican", "psycopg"}
    assert not heavy & set(locked("requirements.lock"))


def test_ci_installs_what_tests_need_and_runs_everything() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    for word in ("chromium", "nginx", "postgresql", "make lint", "make test"):
        assert word in script
    assert "|| true" not in script
