"""The evidence bundle: it verifies on its own with a plain Python, and names whatever was changed in it."""

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from random import Random
from typing import Any, Literal
from unicodedata import normalize

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import postreeve
from classifier.scan import scan
from data import anchor
from data.audit import merkle_path, merkle_root
from data.bundle_check import canonical, problems, sha256, signature_holds
from data.errors import EvidenceError, NotAllowed, NotFound
from data.model import Platform, Role, RunResult
from data.services import bundle, exporting, people, review
from data.services.actors import shell
from data.services.bundle import Bundle
from data.services.erasure import Asked, erase_post
from data.services.verify import verify
from data.store import alerts, intake, ledger, posts, proofs, runs
from data.store.engine import Store
from tests.support.clock import FakeClock
from tests.support.judgements import JUDGE
from tests.support.posts import item
from tests.support.rights import CANARY, CLOWN, Office, collected, office, posted, told


@pytest.fixture
def who(store: Store, tmp_path: Path, clock: FakeClock) -> Office:
    """An upheld alert whose post was collected with two others, and changed later; anchored as commands do."""
    made = office(store)
    collected(store, "bins", 8, 9, text="The bins are out.")
    collected(store, "bins", 1, 2, text=CLOWN)
    list(scan(store, JUDGE))
    sign(store, tmp_path)
    told(store, made, 1)
    collected(store, "bins", 2, text=CLOWN + "!")
    collected(store, "parks", 3)
    sign(store, tmp_path)
    clock.move(days=1)
    return made


def sign(store: Store, folder: Path) -> None:
    with store.read() as tx:
        anchor.append(folder / "anchor", ledger.head(tx), store.now())


def made(store: Store, who: Office, folder: Path, *redact: str) -> tuple[Bundle, Path]:
    """Make the bundle of alert 1 and unpack it."""
    found = bundle.make(store, who.reviewer, 1, folder / "anchor", redact)
    return found, unpacked(found, folder)


def unpacked(found: Bundle, folder: Path) -> Path:
    """Write the files of a bundle; return their folder."""
    place = folder / "bundle"
    for name, content in found.files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(content)
    return place


def check(place: Path) -> tuple[int, str]:
    """Run the bundle's own script with a Python that sees nothing else."""
    command = [sys.executable, "-I", "-S", str(place / "verify.py")]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_it_verifies_on_its_own(store: Store, who: Office, tmp_path: Path) -> None:
    found, place = made(store, who, tmp_path)
    code, said = check(place)
    key = hashlib.sha256(bytes.fromhex(anchor.public_key(tmp_path / "anchor"))).hexdigest()
    assert code == 0, said
    assert said.startswith("Everything holds.")
    assert key in said
    assert found.withheld == ()
    assert verify(store, tmp_path / "anchor").problems == ()


def test_everything_is_in_it_and_people_are_numbers(store: Store, who: Office, tmp_path: Path) -> None:
    found, place = made(store, who, tmp_path)
    document = json.loads((place / "alert.json").read_text())
    assert [v["text"] for v in document["versions"]] == [CLOWN, CLOWN + "!"]
    assert (document["decisions"][0]["judgement"], document["clauses"][0]["clause"]) == ("upheld", "H1")
    assert CANARY in document["replies"][0]["text"]
    assert {"decide", "reply", "ask_reply"} <= {e["action"] for e in document["events"]}
    assert {e["actor"] for e in document["events"]} >= {f"person:{who.reviewer.id}"}
    assert sum(name.startswith("evidence/") for name in found.files) == 2
    everything = b"".join(found.files.values()).decode()
    assert "council.example" not in everything
    assert hashlib.sha256((place / "policy.toml").read_bytes()).hexdigest() == document["policy"]["sha256"]
    assert "fingerprint" in (place / "README.txt").read_text()


def test_a_flipped_byte_anywhere_is_named(store: Store, who: Office, tmp_path: Path) -> None:
    found, place = made(store, who, tmp_path)
    random = Random(5)
    for name in sorted(found.files):
        for _ in range(25):
            content = bytearray(found.files[name])
            at = random.randrange(len(content))
            content[at] ^= 1 << random.randrange(8)
            (place / name).write_bytes(bytes(content))
            try:
                wrong = problems(place)
            except (ValueError, KeyError, TypeError, IndexError) as error:
                wrong = [str(error)] if name in ("proof.json", "manifest.json") else []
            assert wrong, f"{name}: byte {at}"
            if name not in ("proof.json", "manifest.json"):
                assert any(name in told_ for told_ in wrong), (name, wrong)
        (place / name).write_bytes(found.files[name])
    assert problems(place) == []


