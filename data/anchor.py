"""The audit head, signed and kept in a file outside the store, so that a recomputed or shortened chain shows.

Each line is JSON: `seq`, `hash`, `at` and an Ed25519 `signature` over the first three (RFC 8032). The key lies beside
the file
with mode 600; keep both where the store's administrator cannot write, for the proof to be worth something.
"""

import contextlib
import json
import os
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from data.store.engine import Store

LONGEST_LINE = 4096  # bytes; a line has some 350


@dataclass(frozen=True, slots=True)
class Anchored:
    """One signed head: the chain had `seq` rows and the newest had `hash` at `at`."""

    seq: int
    hash: str
    at: str
    valid: bool


def place(store: Store, setting: str) -> Path:
    """Return where the anchor file of a store lies: as configured, beside a SQLite file, else under var/."""
    if setting:
        return Path(setting)
    return Path(f"{store.path}.anchor") if store.path is not None else Path("var/postreeve.anchor")


def append(file: Path, head: tuple[int, str], now: datetime) -> None:
    """Append the signed head, unless the last line has it already."""
    line = _last_line(file)
    last = _anchored(file, line) if line else None
    if last and (last.seq, last.hash) == head:
        return
    new: dict[str, object] = {"seq": head[0], "hash": head[1], "at": now.isoformat()}
    signature = _key(file).sign(_message(new)).hex()
    file.parent.mkdir(parents=True, exist_ok=True)
    begin = "\n" if _broken_off(file) else ""  # or this line would be lost with the one that broke off
    with file.open("a", encoding="utf-8") as out:
        out.write(f"{begin}{json.dumps(new | {'signature': signature})}\n")


def read(file: Path) -> list[Anchored]:
    """Return the signed heads, oldest first; an unreadable or badly signed line comes with `valid` false."""
    if not file.exists():
        return []
    return [_anchored(file, line) for line in _lines(file)]


def newest(file: Path) -> Anchored | None:
    """Return the head signed last, None when none was ever."""
    line = _last_line(file)
    return _anchored(file, line) if line else None


def lines(file: Path) -> list[dict[str, object]]:
    """Return the lines of the file that are signed, as they stand in it: seq, hash, at, signature."""
    every = _lines(file) if file.exists() else []
    return [json.loads(line) for line in every if _anchored(file, line).valid]


def public_key(file: Path) -> str:
    """Return the key that signatures are checked with, in hexadecimal."""
    return _key(file).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def _lines(file: Path) -> list[str]:
    """Return the lines, one that is damaged with signs for what it lost: it is told, and hides no other."""
    return [line for line in file.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]


def _broken_off(file: Path) -> bool:
    if not file.exists() or not file.stat().st_size:
        return False
    with file.open("rb") as lines:
        lines.seek(-1, os.SEEK_END)
        return lines.read() != b"\n"


def _last_line(file: Path) -> str:
    """Return the newest line alone: the file grows with every command, and each may only cost the same."""
    if not file.exists():
        return ""
    with file.open("rb") as lines:
        lines.seek(max(0, file.stat().st_size - LONGEST_LINE))
        return (lines.read().decode("utf-8", "replace").splitlines() or [""])[-1]


def _anchored(file: Path, line: str) -> Anchored:
    try:
        raw = json.loads(line)
        written = raw.pop("signature")
        signature = bytes.fromhex(written)
        if signature.hex() != written:  # another spelling of the same number: not as `append` wrote it
            return Anchored(0, "", "", False)
        _key(file).public_key().verify(signature, _message(raw))
        return Anchored(int(raw["seq"]), str(raw["hash"]), str(raw["at"]), True)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        return Anchored(0, "", "", False)


def _message(line: dict[str, object]) -> bytes:
    return json.dumps([line["seq"], line["hash"], line["at"]]).encode()


def _key(file: Path) -> Ed25519PrivateKey:
    path = file.with_name(file.name + ".key")
    if path.exists():
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}")
    handle = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))
    with contextlib.suppress(FileExistsError):  # another first command was faster: its key is the one
        os.link(written, path)
    written.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
