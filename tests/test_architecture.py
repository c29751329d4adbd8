"""The arrows: postreeve.py → {collectors, classifier, dashboard} → data, and what keeps the house in shape."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("data", "collectors", "classifier", "dashboard")
ALLOWED = {
    "data": {"data"},
    "collectors": {"collectors", "data"},
    "classifier": {"classifier", "data"},
    "dashboard": {"dashboard", "data"},
    "postreeve": {*ROOMS, "postreeve"},
}
TEXTS = (".py", ".md", ".toml", ".lock", ".yml", ".css", ".csv", ".json", ".jsonl", ".cfg", ".ini", ".mjs", "")
# Written in pieces, so that this file does not contain what it looks for.
FORBIDDEN = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", "/wo" + "rk/", "/ro" + "ot/", "sub" + "agent"])
)


def sources() -> list[Path]:
    found = [p for room in ROOMS for p in sorted((ROOT / room).rglob("*.py")) if "versions" not in p.parts]
    return [*found, ROOT / "postreeve.py"]


def imported(path: Path) -> Iterator[str]:
    """Yield the first word of every module a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield (node.module or "").split(".")[0]


@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    ours = {name for name in imported(path) if name in ALLOWED or name == "tests"}
    assert ours <= ALLOWED[room], f"{path.relative_to(ROOT)} imports {sorted(ours - ALLOWED[room])}"


def test_the_nouns_need_only_the_standard_library() -> None:
    assert set(imported(ROOT / "data/model.py")) <= {"collections", "dataclasses", "datetime", "enum"}


@pytest.mark.parametrize(
    "name",
    ["policy", "review", "register", "passport", "panel", "business_case", "lookup", "roster", "audit", "permissions"],
)
def test_what_decides_is_pure(name: str) -> None:
    forbidden = {"sqlalchemy", "httpx", "streamlit", "os", "time"}
    assert not forbidden & set(imported(ROOT / f"data/{name}.py"))


def test_nothing_unpickles() -> None:
    guilty = [p for p in sources() if {"pickle", "joblib", "cloudpickle", "dill", "shelve"} & set(imported(p))]
    assert guilty == []


def test_only_config_reads_the_environment() -> None:
    guilty = [p for p in sources() if re.search(r"os\.environ|getenv", p.read_text(encoding="utf-8"))]
    assert [p.name for p in guilty] == ["config.py"]


def test_packages_are_few_lines_at_their_door() -> None:
    inits = [p for p in sources() if p.name == "__init__.py"]
    assert [p for p in inits if len(ast.parse(p.read_text(encoding="utf-8")).body) != 1] == []


def test_every_package_is_shipped() -> None:
    listed = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    packages = {str(p.parent.relative_to(ROOT)).replace("/", ".") for p in sources() if p.name == "__init__.py"}
    assert [p for p in sorted(packages) if f'"{p}"' not in listed] == []


def test_the_shape_keeps_its_budget() -> None:
    """Modules: median 120 lines, at most 400. Functions: median 7, nine in ten 25, at most 50 (docstrings apart)."""
    modules = [len(p.read_text(encoding="utf-8").splitlines()) for p in sources() if p.name != "__init__.py"]
    lengths = sorted(n for p in sources() for n in _function_lengths(p))
    assert max(modules) <= 400
    assert statistics.median(modules) <= 120
    assert statistics.median(lengths) <= 7
    assert lengths[int(0.9 * (len(lengths) - 1))] <= 25
    assert max(lengths) <= 50


def _function_lengths(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node, clean=False) is not None
            skipped = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield (node.end_lineno or 0) - node.lineno + 1 - skipped


def test_the_project_names_no_registry_and_no_machine() -> None:
    ignored = {".git", ".venv", "node_modules", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis"}
    files = [p for p in ROOT.rglob("*") if p.is_file() and not ignored & set(p.parts) and p.suffix in TEXTS]
    found = [
        str(p.relative_to(ROOT)) for p in files if FORBIDDEN.search(p.read_text(encoding="utf-8", errors="ignore"))
    ]
    assert found == []