@pytest.mark.parametrize("name", ["alert.json", "policy.toml", "README.txt", "proof.json", "manifest.json"])
def test_the_script_fails_and_names_the_item(store: Store, who: Office, tmp_path: Path, name: str) -> None:
    _, place = made(store, who, tmp_path)
    content = bytearray((place / name).read_bytes())
    content[len(content) // 2] ^= 1
    (place / name).write_bytes(bytes(content))
    code, said = check(place)
    assert code == 1
    assert name in said or "audit row" in said or "anchor" in said or "evidence" in said


def test_files_put_in_or_taken_out_are_named(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path)
    (place / "more.txt").write_text("and another thing")
    (place / "policy.toml").unlink()
    assert problems(place) == ["policy.toml is missing", "more.txt does not belong to this bundle"]


def test_a_bundle_made_up_with_another_key_does_not_hold(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path)
    proof = json.loads((place / "proof.json").read_text())
    forger = Ed25519PrivateKey.generate()
    for one in proof["anchors"][:1]:
        one["signature"] = forger.sign(json.dumps([one["seq"], one["hash"], one["at"]]).encode()).hex()
    (place / "proof.json").write_text(canonical(proof) + "\n")
    assert any("is not signed with this key" in told_ for told_ in problems(place))
    proof["rows"] = [row for row in proof["rows"] if row["seq"] != proof["anchors"][0]["seq"]]
    (place / "proof.json").write_text(canonical(proof) + "\n")
    assert any("leads to no signed anchor" in told_ for told_ in problems(place))


def proving(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / "proof.json").read_text())
    return found


def told_of(place: Path, proof: dict[str, Any]) -> str:
    """Put another proof in place; return what does not hold."""
    (place / "proof.json").write_text(canonical(proof) + "\n")
    return "\n".join(problems(place))


def test_a_row_put_in_is_named(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path)
    proof = proving(place)
    rows = proof["rows"]
    for n, true in enumerate(rows):
        forged = true | {"actor": "person:999", "action": "alert.decide", "detail": '{"judgement":"upheld"}'}
        assert f"audit row {true['seq']} was put in" in told_of(place, proof | {"rows": [*rows[:n], forged, *rows[n:]]})
        remarked = [*rows[:n], true | {"remark": "upheld"}, *rows[n + 1 :]]
        assert f"audit row {true['seq']} was put in" in told_of(place, proof | {"rows": remarked})
    assert told_of(place, proof) == ""


def test_a_true_row_about_something_else_is_named(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path)
    proof = proving(place)
    first = proof["rows"][0]["seq"] - 1
    with store.read() as tx:
        [earlier] = proofs.chain(tx, {first}, [first])
    assert f"audit row {first} was put in" in told_of(place, proof | {"rows": [earlier, *proof["rows"]]})


def test_a_row_or_a_detail_taken_out_is_named(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path)
    proof = proving(place)
    rows = proof["rows"]
    for n, true in enumerate(rows):
        assert told_of(place, proof | {"rows": [*rows[:n], *rows[n + 1 :]]})
        if true["detail"] is not None:
            bare = [*rows[:n], true | {"detail": None, "salt": None}, *rows[n + 1 :]]
            assert told_of(place, proof | {"rows": bare})
    making = [row for row in rows if row["seq"] == proof["bundle"]]
    assert "was taken out" in told_of(place, proof | {"rows": making, "evidence": {}})
    assert check(place)[0] == 1


def test_a_proof_of_evidence_taken_out_or_put_in_is_named(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path, CANARY)  # payloads withheld: nothing but the manifest says which they are
    proof = proving(place)
    one, two = sorted(proof["evidence"])
    assert told_of(place, proof | {"evidence": {}}).count("the proof of evidence") == 2
    swapped = {one: proof["evidence"][two], two: proof["evidence"][one]}
    assert told_of(place, proof | {"evidence": swapped}).count("the proof of evidence") == 2
    more = proof["evidence"] | {"99": proof["evidence"][one]}
    assert "the proof of evidence 99 was changed, put in or taken out" in told_of(place, proof | {"evidence": more})


