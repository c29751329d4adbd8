"""Tar files, packed with gzip or not, as sets of named streams; every header is looked at before anything is read."""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, cast

from collectors import archive_box as limits
from collectors.archive_box import check_once, check_path, refused

LONGEST_HEADER = 2**20
HEADERS = (tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, b"X")


class _Careful(tarfile.TarInfo):
    """Refuses headers that would be read into memory whole."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        if self.type in HEADERS and self.size > LONGEST_HEADER:
            raise tarfile.ReadError("a header that is too long")
        return super()._proc_member(archive)  # type: ignore[misc]


class _Capped:
    """Unpacks gzip as it is read, and stops where it comes to too much for what was packed."""

    def __init__(self, file: BinaryIO, subject: str) -> None:
        self._file, self._subject, self._total = file, subject, 0
        file.seek(0)
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        self._stream = cast("BinaryIO", gzip.GzipFile(fileobj=file)) if packed else file

    def read(self, size: int) -> bytes:
        piece = self._stream.read(size)
        self._total += len(piece)
        if self._total > min(limits.TOTAL, limits.RATIO * self._file.tell() + limits.SLACK):
            raise refused(self._subject, "it would unpack to far more than it holds")
        return piece


class TarBox:
    """A tar file, packed with gzip or not; read from the start each time, since it has no directory."""

    def __init__(self, file: BinaryIO, subject: str) -> None:
        self._file, self._subject, found = file, subject, list[str]()
        try:
            with self._opened() as tar:
                for one in tar:
                    self._check(one)
                    found.append(one.name.removeprefix("./"))
                    if len(found) > limits.MEMBERS:
                        raise refused(subject, "it would unpack to more than any download holds")
        except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
            raise refused(subject, "it is cut off, damaged, or no archive at all") from error
        self.names = tuple(found)

    def _opened(self) -> tarfile.TarFile:
        stream = cast("BinaryIO", _Capped(self._file, self._subject))
        return tarfile.open(fileobj=stream, mode="r|", tarinfo=_Careful, errorlevel=2)

    def _check(self, one: tarfile.TarInfo) -> None:
        check_path(self._subject, one.name)
        if not (one.isreg() or one.isdir()) or one.issparse():
            raise refused(self._subject, f"{one.name[:80]!r} in it is a link or a device, not a file")

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """Yield a member."""
        check_once(self._subject, list(self.names), name)
        with self._opened() as tar:
            for one in tar:
                if one.name.removeprefix("./") == name and (stream := tar.extractfile(one)):
                    yield cast("BinaryIO", stream)
                    return
        raise refused(self._subject, f"{name} is not in it any more")
