"""A repository of the AT Protocol as a CAR file: its records by their paths, each checked against its own hash.

Only the frame is read here: lengths, content identifiers and the tree of records (MST); `libipld` decodes the blocks.
The file is gone through once for where its blocks are, and then only the blocks that lead to what is wanted are read:
likes and blocked people in the same file are never decoded. That the hashes hold shows that the file is whole, not who
wrote it: the commit's signature is not checked.
Sources: the specifications "Content Addressable aRchives" (version 1) and "Repository" of the AT Protocol.
"""

import hashlib
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import libipld

from collectors.archive import Damaged
from collectors.archive_records import A_CID, is_cid

LONGEST_BLOCK = 4 * 2**20
MOST_BLOCKS = 2_000_000
CUT = "it is cut off or damaged"


class Repository:
    """An opened CAR file: `did` and `rev` as its commit says them. Raises `Damaged` for what is none."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._blocks = file, dict[bytes, tuple[int, int]]()
        file.seek(0)
        roots = _dict(self._decoded(self._section())).get("roots")
        self._index()
        root = roots[0] if isinstance(roots, list) and roots else None
        commit = _dict(self.block(root))
        self.did, self.rev = (one if isinstance(one := commit.get(name), str) else "" for name in ("did", "rev"))
        self._data = commit.get("data")
        if not self.did.startswith("did:"):
            raise Damaged("it is no repository of the AT Protocol")

    def _length(self) -> int:
        """Read a length (LEB128); 0 at the end of the file."""
        found, shift = 0, 0
        while char := self._file.read(1):
            found |= (char[0] & 0x7F) << shift
            if not char[0] & 0x80:
                return found
            shift += 7
            if shift > 28:
                break
        if shift or found:
            raise Damaged(CUT)
        return 0

    def _section(self) -> bytes:
        length = self._length()
        content = self._file.read(length) if 0 < length <= LONGEST_BLOCK else b""
        if not content or len(content) < length:
            raise Damaged("it is no CAR file, or it is cut off")
        return content

    def _index(self) -> None:
        """Note where each block is, without keeping any."""
        while length := self._length():
            cid = self._file.read(A_CID)
            if not is_cid(cid) or not A_CID <= length <= LONGEST_BLOCK or len(self._blocks) >= MOST_BLOCKS:
                raise Damaged(CUT)
            self._blocks[cid] = (self._file.tell(), length - A_CID)
            self._file.seek(length - A_CID, 1)

    @staticmethod
    def _decoded(content: bytes) -> Any:
        try:
            return libipld.decode_dag_cbor(content)
        except (ValueError, RecursionError) as error:
            raise Damaged(CUT) from error

    def block(self, cid: object) -> Any:
        """Return a block, decoded; raise `Damaged` where it is missing, or not what its identifier says."""
        if not isinstance(cid, bytes) or cid not in self._blocks:
            raise Damaged(f"{CUT}: a part that it names is missing")
        offset, length = self._blocks[cid]
        self._file.seek(offset)
        content = self._file.read(length)
        if hashlib.sha256(content).digest() != cid[4:]:
            raise Damaged(f"{CUT}: a part of it has been changed")
        return self._decoded(content)

    def paths(self, collections: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Yield (path, content identifier) of the records of `collections`, in the order of their paths.

        The tree's keys must rise: else a small file could name the same branch again and again without end.
        """
        last, opened, waiting = b"", 0, [self._data]
        while waiting:
            top = waiting.pop()
            if isinstance(top, tuple):
                if top[0] <= last or not isinstance(top[1], bytes):
                    raise Damaged(f"{CUT}: its records are out of order")
                last = top[0]
                path = last.decode("utf-8", "replace")
                if path.partition("/")[0] in collections:
                    yield path, top[1]
            elif top is not None:
                opened += 1
                if opened > len(self._blocks):
                    raise Damaged(f"{CUT}: its tree has no end")
                waiting += reversed(list(_parts(_dict(self.block(top)))))


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _parts(node: dict[str, Any]) -> Iterator[Any]:
    """Yield what a node of the tree holds, in order: subtrees (an identifier or None) and (key, value) pairs."""
    yield node.get("l")
    key, entries = b"", node.get("e")
    for entry in entries if isinstance(entries, list) else []:
        shared, rest = (_dict(entry).get(name) for name in ("p", "k"))
        if not isinstance(shared, int) or not isinstance(rest, bytes) or not 0 <= shared <= len(key):
            raise Damaged(f"{CUT}: its tree cannot be followed")
        key = key[:shared] + rest
        yield key, entry.get("v")
        yield entry.get("t")
