"""Subject access: everything held about a person who works with the register, other people's names blacked out."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data.errors import IllegalStep
from data.model import Person
from data.permissions import Action, check
from data.services import drafts
from data.services.actors import ref
from data.store import access, cases, ledger, people, unnaming
from data.store.access import Section
from data.store.engine import Store

SOMEONE = "[another person]"
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
NUMBERED = re.compile(r"\b(?:person:\d+|shell:\S+)")


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is held about a person: sections of rows, ready for JSON; `accounts` they hold or held."""

    email: str
    at: datetime
    redacted: bool
    accounts: tuple[str, ...]
    sections: dict[str, Section]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.sections.values()))


def about(store: Store, actor: Person, email: str, unredacted: str = "") -> Dossier:
    """Return what is held about a person; raise `NotFound`. `unredacted` is the reason for leaving others' names in."""
    check(actor, Action.MANAGE_RIGHTS)
    if unredacted and not unredacted.strip():
        raise IllegalStep("Leaving other people's names in needs a reason in words.")
    with store.write() as tx:
        found = people.get(tx, email)
        number, names = int(found.id or 0), [found.email, *([found.name] if found.name != found.email else [])]
        sections = access.sections(tx, number, unnaming.called(found.email, found.name), tuple(drafts.KEPT))
        sections["requests and complaints"] = [dict(row._mapping) for row in cases.of_person(tx, names)]
        if not unredacted:
            black = _blackout(found, access.others(tx, number))
            sections = {name: [_over(black, row) for row in rows] for name, rows in sections.items()}
        accounts = tuple(access.held_ever(tx, number))
        detail = {"rows": sum(map(len, sections.values())), "unredacted": unredacted}
        ledger.append(tx, store.now(), ref(actor), "subject_access", f"person:{number}", detail)
    return Dossier(found.email, store.now(), not unredacted, accounts, sections)


@dataclass(frozen=True, slots=True)
class _Blackout:
    """Whom to leave in, and how everyone else may be called."""

    me: frozenset[str]
    names: re.Pattern[str] | None

    def text(self, words: str) -> str:
        """Return words with everyone else's names and addresses blacked out."""
        words = ADDRESS.sub(self._unless_me, words)
        words = NUMBERED.sub(self._unless_me, words)
        return self.names.sub(SOMEONE, words) if self.names else words

    def _unless_me(self, found: re.Match[str]) -> str:
        return found[0] if found[0].lower() in self.me else SOMEONE


def _blackout(me: Person, others: list[tuple[int, str, str]]) -> _Blackout:
    names = sorted({name for _, _, name in others if name.strip() and name != me.name}, key=len, reverse=True)
    called = "|".join(re.escape(name) for name in names)
    pattern = re.compile(rf"(?<!\w)(?:{called})(?!\w)", re.IGNORECASE) if called else None
    return _Blackout(frozenset({me.email.lower(), f"person:{me.id}"}), pattern)


def _over(black: _Blackout, value: Any) -> Any:
    if isinstance(value, str):
        return black.text(value)
    if isinstance(value, dict):
        return {key: _over(black, one) for key, one in value.items()}
    return [_over(black, one) for one in value] if isinstance(value, list) else value
