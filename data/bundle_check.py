"""Checks a bundle of evidence by itself, with nothing but Python: python3 verify.py

It needs no other program, no network and no access to the council's store. It says what holds and what does not, and
ends with 0 when everything holds and 1 when anything does not. Compare the fingerprint of the key that it prints with
the one the council publishes: whoever made a bundle up from nothing would have had to sign it with another key.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

# The curve of Ed25519 (RFC 8032, section 5.1), for checking signatures without a library.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]
HASHED = ("prev", "seq", "at", "actor", "action", "subject", "detail_hash")  # of a row, in the order of its digest
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError)
ROW = {*HASHED, "hash", "salt", "detail"}


def main(folder: Path) -> int:
    """Check the bundle in a folder, say what was found, and return the exit code."""
    try:
        wrong = problems(folder)
    except UNREADABLE as error:
        wrong = [f"proof.json or manifest.json cannot be read: {error!r}"]
    for line in wrong:
        _say(f"DOES NOT HOLD: {line}")
    if not wrong:
        proof = json.loads((folder / "proof.json").read_text(encoding="utf-8"))
        key = hashlib.sha256(bytes.fromhex(proof["public_key"])).hexdigest()
        last = max(proof["anchors"], key=lambda anchor: anchor["seq"])
        _say(f"Everything holds. Signed last on {last['at']}; fingerprint of the key: {key}")
        for name, item in sorted(proof["evidence"].items()):
            if not item["file"]:
                _say(f"Evidence {name} is not in this bundle (withheld or erased); {_said(item)}.")
    return 1 if wrong else 0


def _say(line: str) -> None:
    """Write a line; what a bundle holds can neither begin another one nor steer the terminal."""
    sys.stdout.write("".join(c if " " <= c <= "~" else ascii(c)[1:-1] for c in line) + "\n")


def _said(item: Any) -> str:
    return "its digest is proved" if item["proved"] else "its digest is not proved: the row with its root is withheld"


def problems(folder: Path) -> list[str]:
    """Return what does not hold: files, audit rows, anchors, evidence."""
    proof = _strict(folder / "proof.json")
    manifest = _strict(folder / "manifest.json")
    rows = {row["seq"]: row for row in proof["rows"]}
    wrong = [*_files(folder, manifest), *_anchors(proof), *_belonging(proof, manifest), *_proved(proof, manifest)]
    for seq in sorted(rows):
        wrong += _row(rows[seq], rows.get(seq + 1), proof["anchors"])
    wrong += _committed(folder, manifest, rows.get(proof["bundle"]))
    for name, item in sorted(proof["evidence"].items()):
        wrong += _evidence(folder, name, item, rows.get(item["row"]))
    return wrong


def canonical(document: Any) -> str:
    """Return a document as the one JSON that stands for it."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(content: bytes | str) -> str:
    """Return a digest in hexadecimal."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _strict(file: Path) -> Any:
    text = file.read_bytes().decode("utf-8")
    document = json.loads(text)
    if canonical(document) + "\n" != text:
        raise ValueError(f"{file.name} is not written as it was")
    return document


def _files(folder: Path, manifest: Any) -> list[str]:
    there = {
        str(f.relative_to(folder).as_posix()) for f in folder.rglob("*") if f.is_file() and "__pycache__" not in f.parts
    }
    expected = {*manifest["files"], "manifest.json", "proof.json"}
    wrong = [f"{name} is missing" for name in sorted(expected - there)]
    wrong += [f"{name} does not belong to this bundle" for name in sorted(there - expected)]
    kept = sorted(there & set(manifest["files"]))
    return wrong + [f"{n} was changed" for n in kept if sha256((folder / n).read_bytes()) != manifest["files"][n]]


def _anchors(proof: Any) -> list[str]:
    key, wrong = proof["public_key"], []
    for anchor in proof["anchors"]:
        signed = json.dumps([anchor["seq"], anchor["hash"], anchor["at"]]).encode()
        signature = bytes.fromhex(anchor["signature"])
        if signature.hex() != anchor["signature"] or not signature_holds(bytes.fromhex(key), signed, signature):
            wrong.append(f"the anchor of audit row {anchor['seq']} is not signed with this key")
    return wrong + ([] if bytes.fromhex(key).hex() == key else ["the public key is not written as it was"])


def _row(row: Any, following: Any, anchors: Any) -> list[str]:
    if sha256(json.dumps([row[name] for name in HASHED], ensure_ascii=False)) != row["hash"]:
        return [f"audit row {row['seq']} was changed"]
    if row["detail"] is not None and sha256(f"{row['salt']}\n{row['detail']}") != row["detail_hash"]:
        return [f"the detail of audit row {row['seq']} was changed"]
    anchored = any((a["seq"], a["hash"]) == (row["seq"], row["hash"]) for a in anchors)
    linked = following is not None and following["prev"] == row["hash"]
    return [] if anchored or linked else [f"audit row {row['seq']} leads to no signed anchor"]


def _belonging(proof: Any, manifest: Any) -> list[str]:
    """The rows are those of the manifest, the bundle's own, and those from each of them up to a signed one."""
    own, shown = {*manifest["rows"], proof["bundle"]}, {*manifest["details"], proof["bundle"]}
    signed, wrong, before, there = {anchor["seq"] for anchor in proof["anchors"]}, [], None, set()
    for row in proof["rows"]:
        seq = row["seq"]
        leads = before is not None and before == seq - 1 and before not in signed
        if set(row) != ROW or (before is not None and seq <= before) or (seq not in own and not leads):
            wrong.append(f"audit row {seq} was put in")
        if (row["detail"] is not None) != (seq in shown):
            wrong.append(f"the detail of audit row {seq} was put in or taken out")
        before = seq
        there.add(seq)
    return wrong + [f"audit row {seq} was taken out" for seq in sorted(own - there)]


