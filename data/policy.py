"""The council's policy: clauses plus a finding give the clauses it meets, with reasons. Pure.

A policy is a TOML text (`data/policy.toml` is the default). `load` refuses one that does not hold together and shows
every
mistake as a compiler would: the line, a caret, and what was probably meant.
"""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import PolicyError
from data.model import Assessed, Category, Characteristic, ClauseHit, Finding, Outcome, Part, Severity

DEFAULT = Path(__file__).with_name("policy.toml")
TOP = {
    "version": str,
    "title": str,
    "nations": list,
    "prevalence": float,
    "reply_window_days": int,
    "claim_minutes": int,
    "appeal_days": int,
    "support_days": int,
    "second_look": list,
    "characteristic_threshold": float,
    "clause": list,
}
CLAUSE = {
    "id": str,
    "title": str,
    "category": str,
    "characteristics": list,
    "severity": str,
    "threshold": float,
    "score": float,
    "parts": list,
    "text": str,
    "guidance": str,
}
OPTIONAL = {"characteristics", "nations", "score", "appeal_days", "support_days", "second_look"}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "category": tuple(Category),
    "characteristics": tuple(Characteristic),
    "severity": tuple(Severity),
    "parts": tuple(Part),
    "second_look": tuple(Outcome),
}
LONGEST = 36_500  # of days or minutes: what calendars can add
SHARES = ("prevalence", "threshold", "score", "characteristic_threshold")


