"""An evidence bundle: one alert with everything behind it, in files that verify on their own.

The bundle's manifest goes into the audit chain before the chain's head is signed, so that the signature covers every
file of it. People appear as numbers. With words to redact, they are blacked out wherever they stand, and the payloads,
which cannot be changed without breaking their digests, are withheld.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

from sqlalchemy import Connection

import data.bundle_check
from data import anchor
from data.bundle_check import canonical, sha256
from data.errors import EvidenceError, NotAllowed
from data.model import Alert, Person
from data.permissions import Action, check
from data.services.actors import ref
from data.services.policy import of_alert
from data.store import alerts, bundles, ledger, people, proofs
from data.store.engine import Store

BLACK = "█████"
SHELL = "shell"  # stands for whoever works there
SHORTEST_PART = 3  # letters of a part of a name that is blacked out by itself
README = """Evidence about alert {number} of postreeve, made on {day}

What this is
  A council put a public post of one of its own accounts before a person, since a rule of its policy may have been met.
  This folder holds the post in all its versions, why it was flagged, what was replied and what people decided.
  A flag is a prompt, never a finding of fact; a person decided, or has yet to.

What is in it
  alert.json     all of the above; times are UTC; people appear as numbers,
                 companions of owners and logins of the shell not at all
  policy.toml    the council's policy under which the alert was raised
  evidence/      the posts' payloads as they were received, after what is not the account's own was taken out
  manifest.json  the SHA-256 of every file, and which rows and proofs stand in proof.json
  proof.json     the rows of the council's audit log about all this, up to a signed anchor
  verify.py      checks it all: python3 verify.py

What verify.py proves
  No file was changed since the bundle was made. Each payload is the one that the audit log has of its collection. No
  row of the audit log shown here was changed, put in or taken out. Each leads to a head of the log that the council's
  key signed. It says whose key by its fingerprint: compare that with the one the council publishes.
{redacted}"""
REDACTED = """
What was blacked out
  Some words are replaced by {black}. The payloads that hold them are withheld; their digests are proved all the same,
  but for what came from a file whose name holds them: verify.py says which.