def _proved(proof: Any, manifest: Any) -> list[str]:
    """The evidence is that of the manifest, and each payload belongs to some."""
    found = {name: sha256(canonical(item)) for name, item in proof["evidence"].items()}
    expected = manifest["evidence"]
    other = sorted(n for n in {*found, *expected} if found.get(n) != expected.get(n))
    wrong = [f"the proof of evidence {n} was changed, put in or taken out" for n in other]
    payloads = {name for name in manifest["files"] if name.startswith("evidence/")}
    loose = payloads - {item["file"] for item in proof["evidence"].values()}
    return wrong + [f"nothing proves {name}" for name in sorted(loose)]


def _committed(folder: Path, manifest: Any, row: Any) -> list[str]:
    digest, subject = sha256((folder / "manifest.json").read_bytes()), f"alert:{manifest['alert']}"
    making = row is not None and (row["action"], row["subject"]) == ("bundle.make", subject)
    if not making or json.loads(row["detail"] or "{}").get("manifest") != digest:
        return ["manifest.json is not the one of the audit log"]
    return []


def _evidence(folder: Path, name: str, item: Any, row: Any) -> list[str]:
    if not item["proved"] and not item["file"]:
        return []  # as the manifest says, which the audit log holds
    if item["file"] and sha256((folder / item["file"]).read_bytes()) != item["leaf"][1]:
        return [f"evidence {name}: the payload in {item['file']} was changed"]
    found = sha256(b"\x00" + bytes.fromhex(sha256(json.dumps(item["leaf"], ensure_ascii=False))))
    for side, other in item["path"]:
        pair = (other + found) if side == "left" else (found + other)
        found = sha256(b"\x01" + bytes.fromhex(pair))
    if row is None or json.loads(row["detail"] or "{}").get("root") != found:
        return [f"evidence {name} is not what the audit log has of its collection"]
    return []


def signature_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature holds (RFC 8032, section 5.1.7)."""
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base_y = 4 * pow(5, P - 2, P) % P
    base = _point(base_y.to_bytes(32, "little"))
    assert base is not None, "the base point is on the curve"
    left, right = _times(s, base), _sum(r, _times(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(encoded) != 32 or y >= P or (x * x - x2) % P:
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _sum(one: Point, two: Point) -> Point:
    a, b = (one[1] - one[0]) * (two[1] - two[0]) % P, (one[1] + one[0]) * (two[1] + two[0]) % P
    c, d = 2 * one[3] * two[3] * D % P, 2 * one[2] * two[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while factor:
        total = _sum(total, point) if factor & 1 else total
        point, factor = _sum(point, point), factor >> 1
    return total


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
