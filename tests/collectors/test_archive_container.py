"""Containers: what is dangerous is refused before anything is read."""

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from collectors import archive_box
from collectors.archive_box import Box, check_path
from collectors.archive_container import read_small, unbox
from data.errors import ArchiveError
from tests.collectors.archives import tarred, zipped

BOTH = pytest.mark.parametrize("packed", [zipped, tarred, lambda members: tarred(members, packed=False)])


def opened(file: io.BytesIO) -> Box:
    return unbox(file, "download")


@BOTH
def test_members_are_read_by_name(packed: Callable[[dict[str, bytes]], io.BytesIO]) -> None:
    box = opened(packed({"a/one.txt": b"one", "two.txt": b"two"}))
    assert box.names == ("a/one.txt", "two.txt")
    for name, content in (("two.txt", b"two"), ("a/one.txt", b"one"), ("two.txt", b"two")):
        assert read_small(box, name, "download") == content


@BOTH
@pytest.mark.parametrize("path", ["../a", "a/../../b", "/etc/passwd", "C:\\a", "c:/a", "a\\b"])
def test_paths_that_lead_out_are_refused(packed: Callable[[dict[str, bytes]], io.BytesIO], path: str) -> None:
    with pytest.raises(ArchiveError, match="leads out of it"):
        opened(packed({"fine": b"", path: b"x"}))


@pytest.mark.parametrize("path", ["a/b", "a..b/c", ".a", "…/ä"])
def test_plain_paths_are_fine(path: str) -> None:
    check_path("download", path)


def _linked(kind: int) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        info = zipfile.ZipInfo("data/tweets.js")
        info.external_attr = (kind | 0o777) << 16
        box.writestr(info, "/etc/passwd")
    return out


def _tar_with(kind: bytes) -> io.BytesIO:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as box:
        info = tarfile.TarInfo("outbox.json")
        info.type, info.linkname = kind, "/etc/passwd"
        box.addfile(info)
    return out


@pytest.mark.parametrize(
    "file",
    [
        *(_linked(kind) for kind in (stat.S_IFLNK, stat.S_IFCHR, stat.S_IFIFO)),
        *(_tar_with(kind) for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE)),
    ],
)
def test_links_and_devices_are_refused(file: io.BytesIO) -> None:
    with pytest.raises(ArchiveError, match="is a link or a device"):
        opened(file)


def test_encryption_is_refused() -> None:
    content = bytearray(zipped({"a": b"x"}).getvalue())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArchiveError, match="it is encrypted"):
        opened(io.BytesIO(bytes(content)))


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_packing_is_refused(packing: int) -> None:
    with pytest.raises(ArchiveError, match="unusual way"):
        opened(zipped({"a": b"x"}, packing))


@pytest.mark.parametrize("packed", [zipped, tarred])
def test_a_bomb_is_refused(packed: Callable[[dict[str, bytes]], io.BytesIO]) -> None:
    with pytest.raises(ArchiveError, match="far more than it holds"):
        opened(packed({"a": b"\0" * 16 * 2**20}))


def test_a_member_gives_no_more_than_its_directory_says() -> None:
    content = bytearray(zipped({"a": b"x" * 1000}).getvalue())
    at = content.index(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    with opened(io.BytesIO(bytes(content))).open("a") as stream, pytest.raises(zipfile.BadZipFile):
        stream.read()


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_box, "MEMBERS", 2)
    for packed in (zipped, tarred):
        with pytest.raises(ArchiveError, match="more than any download holds"):
            opened(packed(dict.fromkeys("abc", b"")))


def test_more_in_all_than_can_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_box, "TOTAL", 100)
    for packed in (zipped, tarred):
        with pytest.raises(ArchiveError, match="more than"):
            opened(packed({"a": b"x" * 60, "b": b"y" * 60}))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_not_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as box:
        box.writestr("a", "one")
        box.writestr("a", "two")
    with pytest.raises(ArchiveError, match="holds a twice"), opened(out).open("a"):
        pass


def test_a_header_as_large_as_a_film_is_refused() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as box:
        info = tarfile.TarInfo("a")
        info.pax_headers = {"comment": "x" * 2 * 2**20}
        box.addfile(info)
    with pytest.raises(ArchiveError, match="damaged"):
        opened(out)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04 nonsense", b"\x1f\x8b\x08 nonsense", b"text " * 400])
def test_what_is_no_container_is_refused(content: bytes) -> None:
    with pytest.raises(ArchiveError, match="Nothing was taken in"):
        opened(io.BytesIO(content))


def test_a_tar_that_was_cut_is_refused() -> None:
    whole = gzip.decompress(tarred({"a": b"x" * 5000, "b": b"y" * 5000}).getvalue())
    for content in (whole[:4000], gzip.compress(whole)[:-20]):
        with pytest.raises(ArchiveError, match="cut off"):
            opened(io.BytesIO(content))


def test_a_small_member_is_small() -> None:
    box: Any = opened(zipped({"a": bytes(range(256)) * 2**15}, zipfile.ZIP_STORED))
    with pytest.raises(ArchiveError, match="far larger"):
        read_small(box, "a", "download")