@dataclass(frozen=True, slots=True)
class Clause:
    """One rule: met when `category` reaches `threshold` and the score `score` in one of `parts`, and one of
    `characteristics` if any are named."""

    id: str
    title: str
    category: Category
    severity: Severity
    threshold: float
    parts: tuple[Part, ...]
    text: str
    guidance: str
    characteristics: tuple[Characteristic, ...] = ()
    score: float = 0.0  # a finding's score must reach it too: one number for any clause decides the workload


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as read: `sha256` is the digest of its text, `prevalence` what probabilities are re-based to."""

    version: str
    title: str
    sha256: str
    content: str
    prevalence: float
    reply_window_days: int
    claim_minutes: int
    characteristic_threshold: float
    clauses: tuple[Clause, ...]
    nations: tuple[str, ...] = ()
    appeal_days: int = 20
    support_days: int = 30
    second_look: tuple[Outcome, ...] = ()

    def clause(self, clause_id: str) -> Clause | None:
        """Return a clause by its id, or None."""
        return next((c for c in self.clauses if c.id == clause_id), None)


def hits(policy: Policy, finding: Finding) -> tuple[ClauseHit, ...]:
    """Return the clauses that a finding meets, the gravest first. A text that was not assessed meets none."""
    if finding.assessed is Assessed.NONE:
        return ()
    met = [_hit(policy, clause, finding) for clause in policy.clauses]
    return tuple(sorted((h for h in met if h), key=lambda h: (-h.severity.rank, -h.probability, h.clause)))


def raises_alert(met: tuple[ClauseHit, ...]) -> bool:
    """Say whether the clauses met put the post before a person: one of medium severity or higher."""
    return any(hit.severity.rank >= Severity.MEDIUM.rank for hit in met)


def load(content: str, name: str = "policy") -> Policy:
    """Read a policy; raise `PolicyError` with every mistake, its line and a caret."""
    raw = _parsed(content, name)
    problems = [*_table_problems(raw, TOP, ""), *_clause_problems(raw.get("clause", []))]
    if problems:
        raise PolicyError("\n".join(_shown(content, name, where, message) for where, message in problems))
    return _policy(raw, content)


@cache
def default() -> Policy:
    """Return the policy that postreeve ships."""
    return load(DEFAULT.read_text(encoding="utf-8"), DEFAULT.name)


@dataclass(frozen=True, slots=True)
class _Where:
    key: str
    clause: int = -1
    value: str = ""


def _hit(policy: Policy, clause: Clause, finding: Finding) -> ClauseHit | None:
    probability = finding.categories.get(clause.category, 0.0)
    named = [c for c, p in finding.characteristics.items() if p >= policy.characteristic_threshold]
    fits = not clause.characteristics or set(clause.characteristics) & set(named)
    enough = probability >= clause.threshold and (finding.score or 0.0) >= clause.score
    if finding.part not in clause.parts or not enough or not fits:
        return None
    characteristics = tuple(sorted(named)) if clause.category is Category.DISCRIMINATION else ()
    return ClauseHit(
        clause.id, clause.title, clause.severity, clause.category, characteristics, probability, clause.threshold
    )


def _parsed(content: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except RecursionError as error:
        raise PolicyError(f"{name}: it is nested too deeply to be read as TOML") from error
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line, column = (int(found[1]), int(found[2])) if found else (content.rstrip("\n").count("\n") + 1, 1)
        message = str(error).split(" (at ")[0]
        raise PolicyError(_pointed(content, name, line, column, message)) from error


def _table_problems(
    table: Mapping[str, Any], known: Mapping[str, type], of: str, at: int = -1
) -> list[tuple[_Where, str]]:
    problems = [(_Where(key, at), _unknown(key, tuple(known))) for key in table if key not in known]
    missing = [key for key in known if key not in table and key not in OPTIONAL]
    problems += [(_Where("", at), f"{of}{key} is missing") for key in missing]
    for key, value in table.items():
        if key in known:
            problems += [
                (_Where(key, at, found), message) for found, message in _value_problems(key, value, known[key])
            ]
    return problems


def _value_problems(key: str, value: Any, kind: type) -> list[tuple[str, str]]:
    right = isinstance(value, (int, float) if kind is float else kind) and not isinstance(value, bool)
    if not right:
        return [("", f"{key} must be {_named(kind)}")]
    if key in SHARES and not 0 < value < 1:
        return [("", f"{key} must lie between 0 and 1")]
    if kind is int and value < 1:
        return [("", f"{key} must be at least 1")]
    if kind is int and value > LONGEST:
        return [("", f"{key} must be at most {LONGEST}")]
    if key == "parts" and not value:
        return [("", "parts must name one at least, or nothing ever meets the clause")]
    if key in CHOICES:
        values = value if isinstance(value, list) else [value]
        return [(str(v), _unknown(str(v), CHOICES[key])) for v in values if v not in CHOICES[key]]
    return []


def _clause_problems(clauses: Any) -> list[tuple[_Where, str]]:
    if not isinstance(clauses, list) or not clauses:
        return [(_Where(""), "there is no [[clause]]; a policy needs at least one")]
    problems, seen = [], set()
    for n, clause in enumerate(clauses):
        if not isinstance(clause, dict):
            return [(_Where("clause"), "a clause begins with [[clause]] on a line of its own")]
        problems += _table_problems(clause, CLAUSE, f"clause {clause.get('id', n + 1)}: ", n)
        if (name := str(clause.get("id", n))) in seen:
            problems.append((_Where("id", n), f"clause {name} is there twice"))
        seen.add(name)
    return problems


def _policy(raw: dict[str, Any], content: str) -> Policy:
    top = {k: v for k, v in raw.items() if k not in ("clause", "nations", "second_look")}
    second = tuple(Outcome(o) for o in raw.get("second_look", ()))
    clauses = tuple(_clause(c) for c in raw["clause"])
    digest = hashlib.sha256(content.encode()).hexdigest()
    nations = tuple(raw.get("nations", ()))
    return Policy(**top, nations=nations, second_look=second, clauses=clauses, sha256=digest, content=content)


def _clause(raw: dict[str, Any]) -> Clause:
    return Clause(
        id=raw["id"],
        title=raw["title"],
        category=Category(raw["category"]),
        severity=Severity(raw["severity"]),
        threshold=float(raw["threshold"]),
        parts=tuple(Part(p) for p in raw["parts"]),
        text=raw["text"],
        guidance=raw["guidance"],
        characteristics=tuple(Characteristic(c) for c in raw.get("characteristics", ())),
        score=float(raw.get("score", 0.0)),
    )


def _unknown(word: str, known: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    meant = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
    return f"{word!r} is not known; {meant}"


def _named(kind: type) -> str:
    return {str: "a text in quotes", list: "a list in brackets", float: "a number", int: "a whole number"}[kind]


def _shown(content: str, name: str, where: _Where, message: str) -> str:
    line, column = _position(content.split("\n"), where)
    return _pointed(content, name, line, column, message)


def _position(lines: list[str], where: _Where) -> tuple[int, int]:
    """Return the line and column (from 1) of a key, or of a value behind it, in the nth [[clause]] or at the top."""
    heads = [n for n, line in enumerate(lines) if line.strip().startswith("[[clause]]")]
    start = heads[where.clause] if 0 <= where.clause < len(heads) else 0
    if not where.key:
        return start + 1, 1
    for n in range(start, len(lines)):
        if re.match(rf"\s*{re.escape(where.key)}\s*=", lines[n]) or lines[n].strip().startswith(f"[{where.key}"):
            return n + 1, lines[n].find(where.value or where.key) + 1
    return start + 1, 1


def _pointed(content: str, name: str, line: int, column: int, message: str) -> str:
    lines = content.split("\n")  # as TOML counts them: no other character ends a line
    shown = lines[min(line, len(lines)) - 1]
    margin = f"{line:>5} | "
    return f"{name}:{line}:{column}: {message}\n{margin}{shown}\n{' ' * (len(margin) + column - 1)}^"