def test_each_payload_is_proved(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path)
    proof, manifest = proving(place), json.loads((place / "manifest.json").read_text())
    one = min(proof["evidence"])
    proof["evidence"][one]["file"] = ""
    manifest["evidence"][one] = sha256(canonical(proof["evidence"][one]))
    (place / "manifest.json").write_text(canonical(manifest) + "\n")
    assert f"nothing proves evidence/{one}.payload" in told_of(place, proof)


def test_what_a_run_brought_since_it_was_taken_up_again_is_not_bundled(
    store: Store, who: Office, tmp_path: Path
) -> None:
    with store.write() as tx:
        run = int(tx.exec_driver_sql("SELECT max(id) FROM collection_run WHERE account_id = 'bins'").scalar_one())
        runs.take_up(tx, run)
        changed = item(2, CLOWN + "!!")
        intake.record(tx, "bins", [changed], posts.Receipt(run, "0" * 64, store.now()))
    with pytest.raises(EvidenceError, match="in no root of the audit log yet"):
        bundle.make(store, who.reviewer, 1, tmp_path / "anchor")


def test_words_are_blacked_out_everywhere(store: Store, who: Office, tmp_path: Path) -> None:
    found, place = made(store, who, tmp_path, CANARY)
    for words in (CANARY, *CANARY.split()):
        assert not any(words.encode().lower() in content.lower() for content in found.files.values())
    assert "█████" in json.loads((place / "alert.json").read_text())["versions"][0]["text"]
    code, said = check(place)
    assert code == 0, said
    assert len(found.withheld) == 2
    assert said.count("is not in this bundle") == 2
    assert "blacked out" in (place / "README.txt").read_text()


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_an_accent_may_stand_apart_in_what_is_blacked_out(
    store: Store, who: Office, tmp_path: Path, form: Literal["NFC", "NFD"]
) -> None:
    told(store, who, 2, f"{normalize('NFD', 'Siân Ŵyn')} and {normalize('NFC', 'Siân')} were there.")
    found = bundle.make(store, who.reviewer, 2, tmp_path / "anchor", [normalize(form, "Siân Ŵyn")])
    [reply] = json.loads(found.files["alert.json"])["replies"]
    assert normalize("NFC", reply["text"]) == "█████ and █████ were there."


def test_a_companion_and_a_login_are_not_named(store: Store, who: Office, tmp_path: Path) -> None:
    with store.read() as tx:
        seen = review.seen(alerts.get(tx, 2))
    with store.write() as tx:
        alerts.add_event(tx, 2, store.now(), shell().email, "interim", ("open", "open"), reason="Now, please.")
    review.ask_reply(store, who.reviewer, seen)
    review.reply(store, who.owner, 2, "It was a joke.", companion="Bronwen Pike of the union")
    found = bundle.make(store, who.reviewer, 2, tmp_path / "anchor")
    document = json.loads(found.files["alert.json"])
    assert [reply["companion"] for reply in document["replies"]] == [True]
    assert {"shell", f"person:{who.owner.id}"} <= {event["actor"] for event in document["events"]}
    assert b"Bronwen" not in b"".join(found.files.values())
    assert shell().email.encode() not in found.files["alert.json"]


def test_what_came_from_a_file_whose_name_is_blacked_out_is_said_not_to_be_proved(
    store: Store, who: Office, tmp_path: Path
) -> None:
    imported(store, "parks", 7, "Oswin Tarrant.zip")
    list(scan(store, JUDGE))
    sign(store, tmp_path)
    with store.read() as tx:
        number = max(one.alert.id for one in alerts.queue(tx))
    found = bundle.make(store, who.reviewer, number, tmp_path / "anchor", ["Oswin Tarrant"])
    assert b"Tarrant" not in b"".join(found.files.values())
    code, said = check(unpacked(found, tmp_path))
    assert (code, said.count("its digest is not proved: the row with its root is withheld")) == (0, 1), said


def test_a_proof_cannot_be_waived_afterwards(store: Store, who: Office, tmp_path: Path) -> None:
    _, place = made(store, who, tmp_path, CANARY)
    proof = json.loads((place / "proof.json").read_text())
    for item_ in proof["evidence"].values():
        item_["proved"] = False
    (place / "proof.json").write_text(canonical(proof) + "\n")
    code, said = check(place)
    assert code == 1
    assert "the proof of evidence" in said