"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The files of a bundle by name; `account_id` and `post_id` say what it is of, `withheld` which evidence is not in
    it."""

    files: Mapping[str, bytes]
    account_id: str
    post_id: int
    withheld: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proved:
    """What stands behind a bundle as it was when its files were made: rows of the audit log by number, and the proof of
    each item of evidence."""

    rows: Mapping[int, dict[str, Any]]
    evidence: Mapping[str, dict[str, Any]]


def make(store: Store, actor: Person, alert_id: int, anchor_file: Path, redact: Sequence[str] = ()) -> Bundle:
    """Return the bundle of an alert; raise `NotFound`, or `EvidenceError` where the proof cannot be given."""
    check(actor, Action.MAKE_BUNDLE)
    black = _pattern(redact)
    with store.read() as tx:
        found = alerts.get(tx, alert_id)
        if actor.id is not None and people.holds(tx, actor.id, found.account_id):
            raise NotAllowed(f"{actor.email} holds {found.account_id}; someone else must make the bundle.")
        files, withheld = _files(tx, store, found, black)
        proved = _proved(tx, found, files, black)
    files["manifest.json"] = f"{canonical(_manifest(found, files, proved))}\n".encode()
    with store.write() as tx:
        detail = {"manifest": sha256(files["manifest.json"]), "redacted": bool(redact)}
        seq = ledger.append(tx, store.now(), ref(actor), "bundle.make", f"alert:{alert_id}", detail)
        head = ledger.head(tx)
    anchor.append(anchor_file, head, store.now())
    with store.read() as tx:
        files["proof.json"] = f"{canonical(_proof(tx, proved, seq, anchor_file))}\n".encode()
    return Bundle(files, found.account_id, found.post_id, withheld)


def _files(
    tx: Connection, store: Store, found: Alert, black: re.Pattern[str] | None
) -> tuple[dict[str, bytes], tuple[int, ...]]:
    document = _over(bundles.told(tx, found), bundles.numbers(tx), black)
    number, policy = of_alert(tx, found.id)
    document["policy"] = {"number": number, "version": policy.version, "sha256": policy.sha256}
    there = proofs.of_post(tx, found.post_id)
    payloads = {f"evidence/{row.id}.payload": row.payload for row in there if row.payload is not None and not black}
    redacted = REDACTED.format(black=BLACK) if black else ""
    files = {
        "README.txt": README.format(number=found.id, day=f"{store.now():%d %B %Y}", redacted=redacted).encode(),
        "alert.json": f"{_readable(document)}\n".encode("utf-8", "replace"),
        "policy.toml": policy.content.encode(),
        "verify.py": Path(data.bundle_check.__file__).read_bytes(),
    }
    return files | payloads, tuple(r.id for r in there if f"evidence/{r.id}.payload" not in payloads)


def _proved(tx: Connection, found: Alert, files: Mapping[str, bytes], black: re.Pattern[str] | None) -> Proved:
    """Return what the bundle is to prove; raise `EvidenceError` where the log does not have all of it yet."""
    wanted = proofs.about(tx, [f"alert:{found.id}", f"post:{found.post_id}"])
    evidence = {}
    for row in proofs.of_post(tx, found.post_id):
        root = proofs.rooting(tx, row.account_id, row.run_id)
        proved = proofs.leaf(tx, row.run_id, row.id, root[1]) if root else None
        if root is None or proved is None:
            raise EvidenceError(
                f"Evidence {row.id} of alert {found.id} is in no root of the audit log yet: let its collection end, "
                "then make the bundle again."
            )
        name = f"evidence/{row.id}.payload"
        evidence[str(row.id)] = {**proved, "row": root[0], "file": name if name in files else ""}
        wanted |= {root[0]} | (proofs.attesting(tx, row.certificate_id, row.id) if row.certificate_id else set())
    rows = {row["seq"]: _without(row, black) for row in proofs.chain(tx, wanted, sorted(wanted))}
    for item in evidence.values():
        item["proved"] = rows[item["row"]]["detail"] is not None  # the name of an imported file may be blacked out
    return Proved(rows, evidence)


def _manifest(found: Alert, files: Mapping[str, bytes], proved: Proved) -> dict[str, Any]:
    """Return what the audit log is to commit to: every file, every row about the alert, every proof of evidence."""
    return {
        "alert": found.id,
        "files": {name: sha256(content) for name, content in files.items()},
        "rows": sorted(proved.rows),
        "details": [seq for seq, row in sorted(proved.rows.items()) if row["detail"] is not None],
        "evidence": {name: sha256(canonical(item)) for name, item in proved.evidence.items()},
    }


def _proof(tx: Connection, proved: Proved, seq: int, anchor_file: Path) -> dict[str, Any]:
    anchors = anchor.lines(anchor_file)
    rows = proofs.chain(tx, {*proved.rows, seq}, sorted(int(str(a["seq"])) for a in anchors))
    shown = [proved.rows.get(row["seq"], row) for row in rows]
    used = [a for a in anchors if a["seq"] in {row["seq"] for row in rows}]
    key = anchor.public_key(anchor_file)
    return {"rows": shown, "anchors": used, "public_key": key, "evidence": proved.evidence, "bundle": seq}


def _without(row: dict[str, Any], black: re.Pattern[str] | None) -> dict[str, Any]:
    """A detail with words to black out is withheld: the commitment to it stays."""
    hidden = black is not None and row["detail"] is not None and black.search(row["detail"]) is not None
    return row | {"salt": None, "detail": None} if hidden else row


def _pattern(redact: Sequence[str]) -> re.Pattern[str] | None:
    parts = {part for words in redact for part in (words.strip(), *words.split()) if len(part) >= SHORTEST_PART}
    spelt = {normalize(form, part) for part in parts for form in ("NFC", "NFD")}  # an accent may stand apart
    named = sorted(spelt, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, named)), re.IGNORECASE) if named else None


def _over(value: Any, numbers: Mapping[str, str], black: re.Pattern[str] | None) -> Any:
    """Return a document with people as numbers, and without the words to black out."""
    if isinstance(value, dict):
        return {key: _over(one, numbers, black) for key, one in value.items()}
    if isinstance(value, list):
        return [_over(one, numbers, black) for one in value]
    if not isinstance(value, str):
        return value
    said = SHELL if value.startswith(f"{SHELL}:") else numbers.get(value, value)
    return black.sub(BLACK, said) if black else said


def _readable(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1, default=str)