def imported(store: Store, account: str, number: int, file: str) -> None:
    """Bring in a post as the import of an archive does, with its root in the audit log beside the file's name."""
    with store.write() as tx:
        run = runs.begin(tx, account, store.now())
        intake.record(tx, account, [item(number, CLOWN)], posts.Receipt(run, "0" * 64, store.now()))
        digests = posts.run_leaves(tx, run)
        root = merkle_root(digests)
        runs.finish(tx, run, RunResult(account, Platform.FEED, "ok", "", ""), root, store.now())
        detail = {"run": run, "evidence": len(digests), "root": root, "leaf": posts.LEAF, "file": file}
        ledger.append(tx, store.now(), "system", "archive.import", f"account:{account}", detail)


def test_what_was_erased_is_proved_by_its_digest(store: Store, who: Office, tmp_path: Path) -> None:
    with store.read() as tx:
        post = int(tx.exec_driver_sql("SELECT post_id FROM alert WHERE id = 1").scalar_one())
    erase_post(store, Asked(who.admin, "on request"), post)
    found, place = made(store, who, tmp_path)
    code, said = check(place)
    assert code == 0, said
    assert len(found.withheld) == 2
    assert json.loads((place / "alert.json").read_text())["versions"][0]["erased_under"] == 1
    rows = json.loads((place / "proof.json").read_text())["rows"]
    assert "certificate:1" in {row["subject"] for row in rows}


def test_what_is_in_no_root_yet_is_not_bundled(store: Store, who: Office, tmp_path: Path) -> None:
    posted(store, "another clown", account="parks")
    with pytest.raises(EvidenceError, match="in no root of the audit log yet"):
        bundle.make(store, who.reviewer, 3, tmp_path / "anchor")


def test_who_may_make_one(store: Store, who: Office, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        bundle.make(store, who.admin, 1, tmp_path / "anchor")
    owner = people.set_roles(store, shell(), who.owner.email, [Role.OWNER, Role.REVIEWER])
    with pytest.raises(NotAllowed, match="someone else must make the bundle"):
        bundle.make(store, owner, 1, tmp_path / "anchor")
    with pytest.raises(NotFound):
        bundle.make(store, who.reviewer, 99, tmp_path / "anchor")


def test_the_command_writes_a_zip_and_notes_it(
    sqlite_store: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    someone = office(sqlite_store)
    collected(sqlite_store, "bins", 1, text=CLOWN)
    list(scan(sqlite_store, JUDGE))
    monkeypatch.chdir(tmp_path)
    url = sqlite_store.url.render_as_string()
    ask = ["--store", url, "bundle", "1", "-o", "b.zip", "--redact", CANARY, "--by", someone.reviewer.email]
    assert postreeve.outcome(ask) == 0
    assert "Not in it: evidence 1." in capsys.readouterr().out
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        packed.extractall(tmp_path / "out")
    assert check(tmp_path / "out")[0] == 0
    rows = exporting.listed(sqlite_store, someone.admin)
    assert [(r.what, r.scope["posts"]) for r in rows] == [("bundle", [1])]
    assert rows[0].sha256 == hashlib.sha256((tmp_path / "b.zip").read_bytes()).hexdigest()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 8, 13])
def test_a_path_leads_from_each_leaf_to_the_root(size: int) -> None:
    digests = [sha256(str(n)) for n in range(size)]
    for index in range(size):
        found = sha256(b"\x00" + bytes.fromhex(digests[index]))
        for side, other in merkle_path(digests, index):
            found = sha256(b"\x01" + bytes.fromhex(other + found if side == "left" else found + other))
        assert found == merkle_root(digests)


def test_signatures_are_checked_as_the_library_does() -> None:
    for n in range(8):
        key, message = Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32), b"head" * n
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        signature = key.sign(message)
        assert signature_holds(public, message, signature)
        assert not signature_holds(public, message + b"x", signature)
        assert not signature_holds(public, message, signature[:40] + bytes([signature[40] ^ 1]) + signature[41:])
        assert not signature_holds(public, message, bytes([signature[0] ^ 1]) + signature[1:])
        assert not signature_holds(public, message, signature[:63])
